import DriverKit
import ZoneModel

/// What is known about a card beyond its status.
struct OnbonCard: Sendable, Hashable {
    var parameters: OnbonParameters?
    var fonts: [OnbonFont] = []
    /// Stored on the card, by its last status.
    var programmes = 0
}

/// What this program has put on the screen.
struct OnbonShown: Sendable, Hashable {
    var area: OnbonArea
    var sentAt: MonoTime
    var since: WallTime
}

/// The card's 16 levels (section 8.17) and percent.
package enum OnbonBrightness {
    package static func level(percent: Int) -> UInt8 { UInt8((min(max(percent, 0), 100) * 15 + 50) / 100) }
    package static func percent(level: UInt8) -> Int { (Int(min(level, 15)) * 100 + 7) / 15 }
}

extension Report {
    /// - Parameter content: whether what was shown is still there.
    init(_ status: OnbonStatus, _ card: OnbonCard, _ shown: OnbonShown?, content: Symptom.Sight, address: String) {
        let tail = String(decoding: status.tail.prefix { $0 != 0 }, as: UTF8.self)
        let isSimulated = tail == SimulatedHardware.vendor
        self.init(
            presence: .present, link: .up, activity: .idle,
            identity: Identity(
                vendor: "Onbon", model: card.parameters.map { OnbonModel.name($0.deviceType) },
                serial: isSimulated ? nil : OnbonStatus.barcode(status.tail), busPath: address.cleaned()),
            symptoms: [Symptom(.ledNoAnswer, .fine), Symptom(.ledContentStale, content)],
            details: .details(status, card, shown), simulated: isSimulated)
    }

    /// It did not answer as it should. One that says no does answer.
    init(failed error: DeviceError, address: String) {
        let answers = error.code == .refused
        self.init(
            presence: answers ? .present : .unknown, link: answers ? .up : .down,
            activity: .unknown, reason: error.code.rawValue,
            symptoms: [Symptom(.ledNoAnswer, answers ? .fine : .wrong(evidence: error.description.cleaned()))])
    }
}

extension OnbonStatus {
    /// 16 bytes, written in production; `nil` unless it is printable.
    package static func barcode(_ tail: [UInt8]) -> String? {
        let bytes = tail.prefix(16).prefix { $0 != 0 }
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    fileprivate static func details(_ status: OnbonStatus, _ card: OnbonCard, _ shown: OnbonShown?) -> JSONValue {
        .members([
            "power": status.isOn.map { $0 ? "on" : "off" },
            "brightness": [
                "raw": .integer(Int64(status.brightness)),
                "percent": .integer(Int64(OnbonBrightness.percent(level: status.brightness))),
            ],
            "width": card.parameters.map { .integer(Int64($0.width)) },
            "height": card.parameters.map { .integer(Int64($0.height)) },
            "colours": card.parameters?.colours.map { .string($0.rawValue) },
            "fonts": card.fonts.isEmpty ? nil : .array(card.fonts.map(\.json)),
            "clock": status.clock.map { .string($0) },
            "programmes": status.programmes.map { .integer(Int64($0)) },
            "areas": status.areas.map { .array($0.map { .integer(Int64($0)) }) },
            // Where and since when, not what: texts belong to whoever ordered them.
            "shown": shown.map { ["area": .integer(Int64($0.area.id)), "since": .string($0.since.rfc3339)] },
            "source": "onbon",
        ])
    }
}

extension OnbonFont {
    fileprivate var json: JSONValue {
        [
            "kind": isChinese ? "chinese" : "english", "width": .integer(Int64(width)),
            "height": .integer(Int64(height)),
        ]
    }
}
