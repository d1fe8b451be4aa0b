import DriverKit
import IPPPrinterDriver
import NetworkDriver
import OnbonLEDDriver
import QueryPCDriver
import SuggestionBoxDriver
import TouchPanelDriver
import USBPrinterDriver
import ZoneLinux
import ZonePrinting
import ZoneProfiles

/// What the drivers themselves say of their settings. (The list of the product stands on a core that cannot be reached
/// from here.)
enum KnownDrivers {
    static let facts: [String: DriverFacts] = {
        let (seam, clock) = (NoSeam(), SystemClock())
        let all: [any DeviceDriver] = [
            TouchPanelDriver(opener: seam, clock: clock), IPPPrinterDriver(exchange: seam, clock: clock),
            OnbonLEDDriver(opener: seam, clock: clock), MCP2221BoxDriver(opener: seam, clock: clock),
            USBPrinterDriver(opener: seam, clock: clock),
            NetworkDriver(probes: seam, clock: clock, portals: { [] }), QueryPCDriver(statePath: "/", clock: clock),
        ]
        return all.reduce(into: [:]) { facts, driver in
            let settings = driver.settings.mapValues { kind in
                { @Sendable (text: String) in kind.complaint(about: text) }
            }
            facts[driver.name] = DriverFacts(kinds: driver.kinds, settings: settings)
        }
    }()
}

/// Drivers ask to be given something; nothing is opened here.
private struct NoSeam: InputOpener, ByteOpener, ReportOpener, PrinterPortOpener, PrinterExchange, NetworkProbes {
    private static let absent = DeviceError(.absent, doing: "open", "nothing is here")

    func open(_ attachment: Attachment) async throws(DeviceError) -> any InputSource { throw NoSeam.absent }

    func open(
        _ address: PortAddress, within deadline: Duration, tap: WireTap
    ) async throws(DeviceError) -> any BytePort { throw NoSeam.absent }

    func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any ReportPort {
        throw NoSeam.absent
    }

    func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any PrinterPort {
        throw NoSeam.absent
    }

    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        .failure(PrinterSilence(.workerFailed, ""))
    }

    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        .failure(PrinterSilence(.workerFailed, ""))
    }

    func line(within deadline: Duration) async -> LineFacts { LineFacts(interfaces: [], routes: nil) }

    func ask(_ routes: [DefaultRoute], within deadline: Duration) async -> [DefaultRoute: GatewayAnswer] { [:] }

    func resolve(
        _ hosts: [String], _ families: [IPFamily], within deadline: Duration
    ) async -> [String: [NameAnswer]] { [:] }

    func fetch(_ request: PageRequest, within deadline: Duration) async -> Result<PageAnswer, PageFailure> {
        .failure(PageFailure(""))
    }

    func certificate(
        of host: String, address: String, port: Int, within deadline: Duration
    ) async -> CertificateFact? { nil }
}
