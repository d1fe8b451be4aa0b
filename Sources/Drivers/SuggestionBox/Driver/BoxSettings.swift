import DriverKit
import ZoneModel

/// Times of `DepositLogic` in milliseconds, all above zero.
package struct DepositSettings: Sendable, Hashable {
    /// How long a beam must be seen blocked, or clear, to be believed.
    package var beamOn: Int64 = 5
    package var beamOff: Int64 = 20
    /// The same for the lid's contact, both ways.
    package var contact: Int64 = 50
    /// How long paper blocks the beam.
    package var minBlock: Int64 = 15
    package var maxBlock: Int64 = 2000
    /// How long the beam is clear between two sheets.
    package var lockout: Int64 = 150
    package var blockedAfter: Int64 = 5000
    package var blockedFault: Int64 = 60_000
    /// How long the lid must have been closed before a deposit.
    package var lidSettle: Int64 = 3000
    /// More deposits than this within `burstWithin` are a burst.
    package var burst = 6
    package var burstWithin: Int64 = 10_000
    /// Longer than this between two samples, and something may have happened unseen.
    package var lateAfter: Int64 = 50

    package init() {}
}

/// What a hw-profile says about one box.
package struct BoxSettings: Sendable, Hashable {
    package enum Level: String, Sendable, CaseIterable { case high, low }

    /// 0 to 3.
    package var slotPin = 0
    /// `nil`: no contact.
    package var lidPin: Int? = 2
    package var slotBlocked = Level.high
    package var lidOpen = Level.high
    package var pollEvery = Duration.milliseconds(10)
    package var deposits = DepositSettings()

    package init() {}

    private static let pins = ["gp0", "gp1", "gp2", "gp3"]
    private static let noPin = "none"
    private static let times: [String: any WritableKeyPath<DepositSettings, Int64> & Sendable] = [
        "beamOn": \.beamOn, "beamOff": \.beamOff, "contact": \.contact, "minBlock": \.minBlock,
        "maxBlock": \.maxBlock, "lockout": \.lockout, "blockedAfter": \.blockedAfter,
        "blockedFault": \.blockedFault, "lidSettle": \.lidSettle, "burstWithin": \.burstWithin,
        "lateAfter": \.lateAfter,
    ]

    package static let kinds: [String: SettingKind] = {
        let levels = SettingKind.choice(Level.allCases.map(\.rawValue))
        let fixed: [String: SettingKind] = [
            "slotPin": .choice(pins), "lidPin": .choice(pins + [noPin]), "slotBlocked": levels, "lidOpen": levels,
            "pollEvery": .duration, "burst": .integer(2...100),
        ]
        return fixed.merging(times.mapValues { _ in .duration }) { first, _ in first }
    }()

    /// - Parameter texts: each as its kind wants it; what does not fit its kind is as if it were not there.
    /// - Throws: `DeviceError` `.unsupported` for values that contradict each other.
    package init(_ texts: [String: String]) throws(DeviceError) {
        let texts = texts.filter { BoxSettings.kinds[$0.key]?.complaint(about: $0.value) == nil }
        func time(_ name: String) -> Duration? { texts[name].flatMap(Duration.init(shortText:)) }
        func level(_ name: String) -> Level? { texts[name].flatMap(Level.init) }
        slotPin = texts["slotPin"].flatMap(BoxSettings.pins.firstIndex) ?? slotPin
        if let text = texts["lidPin"] {
            lidPin = text == BoxSettings.noPin ? nil : BoxSettings.pins.firstIndex(of: text) ?? lidPin
        }
        slotBlocked = level("slotBlocked") ?? slotBlocked
        lidOpen = level("lidOpen") ?? lidOpen
        pollEvery = time("pollEvery") ?? pollEvery
        for (name, path) in BoxSettings.times {
            if let time = time(name) { deposits[keyPath: path] = time.milliseconds }
        }
        deposits.burst = texts["burst"].flatMap { Int($0) } ?? deposits.burst
        if let contradiction {
            throw DeviceError(.unsupported, doing: "open suggestion box", "settings: \(contradiction)")
        }
    }

    private var contradiction: String? {
        if slotPin == lidPin { return "slotPin and lidPin are both \(BoxSettings.pins[slotPin])" }
        // Faster than 2 ms the chip does not answer (EasyMCP2221, docs/source/limitations_bugs.rst: 500 a second).
        if pollEvery < .milliseconds(2) { return "pollEvery is below 2ms" }
        if pollEvery.milliseconds >= deposits.lateAfter { return "pollEvery is not below lateAfter" }
        if deposits.minBlock > deposits.maxBlock { return "minBlock is above maxBlock" }
        if deposits.blockedAfter > deposits.blockedFault { return "blockedAfter is above blockedFault" }
        return nil
    }

    package var pinsInUse: [Int] { [slotPin] + (lidPin.map { [$0] } ?? []) }
    package var slotPinName: String { BoxSettings.pins[slotPin] }
    package var lidPinName: String { lidPin.map { BoxSettings.pins[$0] } ?? BoxSettings.noPin }
}

extension BoxSettings {
    /// - Throws: `DeviceError` `.malformedReply` when a pin is no input, for example after somebody has reset the chip.
    package func sample(_ answer: TimedReport) throws(DeviceError) -> PinSample {
        guard MCP2221.isSuccess(answer.bytes) else {
            throw DeviceError(.malformedReply, doing: "read pins", "failed with \(Hex.text(answer.bytes.prefix(2)))")
        }
        let slot = try level(slotPin, of: answer.bytes)
        var lid: Level?
        if let lidPin { lid = try level(lidPin, of: answer.bytes) }
        return PinSample(at: answer.at, slotBlocked: slot == slotBlocked, lidOpen: lid.map { $0 == lidOpen })
    }

    private func level(_ pin: Int, of answer: [UInt8]) throws(DeviceError) -> Level {
        guard case .input(let isHigh) = MCP2221.pin(pin, of: answer) else {
            throw DeviceError(.malformedReply, doing: "read pins", "GP\(pin) is not an input any more")
        }
        return isHigh ? .high : .low
    }
}
