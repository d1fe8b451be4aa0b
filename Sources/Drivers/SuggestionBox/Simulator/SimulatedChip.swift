// Purpose: the far end of a suggestion box's wire: the chip with its pins, and a Unix stream that carries its reports,
// with faults.
import DriverKit
import SuggestionBoxDriver
import ZoneModel

/// The inside of an MCP2221A as far as its pins go (data sheet DS20005565, section 3.1): a report in, a report out.
/// Times, I2C and the serial line are not played.
package struct SimulatedChip: Sendable, Hashable {
    /// How it answers.
    package enum Manner: String, Sendable, CaseIterable {
        case honest
        /// Takes commands, says nothing.
        case silent
        /// Repeats another command's number, as another device would.
        case foreign
    }

    /// UART LEDs, USB configured, I2C LED: no pin of a new chip is an input (table 1-5).
    package static let factoryPins: [UInt8] = [0x02, 0x03, 0x01, 0x01]
    /// GP1's function that remembers edges.
    private static let edgeDetector: UInt8 = 0x04
    private static let refused: UInt8 = 0x01

    package var manner = Manner.honest
    /// A chip that is locked by a password keeps its settings.
    package var isLocked: Bool
    /// What the outside gives to the four pins.
    package private(set) var levels: [Bool]
    /// Pin bytes now in force; those of the power-on come back with a reset.
    package private(set) var pins: [UInt8]
    package private(set) var edgeFlag = false
    /// How often it has been told to start anew; its reader loses it each time.
    package private(set) var resetCount = 0
    private let powerOnPins: [UInt8]
    private var (detectsRising, detectsFalling) = (true, true)

    /// - Parameter pins: four pin bytes as they are after power-on.
    package init(
        pins: [UInt8] = SimulatedChip.factoryPins, levels: [Bool] = [false, false, false, true], isLocked: Bool = false
    ) {
        let four = Array((pins + SimulatedChip.factoryPins.dropFirst(pins.count)).prefix(MCP2221.pinCount))
        (self.pins, powerOnPins, self.isLocked) = (four, four, isLocked)
        self.levels = Array((levels + [false, false, false, false]).prefix(MCP2221.pinCount))
    }

    package mutating func set(pin: Int, high: Bool) {
        guard levels.indices.contains(pin), levels[pin] != high else { return }
        levels[pin] = high
        let isWatched = pins[1] & MCP2221.PinByte.functionMask == SimulatedChip.edgeDetector
        if pin == 1, isWatched, high ? detectsRising : detectsFalling { edgeFlag = true }
    }

    /// - Returns: `nil` where the chip says nothing: silence, a reset, what is no report.
    package mutating func answer(_ report: [UInt8]) -> [UInt8]? {
        guard report.count == MCP2221.reportLength else { return nil }
        let answer = honestAnswer(report)
        switch manner {
        case .honest: return answer
        case .silent: return nil
        case .foreign: return answer.map { [~$0[0]] + $0.dropFirst() }
        }
    }

    private mutating func honestAnswer(_ report: [UInt8]) -> [UInt8]? {
        var answer = [UInt8](repeating: 0, count: MCP2221.reportLength)
        answer[0] = report[0]
        switch report[0] {
        case MCP2221.Command.status: fillStatus(&answer)
        case MCP2221.Command.readPins: fillPins(&answer)
        case MCP2221.Command.readSettings:
            // Lengths of the two parts of the settings (table 3-39).
            (answer[2], answer[3]) = (18, 4)
            answer.replaceSubrange(22...25, with: pins)
        case MCP2221.Command.writeSettings where isLocked: answer[1] = SimulatedChip.refused
        case MCP2221.Command.writeSettings: takeSettings(report)
        case MCP2221.Command.setOutputs: setOutputs(report, &answer)
        case MCP2221.Command.reset where Array(report[1...3]) == [0xAB, 0xCD, 0xEF]:
            (pins, edgeFlag, resetCount) = (powerOnPins, false, resetCount + 1)
            return nil
        default: answer[1] = SimulatedChip.refused
        }
        return answer
    }

    private func fillStatus(_ answer: inout [UInt8]) {
        answer[24] = edgeFlag ? 1 : 0
        answer.replaceSubrange(46...49, with: Array("A612".utf8))
        // Ten bits of each converter, little-endian: a digital level is one end of the scale.
        for pin in 1...3 where levels[pin] { (answer[48 + 2 * pin], answer[49 + 2 * pin]) = (0xFF, 0x03) }
    }

    private func fillPins(_ answer: inout [UInt8]) {
        for (number, pin) in pins.enumerated() {
            let isInput = pin & MCP2221.PinByte.input != 0
            let isHigh = isInput ? levels[number] : pin & MCP2221.PinByte.outputHigh != 0
            let isGPIO = pin & MCP2221.PinByte.functionMask == 0
            answer[2 + 2 * number] = isGPIO ? (isHigh ? 1 : 0) : MCP2221.notGPIOLevel
            answer[3 + 2 * number] = isGPIO ? (isInput ? 1 : 0) : MCP2221.notGPIODirection
        }
    }

    private mutating func takeSettings(_ report: [UInt8]) {
        let edges = report[6]
        if edges & 0x80 != 0 {
            if edges & 0x10 != 0 { detectsRising = edges & 0x08 != 0 }
            if edges & 0x04 != 0 { detectsFalling = edges & 0x02 != 0 }
            if edges & 0x01 != 0 { edgeFlag = false }
        }
        if report[7] & 0x80 != 0 { pins = Array(report[8...11]) }
    }

    /// Four bytes for each pin: change the level, level, change the direction, direction (table 3-32).
    private mutating func setOutputs(_ report: [UInt8], _ answer: inout [UInt8]) {
        for number in pins.indices {
            let place = 2 + 4 * number
            guard pins[number] & MCP2221.PinByte.functionMask == 0 else {
                for index in place...place + 3 { answer[index] = MCP2221.notGPIOLevel }
                continue
            }
            answer.replaceSubrange(place...place + 3, with: report[place...place + 3])
            if report[place] != 0 { change(MCP2221.PinByte.outputHigh, of: number, to: report[place + 1] != 0) }
            if report[place + 2] != 0 { change(MCP2221.PinByte.input, of: number, to: report[place + 3] != 0) }
        }
    }

    private mutating func change(_ bit: UInt8, of pin: Int, to isSet: Bool) {
        pins[pin] = isSet ? pins[pin] | bit : pins[pin] & ~bit
    }
}

extension SimulatedChip {
    /// What the chip says when it is plugged in. lsusb of real ones gives 28 bytes of report descriptor; these are the
    /// 28 of Microchip's own example of a vendor-defined device with 64-byte reports.
    package static let identity = ReportIdentity(
        name: "Microchip Technology Inc. MCP2221 USB-I2C/UART Combo", physicalPath: "sim/box", serial: "SIM-BOX-1",
        vendor: 0x04D8, product: 0x00DD,
        descriptor: [
            0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x19, 0x01, 0x29, 0x40, 0x15, 0x01, 0x25, 0x40, 0x75, 0x08, 0x95,
            0x40, 0x81, 0x00, 0x19, 0x01, 0x29, 0x40, 0x91, 0x00, 0xC0,
        ], simulated: true)
}
