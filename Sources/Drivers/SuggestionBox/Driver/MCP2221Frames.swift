// Purpose: a suggestion box whose slot and lid are read by a USB chip: its reports, the logic that makes detected
// deposits of pin levels, and the device. Must not know where the reports come from.
import ZoneModel

/// Reports of the Microchip MCP2221A (data sheet DS20005565, section 3.1): 64 bytes each way, without report number.
/// Byte 0 of an answer repeats the command, byte 1 is 0 for success; nothing else ties an answer to its command.
package enum MCP2221 {
    package static let reportLength = 64
    package static let pinCount = 4

    package enum Command {
        package static let status: UInt8 = 0x10
        package static let setOutputs: UInt8 = 0x50
        package static let readPins: UInt8 = 0x51
        package static let writeSettings: UInt8 = 0x60
        package static let readSettings: UInt8 = 0x61
        package static let reset: UInt8 = 0x70
    }

    /// Bits of a pin byte: 2-0 function (0 = GPIO), 3 direction, 4 output level (tables 3-37 and 3-39).
    package enum PinByte {
        package static let functionMask: UInt8 = 0x07
        package static let input: UInt8 = 0x08
        package static let outputHigh: UInt8 = 0x10
    }

    /// What a pin says when it serves another purpose than GPIO (table 3-35).
    package static let notGPIOLevel: UInt8 = 0xEE
    package static let notGPIODirection: UInt8 = 0xEF

    package static let status = command([Command.status])
    package static let readPins = command([Command.readPins])
    package static let readSettings = command([Command.readSettings])

    /// Gives the four pins new functions until the next power-on; the alter bits of clock, converters and edge
    /// detector stay 0, which leaves those as they are. (The chip resets its voltage references with it, data sheet
    /// section 1.8; digital inputs do not use them.)
    package static func writePins(_ pins: [UInt8]) -> [UInt8] {
        command([Command.writeSettings, 0, 0, 0, 0, 0, 0, 0x80] + pins.prefix(pinCount))
    }

    private static func command(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: max(0, reportLength - bytes.count))
    }
}

extension MCP2221 {
    package enum PinState: Sendable, Hashable {
        case input(isHigh: Bool)
        case output
        /// Another function: a UART LED, the clock, an ADC.
        case otherFunction
        /// Bytes that the data sheet does not have.
        case nonsense
    }

    package static func isSuccess(_ answer: [UInt8]) -> Bool { answer.count == reportLength && answer[1] == 0 }

    /// One pin of an answer to `readPins`: level at 2+2n, direction at 3+2n. (Kernel bug 216736 has the two swapped.)
    package static func pin(_ number: Int, of answer: [UInt8]) -> PinState {
        guard answer.count == reportLength, (0..<pinCount).contains(number) else { return .nonsense }
        switch (answer[2 + 2 * number], answer[3 + 2 * number]) {
        case (0, 1): return .input(isHigh: false)
        case (1, 1): return .input(isHigh: true)
        case (0...1, 0): return .output
        case (notGPIOLevel, _), (_, notGPIODirection): return .otherFunction
        default: return .nonsense
        }
    }

    /// The four pin bytes of an answer to `readSettings`.
    package static func pinBytes(of answer: [UInt8]) -> [UInt8]? {
        answer.count == reportLength ? Array(answer[22...25]) : nil
    }

    /// The firmware's revision in an answer to `status` (table 3-2, bytes 48 and 49), such as `1.2`.
    /// - Returns: `nil` when they are not digits.
    package static func firmware(of answer: [UInt8]) -> String? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard answer.count == reportLength, digits.contains(answer[48]), digits.contains(answer[49]) else { return nil }
        return String(decoding: [answer[48], UInt8(ascii: "."), answer[49]], as: UTF8.self)
    }
}
