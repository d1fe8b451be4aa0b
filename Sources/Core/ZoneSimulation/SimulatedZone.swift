// Purpose: the devices a demo zone lacks, in a process of their own: the agent under test is unmodified.
import IPPPrinterSimulator
import TouchPanelSimulator
import ZoneConfig
import ZoneLinux
import ZoneModel

/// All simulators of one zone, and the moves a person can make on them.
package struct SimulatedZone: Sendable {
    package static let panelID = "touch-sim"
    package static let printerID = "printer-sim"

    package let panel: PanelServer
    package let printer: PrinterServer

    package init(places: Places) {
        panel = PanelServer(path: places.simulatedPanel)
        printer = PrinterServer()
    }

    package func start() async throws {
        try await panel.plug()
        try await printer.start()
    }

    package func stop() async {
        await panel.unplug()
        await printer.stop()
    }

    package struct UnknownMove: Error, CustomStringConvertible {
        package let device: String
        package let move: String
        package var description: String {
            "模拟设备 \(device) 没有动作“\(move)”。 \(device) has no move “\(move)”. \(SimulatedZone.help)"
        }
    }

    package static let help =
        "\(printerID): \(SimulatedPrinter.help.joined(separator: ", ")) · \(panelID): \(PanelServer.help.joined(separator: ", "))"

    /// One move, such as `paper=0` on the printer or `unplug` on the panel.
    package func apply(_ move: String, to device: String) async throws {
        let isDone: Bool
        switch device {
        case SimulatedZone.panelID: isDone = try await panel.apply(move)
        case SimulatedZone.printerID:
            let parts = move.split(separator: "=", maxSplits: 1).map(String.init)
            isDone = parts.count == 2 ? try await printer.apply(parts[0], parts[1]) : false
        default: isDone = false
        }
        guard isDone else { throw UnknownMove(device: device.cleaned(limit: 40), move: move.cleaned(limit: 80)) }
    }

    /// The truth inside the simulators, to compare an agent's answer with.
    package func truth() async -> JSONValue {
        let inside = printer.state
        return [
            SimulatedZone.printerID: [
                "power": inside.isOn ? "on" : "off", "paper": .integer(Int64(inside.paperSheets)),
                "toner": .integer(Int64(inside.tonerPercent)), "manner": .string(inside.manner.rawValue),
                "reasons": .array(inside.reasons.map { .string($0) }),
            ],
            SimulatedZone.panelID: [
                "plugged": .bool(await panel.isPlugged), "contacts": .integer(Int64(await panel.contactCount)),
            ],
        ]
    }
}
