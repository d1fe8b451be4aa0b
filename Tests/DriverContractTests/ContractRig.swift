import DriverKit
import IPPPrinterDriver
import IPPPrinterSimulator
import Logging
import NetworkDriver
import PrintingWorker
import QueryPCDriver
import TouchPanelDriver
import TouchPanelSimulator
import ZoneAgentCore
import ZoneLinux
import ZoneModel
import ZoneNetwork
import ZonePrinting
import ZoneTestKit

/// A driver with the far end of its wire, ready to be opened. Every driver of the registry must have one.
struct ContractRig: Sendable {
    var driver: any DeviceDriver
    var attachment: Attachment
    /// An attachment that is not of its kind.
    var foreign: Attachment
    /// Makes the far end silent; `nil` for what cannot fall silent.
    var silence: (@Sendable () async throws -> Void)?
    var dispose: @Sendable () async -> Void

    static func make(_ driver: any DeviceDriver, _ world: ContractWorld) async throws -> ContractRig? {
        switch driver.name {
        case "touch-panel":
            let panel = world.panel
            return ContractRig(
                driver: driver, attachment: .address("sim-input:\(panel.path)"), foreign: .machine,
                silence: { await panel.unplug() }, dispose: {})
        case "ipp-printer":
            let printer = world.printer
            return ContractRig(
                driver: driver, attachment: .address("ipp://127.0.0.1:\(await printer.boundPort)/ipp/print"),
                foreign: .address("usb://nothing"), silence: { _ = try await printer.apply("manner", "silent") },
                dispose: {})
        case "network-chain", "query-pc":
            return ContractRig(
                driver: driver, attachment: .machine, foreign: .address("ipp://x/"), silence: nil, dispose: {})
        default: return nil
        }
    }
}

/// Everything that the rigs stand on; one per test.
struct ContractWorld: Sendable {
    let root: TemporaryRoot
    let panel: PanelServer
    let printer = PrinterServer()
    let printing: PrintingWorkerClient

    init() async throws {
        root = try TemporaryRoot()
        panel = PanelServer(path: root.path + "/panel.sock")
        printing = PrintingWorkerClient(clock: SystemClock(), log: Logger(label: "test")) { fd in
            await BlockingLane(label: "worker").run {
                PrintingWorker(output: fd).run(input: fd)
                _ = OwnedFD(adopting: fd)
            }
        }
        try await panel.plug()
        try await printer.start()
    }

    var drivers: [any DeviceDriver] {
        DriverRegistry.all(
            input: AnyInputOpener(), printing: printing, network: QuietNetwork(), portals: { [] }, statePath: root.path,
            clock: SystemClock())
    }

    func end() async {
        await panel.unplug()
        await printer.stop()
        await printing.close()
    }
}

/// A network that asks nobody.
private struct QuietNetwork: NetworkProbes {
    func interfaces() -> [InterfaceFact] { [] }
    func defaultRoute() -> DefaultRoute? { nil }
    func gatewayAnswers(_ route: DefaultRoute, within deadline: Duration) async -> ProbeOutcome { .notTried("test") }
    func resolve(_ host: String, within deadline: Duration) async -> NameOutcome { .noAnswer("test") }
    func fetch(
        _ url: String, host: String, address: String, within deadline: Duration
    ) async -> Result<PageAnswer, PageFailure> { .failure(PageFailure("test")) }
}
