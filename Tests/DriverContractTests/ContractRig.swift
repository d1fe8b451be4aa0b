import DriverKit
import IPPPrinterDriver
import IPPPrinterSimulator
import Logging
import NetworkDriver
import OnbonLEDSimulator
import PrintingWorker
import QueryPCDriver
import SuggestionBoxSimulator
import TouchPanelDriver
import TouchPanelSimulator
import USBPrinterSimulator
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
        case "onbon-led":
            let sign = world.sign
            return ContractRig(
                driver: driver, attachment: .address("onbon://127.0.0.1:\(await sign.boundPort)"),
                foreign: .address("ipp://x/"), silence: { _ = await sign.apply("manner", "silent") }, dispose: {})
        case "mcp2221-box":
            let box = world.box
            return ContractRig(
                driver: driver, attachment: .address("sim-hid:\(box.path)"), foreign: .machine,
                silence: { _ = try await box.apply("silent") }, dispose: {})
        case "usb-printer":
            let printer = world.usbPrinter
            return ContractRig(
                driver: driver, attachment: .address("sim-usblp:\(printer.path)"), foreign: .address("ipp://x/"),
                silence: { _ = try await printer.apply("manner=silent") }, dispose: {})
        case "drm-display":
            let display = world.display
            return ContractRig(
                driver: driver, attachment: .address("sim-display:\(display)"), foreign: .machine,
                silence: { try SmallFile.replace(display + "/status", with: "disconnected\n") }, dispose: {})
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
    let sign = CardServer()
    let box: ChipServer
    let usbPrinter: USBPrinterServer
    /// A connector's folder, as in sysfs.
    let display: String
    let printing: PrintingWorkerClient

    init() async throws {
        root = try TemporaryRoot()
        panel = PanelServer(path: root.path + "/panel.sock")
        box = ChipServer(path: root.path + "/box.sock")
        usbPrinter = USBPrinterServer(path: root.path + "/lp.sock")
        display = root.path + "/card0-HDMI-A-1"
        try SmallFile.makeDirectory(display)
        try SmallFile.replace(display + "/status", with: "connected\n")
        printing = PrintingWorkerClient(clock: SystemClock(), log: Logger(label: "test")) { fd in
            await BlockingLane(label: "worker").run {
                PrintingWorker(output: fd).run(input: fd)
                _ = OwnedFD(adopting: fd)
            }
        }
        try await panel.plug()
        try await printer.start()
        try await sign.start()
        try await box.plug()
        try await usbPrinter.plug()
    }

    var drivers: [any DeviceDriver] {
        DriverRegistry.all(
            DeviceSeams(printing: printing, network: QuietNetwork(), statePath: root.path), clock: SystemClock())
    }

    func end() async {
        await panel.unplug()
        await printer.stop()
        await sign.stop()
        await box.unplug()
        await usbPrinter.unplug()
        await printing.close()
    }
}

/// A network that asks nobody.
private struct QuietNetwork: NetworkProbes {
    func line(within deadline: Duration) async -> LineFacts { LineFacts(interfaces: [], routes: []) }

    func ask(_ routes: [DefaultRoute], within deadline: Duration) async -> [DefaultRoute: GatewayAnswer] { [:] }

    func resolve(
        _ hosts: [String], _ families: [IPFamily], within deadline: Duration
    ) async -> [String: [NameAnswer]] { [:] }

    func fetch(_ request: PageRequest, within deadline: Duration) async -> Result<PageAnswer, PageFailure> {
        .failure(PageFailure("test"))
    }

    func certificate(
        of host: String, address: String, port: Int, within deadline: Duration
    ) async -> CertificateFact? { nil }
}
