// Purpose: the devices a demo zone lacks, in a process of their own: the agent under test is unmodified.
import IPPPrinterSimulator
import OnbonLEDSimulator
import SuggestionBoxSimulator
import TouchPanelSimulator
import ZoneConfig
import ZoneLinux
import ZoneModel

/// All simulators of one zone, and the moves a person can make on them.
package struct SimulatedZone: Sendable {
    package static let panelID = "touch-sim"
    package static let printerID = "printer-sim"
    package static let signID = "led-sim"
    package static let boxID = "box-sim"

    package let panel: PanelServer
    package let printer: PrinterServer
    package let sign: CardServer
    package let box: ChipServer

    package init(places: Places) {
        panel = PanelServer(path: places.simulatedPanel)
        box = ChipServer(path: places.simulatedBox)
        (printer, sign) = (PrinterServer(), CardServer())
    }

    package func start() async throws {
        try await panel.plug()
        try await printer.start()
        try await sign.start()
        try await box.plug()
    }

    package func stop() async {
        await panel.unplug()
        await printer.stop()
        await sign.stop()
        await box.unplug()
    }

    package struct UnknownMove: Error, CustomStringConvertible {
        package let device: String
        package let move: String
        package var description: String {
            guard let known = SimulatedZone.moves.first(where: { $0.device == device }) else {
                let names = SimulatedZone.moves.map(\.device).joined(separator: ", ")
                return "没有模拟设备“\(device)”，有的是：\(names)。 No simulated device “\(device)”; there are: \(names)."
            }
            // What needs a word of explanation has a line of its own.
            let moves = known.moves.joined(separator: known.device == SimulatedZone.panelID ? "\n" : ", ")
            return "模拟设备 \(device) 没有动作“\(move)”，可用：\(moves)。 \(device) has no move “\(move)”; known: \(moves)."
        }
    }

    private static let moves: [(device: String, moves: [String])] = [
        (printerID, SimulatedPrinter.help + SimulatedScanner.help), (panelID, PanelServer.help),
        (signID, CardServer.help), (boxID, ChipServer.help),
    ]

    package static let help = moves.map { device, moves in
        "\(device): " + (device == panelID ? PanelServer.usages : moves).joined(separator: ", ")
    }.joined(separator: " · ")

    /// One move, such as `paper=0` on the printer or `unplug` on the panel.
    package func apply(_ move: String, to device: String) async throws {
        let parts = move.split(separator: "=", maxSplits: 1).map(String.init)
        let pair = parts.count == 2 ? (parts[0], parts[1]) : nil
        let isDone: Bool
        switch (device, pair) {
        case (SimulatedZone.panelID, _): isDone = try await panel.apply(move)
        case (SimulatedZone.boxID, _): isDone = try await box.apply(move)
        case (SimulatedZone.printerID, let (key, value)?): isDone = try await printer.apply(key, value)
        case (SimulatedZone.signID, let (key, value)?): isDone = await sign.apply(key, value)
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
            SimulatedZone.signID: await sign.truth, SimulatedZone.boxID: await box.truth,
            SimulatedZone.panelID: [
                "plugged": .bool(await panel.isPlugged), "contacts": .integer(Int64(await panel.contactCount)),
                "grabbed": .bool(await panel.isGrabbed),
            ],
        ]
    }
}
