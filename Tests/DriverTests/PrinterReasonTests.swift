import DriverKit
import Foundation
import IPPPrinterDriver
import IPPPrinterSimulator
import Testing
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTime

/// The table of the driver's README, read from the README, so that neither can be right alone.
struct ReasonRow: Sendable, CustomTestStringConvertible {
    let code: String
    /// Keywords; a family is told by its end, such as `-jam`.
    let words: [String]
    var testDescription: String { code }

    static let all: [ReasonRow] = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let readme = tests.deletingLastPathComponent().appending(path: "Sources/Drivers/IPPPrinter/README.md")
        let text = (try? String(contentsOf: readme, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n").drop { !$0.hasPrefix("| code | printer-state-reasons") }
        return lines.dropFirst(2).prefix { $0.hasPrefix("| `prn.") }.compactMap(ReasonRow.init)
    }()

    /// `nil` for what no reason can raise.
    private init?(_ line: Substring) {
        // What follows is about a printer with several trays; the simulated one has one.
        let always = line.firstRange(of: "; only low").map { line[..<$0.lowerBound] } ?? line
        let quoted = always.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        guard let first = quoted.first, quoted.count > 1 else { return nil }
        (code, words) = (first, Array(quoted.dropFirst()))
    }

    /// Each keyword as a device may send it: plain, with each suffix, with a suffix that the device has cut off.
    var reasons: [String] {
        words.flatMap { word in
            let keyword = word.hasPrefix("-") ? "tray-2" + word : word
            return ["", "-report", "-warning", "-error", "-repor", "-warnin", "-erro"].map { keyword + $0 }
        }
    }
}

@Suite("Printer: each reason of the README's table, from a device's bytes to its code")
struct PrinterReasonTests {
    @Test("the table speaks of every code that a reason can raise")
    func complete() {
        #expect(Set(ReasonRow.all.map(\.code)) == Set(StateReason.codes.map(\.rawValue)))
        #expect(ReasonRow.all.flatMap(\.words).count >= 25)
    }

    @Test("with every suffix it is this code and no other", arguments: ReasonRow.all)
    func raised(_ row: ReasonRow) async throws {
        let printer = PrinterServer()
        try await printer.start()
        let client = WorkerRig.client()
        let driver = IPPPrinterDriver(exchange: client, clock: SystemClock())
        let device = try await driver.open(
            .address("ipp://127.0.0.1:\(await printer.boundPort)/ipp/print"),
            profile: DeviceProfile(driver: driver.name, kind: .printer, settings: ["answerWithin": "20s"]),
            tap: WireTap())
        for reason in row.reasons {
            #expect(try await printer.apply("reasons", reason))
            let report = try await device.check(within: .seconds(20))
            let raised = report.symptoms.compactMap { symptom in
                if case .wrong = symptom.sight { symptom.code.rawValue } else { nil }
            }
            // Only `other` tells its weight apart: what is reported is not wrong.
            let isReported = reason.hasPrefix("other-repo")
            #expect(raised == (isReported ? [] : [row.code]), "\(reason)")
        }
        await device.close()
        await client.close()
        await printer.stop()
    }
}
