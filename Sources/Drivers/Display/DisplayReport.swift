import ZoneModel

/// What is said of a display: facts as they were read, and what was not read with the reason.
struct DisplayReport: Sendable {
    /// What goes to the hub with each state.
    private static let mostModes = 12

    private let facts: ConnectorFacts
    private let place: DisplayDevice.Place
    private let edid: Result<EDID, EDID.Flaw>
    /// The mode that should be in force: the site's word, else the display's own.
    private let wanted: DisplayMode?

    init(_ facts: ConnectorFacts, of place: DisplayDevice.Place, wanted: DisplayMode?) {
        (self.facts, self.place) = (facts, place)
        let edid = Result { () throws(EDID.Flaw) in try EDID(facts.edid) }
        self.edid = edid
        // The kernel's list is made for displays whose EDID names no mode, too: its first entry is then a guess.
        self.wanted = wanted ?? (try? edid.get())?.preferred
    }

    private var known: EDID? { try? edid.get() }

    var report: Report {
        let isConnected = facts.status == "connected"
        return Report(
            presence: isConnected ? .present : .unknown, link: isConnected ? .up : .unknown, activity: activity,
            reason: isConnected ? nil : "statusUnknown", identity: identity,
            symptoms: [
                Symptom(.displayAbsent, isConnected ? .fine : .unknown(reason: "statusUnknown")),
                Symptom(.displayMode, modeSight),
            ],
            details: details, simulated: place.isSimulated)
    }

    private var activity: Activity {
        switch (facts.enabled, facts.dpms) {
        case (nil, _), (_, nil): .unknown
        case ("enabled", "On"): .idle
        default: .sleeping
        }
    }

    private var identity: Identity {
        Identity(
            vendor: place.isSimulated ? SimulatedHardware.vendor : known?.maker,
            model: known.map { $0.name ?? "\($0.maker ?? "?") \(hex($0.product))" }?.cleaned(limit: 40),
            serial: known?.serial?.cleaned(limit: 40), busPath: place.connector.cleaned(limit: 64))
    }

    private var modeSight: Symptom.Sight {
        guard let wanted else { return .unknown(reason: "noPreferredMode") }
        switch facts.inForce {
        case .mode(wanted): return .fine
        case .mode(let mode): return .wrong(evidence: "\(mode) instead of \(wanted)")
        case .dark: return .unknown(reason: "dark")
        case .unknown(let reason): return .unknown(reason: reason)
        }
    }

    private var details: JSONValue {
        let size = known?.size
        let (mode, why): (DisplayMode?, String?) =
            switch facts.inForce {
            case .mode(let mode): (mode, nil)
            case .dark: (nil, "dark")
            case .unknown(let reason): (nil, reason.cleaned(limit: 80))
            }
        return .members([
            "connector": .string(place.connector.cleaned(limit: 64)), "edid": .string(edidWord),
            "widthMm": size.map { .integer(Int64($0.widthMM)) }, "heightMm": size.map { .integer(Int64($0.heightMM)) },
            "inches": size.map { .number(($0.inches * 10).rounded() / 10) },
            "sizeUnknown": size == nil ? .string(known == nil ? "edid" : "notSaid") : nil,
            "year": known?.year.map { .integer(Int64($0)) },
            "mode": mode.map { .string($0.description) }, "modeUnknown": why.map { .string($0) },
            "wantedMode": wanted.map { .string($0.description) },
            "modes": .array(facts.modes.prefix(DisplayReport.mostModes).map { .string($0.description) }),
            "enabled": facts.enabled.map { .bool($0 == "enabled") },
            "dpms": facts.dpms.map { .string($0.cleaned(limit: 16)) },
            "source": place.isSimulated ? "simulator" : "sysfs",
        ])
    }

    private var edidWord: String {
        switch edid {
        case .success: "read"
        case .failure(.empty): "none"
        case .failure(.checksum): "checksum"
        case .failure: "malformed"
        }
    }

    private func hex(_ value: UInt16) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
