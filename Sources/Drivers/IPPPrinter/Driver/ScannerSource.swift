import DriverKit
import ZoneModel
import ZonePrinting

/// The scanner of a device that prints and copies, asked by eSCL (one GET of ScannerStatus) after its printer.
package struct ScannerSource: Sendable, Hashable {
    package static let settings: [String: SettingKind] = [
        "escl": .choice(["off", "on"]), "esclPath": .text, "esclPort": .integer(1...65_535),
    ]

    /// With less than this an answer that does not come proves nothing.
    private static let leastTime = Duration.milliseconds(500)

    private let path: String
    private let port: Int?

    /// `nil` where it is off, which it is unless the profile says otherwise.
    package init?(_ settings: [String: String]) {
        guard settings["escl"] == "on" else { return nil }
        (path, port) = (settings["esclPath"] ?? "/eSCL", settings["esclPort"].flatMap { Int($0) })
    }

    /// Where it is copied from.
    package func address(of uri: String) -> String? { ScannerAddress.base(printer: uri, path: path, port: port) }

    /// The report with the scanner in it. That it says nothing is its fault only while its printer speaks: both have
    /// one plug.
    package func complete(
        _ report: Report, of uri: String, by exchange: any PrinterExchange, within left: Duration
    ) async -> Report {
        guard report.link == .up else { return report.with(.unknown(reason: "its printer does not answer"), nil) }
        guard left >= ScannerSource.leastTime else { return report.with(.unknown(reason: "no time was left"), nil) }
        switch await exchange.ask(.scanner(uri, path: path, port: port), within: left) {
        case .success(let answer):
            guard let status = answer.scanner else { return report.with(.unknown(reason: "it was not asked"), nil) }
            return report.with(status.fault.map { .wrong(evidence: $0) } ?? .fine, status)
        // Our own child ended or was late, which says nothing about the scanner.
        case .failure(let silence) where [.workerFailed, .workerOverrun].contains(silence.kind):
            return report.with(.unknown(reason: "\(silence)".cleaned()), nil)
        case .failure(let silence): return report.with(.wrong(evidence: "\(silence)".cleaned()), nil)
        }
    }
}

extension Report {
    fileprivate func with(_ sight: Symptom.Sight, _ status: ScannerStatus?) -> Report {
        var report = self
        report.symptoms.append(Symptom(.scanFailed, sight))
        let detail = status.map { status in
            JSONValue.members([
                "state": .string(status.state.rawValue), "adf": status.adf.map { .string($0) }, "source": "escl",
            ])
        }
        report.add(detail, as: "scanner")
        return report
    }
}

extension IPPPrinterDevice: DocumentScanner {
    nonisolated var scannerAddress: String? { scanner?.address(of: uri) }
}
