import DisplayDriver
import DriverKit
import IPPPrinterDriver
import NetworkDriver
import OnbonLEDDriver
import QueryPCDriver
import SuggestionBoxDriver
import TouchPanelDriver
import USBPrinterDriver
import ZoneConfig
import ZoneInput
import ZoneLinux
import ZoneModel
import ZoneNetwork
import ZonePorts
import ZonePrinting
import ZoneProfiles
import ZoneTime

/// Where drivers meet the machine, or what stands for it.
package struct DeviceSeams: Sendable {
    package var input: any InputOpener
    package var bytes: any ByteOpener
    package var reports: any ReportOpener
    package var printers: any PrinterPortOpener
    package var printing: any PrinterExchange
    /// The PC's own print system; `nil`: it is left alone.
    package var printSystem: (any PrintSystem)?
    package var network: any NetworkProbes
    package var displays: any DisplaySource
    package var portals: @Sendable () -> [PortalConfig]
    /// By the published hours; `nil`: there are none.
    package var isHallOpen: @Sendable (WallTime) -> Bool?
    /// Whose file system the PC's disk is.
    package var statePath: String
    /// What the PC is asked beside its files.
    package var pc: PCSeams

    /// This machine, with nothing to print on and no portals until they are given.
    package init(
        input: any InputOpener = AnyInputOpener(), bytes: any ByteOpener = SystemByteOpener(),
        reports: any ReportOpener = SystemReportOpener(), printers: any PrinterPortOpener = SystemPrinterOpener(),
        printing: (any PrinterExchange)? = nil,
        printSystem: (any PrintSystem)? = nil,
        network: any NetworkProbes = LinuxNetwork(), displays: any DisplaySource = SysfsDisplays(),
        portals: @escaping @Sendable () -> [PortalConfig] = { [] },
        isHallOpen: @escaping @Sendable (WallTime) -> Bool? = { _ in nil },
        statePath: String = "/", pc: PCSeams = PCSeams()
    ) {
        self.pc = pc
        (self.input, self.bytes, self.reports, self.printers) = (input, bytes, reports, printers)
        (self.printing, self.printSystem) = (printing ?? NoPrinting(), printSystem)
        (self.network, self.displays, self.portals, self.statePath) = (network, displays, portals, statePath)
        self.isHallOpen = isHallOpen
    }
}

/// Every driver there is. A new one is one line here.
package enum DriverRegistry {
    package static func all(_ seams: DeviceSeams, clock: any ZoneClock) -> [any DeviceDriver] {
        [
            TouchPanelDriver(opener: seams.input, clock: clock, isHallOpen: seams.isHallOpen),
            DisplayDriver(source: seams.displays, clock: clock),
            IPPPrinterDriver(exchange: seams.printing, clock: clock, system: seams.printSystem),
            USBPrinterDriver(opener: seams.printers, clock: clock),
            OnbonLEDDriver(opener: seams.bytes, clock: clock),
            MCP2221BoxDriver(opener: seams.reports, clock: clock),
            NetworkDriver(
                probes: seams.network, clock: clock,
                portals: { seams.portals().map { Portal(name: $0.name, url: $0.url, mark: $0.mark) } }),
            QueryPCDriver(statePath: seams.statePath, clock: clock, seams: seams.pc),
        ]
    }

    /// For lint and for setup, without a running agent.
    package static var shipped: [any DeviceDriver] { all(DeviceSeams(), clock: SystemClock()) }

    package static var shippedFacts: [String: DriverFacts] { facts(shipped) }

    /// What profile lint must know.
    package static func facts(_ drivers: [any DeviceDriver]) -> [String: DriverFacts] {
        Dictionary(
            drivers.map { driver in
                let settings = driver.settings.mapValues { kind in
                    { @Sendable (text: String) in kind.complaint(about: text) }
                }
                return (driver.name, DriverFacts(kinds: driver.kinds, settings: settings))
            }
        ) { first, _ in first }
    }
}

/// evdev nodes by libevdev, simulated panels by their stream.
package struct AnyInputOpener: InputOpener {
    package init() {}

    package func open(_ attachment: Attachment) async throws(DeviceError) -> any InputSource {
        switch attachment {
        case .node: try await EvdevOpener().open(attachment)
        case .address, .machine: try await StreamInputOpener().open(attachment)
        }
    }
}

/// Answers nothing; only its type is needed.
private struct NoPrinting: PrinterExchange {
    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        .failure(PrinterSilence(.workerFailed, "no worker"))
    }

    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        .failure(PrinterSilence(.workerFailed, "no worker"))
    }
}
