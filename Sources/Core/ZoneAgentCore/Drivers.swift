import DriverKit
import IPPPrinterDriver
import NetworkDriver
import QueryPCDriver
import TouchPanelDriver
import ZoneConfig
import ZoneInput
import ZoneLinux
import ZoneNetwork
import ZonePrinting
import ZoneProfiles
import ZoneTime

/// Every driver there is. A new one is one line here.
package enum DriverRegistry {
    package static func all(
        input: any InputOpener, printing: any PrinterExchange, network: any NetworkProbes,
        portals: @escaping @Sendable () -> [PortalConfig],
        statePath: String, clock: any ZoneClock
    ) -> [any DeviceDriver] {
        [
            TouchPanelDriver(opener: input, clock: clock),
            IPPPrinterDriver(exchange: printing, clock: clock),
            NetworkDriver(
                probes: network, portals: { portals().map { Portal(name: $0.name, url: $0.url, mark: $0.mark) } }),
            QueryPCDriver(statePath: statePath, clock: clock),
        ]
    }

    /// For lint without a running agent: the drivers with nothing behind them.
    package static var shippedFacts: [String: DriverFacts] {
        facts(
            all(
                input: AnyInputOpener(), printing: NoPrinting(), network: LinuxNetwork(), portals: { [] },
                statePath: "/",
                clock: SystemClock()))
    }

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
