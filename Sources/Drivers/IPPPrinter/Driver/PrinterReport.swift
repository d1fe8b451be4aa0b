import DriverKit
import ZoneModel
import ZonePrinting

extension Report {
    init(
        _ told: Result<PrinterAnswer, PrinterSilence>, uri: String, sources: [String: String], proof: Symptom.Sight
    ) {
        switch told {
        case .success(let answer): self.init(answer, uri: uri, sources: sources, proof: proof)
        case .failure(let silence) where silence.kind == .workerFailed:
            // That our own child ended says nothing about the printer.
            self.init(
                presence: .unknown, link: .unknown, activity: .unknown, reason: silence.kind.rawValue,
                symptoms: [Symptom(.printerLinkDown, .unknown(reason: silence.description.cleaned()))])
        case .failure(let silence):
            // A network device that does not answer may be there or not: presence is unknown, the link is down.
            self.init(
                presence: .unknown, link: .down, activity: .unknown, reason: silence.kind.rawValue,
                symptoms: [Symptom(.printerLinkDown, .wrong(evidence: silence.description.cleaned()))])
        }
    }

    /// Without a word of the device its last details stand.
    mutating func add(_ detail: JSONValue?, as name: String) {
        guard let detail, case .object(var members) = details else { return }
        members[name] = detail
        details = .object(members)
    }

    /// - Parameters:
    ///   - sources: where what IPP left out is from.
    ///   - proof: whether the last document is proven to be on paper.
    init(_ answer: PrinterAnswer, uri: String, sources: [String: String] = [:], proof: Symptom.Sight) {
        let id = DeviceIDText(answer.deviceID ?? "")
        self.init(
            presence: .present, link: .up, activity: answer.state.activity,
            identity: Identity(
                vendor: id["MFG"] ?? id["MANUFACTURER"], model: answer.makeAndModel ?? id["MDL"] ?? id["MODEL"],
                serial: answer.serialNumber, firmware: answer.firmware, busPath: uri),
            symptoms: [Symptom(.printerLinkDown, .fine)] + answer.symptoms
                + [Symptom(.printerUnproven, proof)],
            details: answer.details(sources), simulated: id["MFG"] == SimulatedHardware.vendor)
    }
}

extension PrinterAnswer {
    /// What it names in its reasons; and a colorant at or below the limit that the device itself tells, for many name
    /// the limit and leave the reason out.
    var symptoms: [Symptom] {
        let low = supplies.first { supply in
            guard supply.isReceptacle != true, let level = supply.level, let limit = supply.limit else { return false }
            return level <= limit
        }
        return StateReason.symptoms(reasons, hasOtherPaper: state != .stopped && mayFeed).map { symptom in
            guard symptom.code == .printerTonerLow, symptom.sight == .fine, let low else { return symptom }
            return Symptom(
                .printerTonerLow,
                .wrong(evidence: "\(low.name) \(low.level ?? 0) %, its limit is \(low.limit ?? 0) %".cleaned()))
        }
    }

    /// One of several trays says that it has paper; that it does not say how much is no promise.
    private var mayFeed: Bool { trays.count > 1 && trays.contains { ($0.level ?? 0) > 0 } }

    func details(_ sources: [String: String]) -> JSONValue {
        .members([
            "reasons": .array(reasons.map { .string($0) }), "message": message.map { .string($0) },
            "acceptingJobs": isAcceptingJobs.map { .bool($0) },
            "supplies": .array(supplies.map(\.json)), "trays": .array(trays.map(\.json)),
            "impressionsCompleted": impressionsCompleted.map { .integer(Int64($0)) },
            "upTimeSeconds": upTimeSeconds.map { .integer(Int64($0)) }, "source": "ipp",
            "sources": sources.isEmpty ? nil : .object(sources.mapValues { .string($0) }),
        ])
    }
}

extension PrinterAnswer.State {
    fileprivate var activity: Activity {
        switch self {
        case .idle, .stopped: .idle
        case .processing: .busy
        case .unknown: .unknown
        }
    }
}

extension PrinterAnswer.Supply {
    fileprivate var json: JSONValue {
        .members([
            "name": .string(name), "type": type.map { .string($0) }, "level": level.map { .integer(Int64($0)) },
            "fillsUp": isReceptacle.map { .bool($0) }, "limit": limit.map { .integer(Int64($0)) },
        ])
    }
}
