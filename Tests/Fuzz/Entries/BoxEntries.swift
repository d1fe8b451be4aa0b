import DriverKit
import SuggestionBoxDriver
import ZoneModel

extension FuzzEntry {
    /// A HID report descriptor, and the same bytes as a report.
    static let hidReports = FuzzEntry("hid-reports", longest: ReportDescriptor.longest + 8) { bytes in
        let result = form(of: bytes)
        if case .success(let form) = result {
            try promise(bytes.count <= ReportDescriptor.longest, "a descriptor longer than any")
            try promise(form.pages.count <= bytes.count, "more collections than bytes")
            for count in [form.inputBytes, form.outputBytes, form.featureBytes] {
                try promise((0...8192).contains(count), "a report of \(count) bytes")
            }
            try promiseClean(form.mismatch ?? "", "mismatch")
        }
        // An item that says nothing of the form changes nothing: a usage, a long item of a vendor.
        let idleItems: [[UInt8]] = [[0x08], [0xFE, 0x02, 0x00, 0xA1, 0xC0]]
        for idle in idleItems where bytes.count + idle.count <= ReportDescriptor.longest {
            let moved = result.mapError { $0.moved(by: idle.count) }
            try promise(form(of: idle + bytes) == moved, "an idle item changes the form")
        }
        try promiseReport(bytes)
        try promiseReport(Array((bytes + [UInt8](repeating: 0, count: MCP2221.reportLength)).prefix(64)))
    }

    private static func form(of bytes: [UInt8]) -> Result<ReportDescriptor, ReportDescriptor.Flaw> {
        Result { () throws(ReportDescriptor.Flaw) in try ReportDescriptor(bytes) }
    }

    private static func promiseReport(_ report: [UInt8]) throws {
        let isWhole = report.count == MCP2221.reportLength
        for pin in [-1, MCP2221.pinCount] {
            try promise(MCP2221.pin(pin, of: report) == .nonsense, "a pin that the chip does not have")
        }
        if let pins = MCP2221.pinBytes(of: report) {
            try promise(isWhole && pins.count == MCP2221.pinCount, "\(pins.count) pins")
            try promise(MCP2221.writePins(pins).count == MCP2221.reportLength, "a command of another length")
        }
        if let firmware = MCP2221.firmware(of: report) {
            try promise(isWhole && firmware.utf8.count == 3, "firmware \(firmware)")
            try promiseClean(firmware, "firmware")
        }
        do throws(DeviceError) {
            _ = try BoxSettings().sample(TimedReport(report, at: MonoTime(milliseconds: 0)))
        } catch {
            return try promiseClean(error.description, "refusal of a report")
        }
        try promise(isWhole && report[1] == 0, "half a report is a sample")
    }

    /// Four bytes of settings, then two for each look at the pins: how long after the one before, and what was seen.
    static let boxSamples = FuzzEntry("box-samples") { bytes in
        guard bytes.count >= 4, let settings = try? BoxSettings(boxTexts(Array(bytes.prefix(4)))) else { return }
        var (log, time) = (DepositLog(settings), Int64(1_000_000))
        for place in stride(from: 4, to: bytes.count - 1, by: 2) {
            time &+= step(bytes[place])
            let report = report(seen: bytes[place + 1], settings)
            let sample: PinSample
            do throws(DeviceError) {
                sample = try settings.sample(TimedReport(report, at: MonoTime(milliseconds: time)))
            } catch {
                try promiseClean(error.description, "refusal of a report")
                continue
            }
            try log.take(sample)
        }
        try log.finish()
    }

    /// Shorter times than any box has, so that much happens within one input.
    private static func boxTexts(_ bytes: [UInt8]) -> [String: String] {
        [
            "lidPin": bytes[0] & 1 == 0 ? "gp2" : "none", "slotBlocked": bytes[0] & 2 == 0 ? "high" : "low",
            "lidOpen": bytes[0] & 4 == 0 ? "high" : "low", "burst": "\(2 + bytes[0] >> 3)",
            "minBlock": "\(1 + bytes[1] & 15)ms", "lockout": "\(1 + Int(bytes[1] >> 4) * 10)ms",
            "maxBlock": "\(20 + Int(bytes[2]) * 2)ms", "lidSettle": "\(1 + Int(bytes[3] & 15) * 50)ms",
            "contact": "\(1 + bytes[3] >> 4)ms", "blockedAfter": "700ms", "blockedFault": "900ms",
            "burstWithin": "2s",
        ]
    }

    private static func step(_ byte: UInt8) -> Int64 {
        let odd: [Int64] = [-1, -700, 86_400_000, .max, .min]
        switch byte {
        case 0..<200: return Int64(byte)
        case 200..<250: return Int64(byte - 199) * 60
        default: return odd[Int(byte) % odd.count]
        }
    }

    /// Bits: level of the slot's pin, of the lid's, and what else may come instead.
    private static func report(seen bits: UInt8, _ settings: BoxSettings) -> [UInt8] {
        var report = [UInt8](repeating: 0, count: MCP2221.reportLength)
        report[0] = MCP2221.Command.readPins
        for pin in 0..<MCP2221.pinCount { report[3 + 2 * pin] = 1 }
        report[2 + 2 * settings.slotPin] = bits & 1
        if let lid = settings.lidPin { report[2 + 2 * lid] = bits >> 1 & 1 }
        switch bits >> 4 {
        case 13: report[1] = 1
        case 14: report[3 + 2 * settings.slotPin] = MCP2221.notGPIODirection
        case 15: report.removeLast(Int(bits & 15))
        default: break
        }
        return report
    }
}

extension ReportDescriptor.Flaw {
    fileprivate func moved(by count: Int) -> ReportDescriptor.Flaw {
        switch self {
        case .tooLong: .tooLong
        case .truncated(let place): .truncated(at: place + count)
        case .unbalanced(let place): .unbalanced(at: place + count)
        case .tooLarge(let place): .tooLarge(at: place + count)
        }
    }
}
