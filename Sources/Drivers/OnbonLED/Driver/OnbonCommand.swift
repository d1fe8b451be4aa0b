/// What the program may ask of a card. Reset (A2 01), format (A1 00) and everything that writes flash are missing on
/// purpose: they cannot be sent by mistake.
package enum OnbonCommand: Sendable, Hashable {
    case ping
    case status
    case parameters
    case fonts
    case power(on: Bool)
    /// 0 to 15.
    case brightness(UInt8)
    case clear
    case deleteAllAreas
    /// Eight bytes, BCD: year low, year high, month, day, hour, minute, second, weekday (7 is Sunday).
    case clock([UInt8])
    case show(OnbonArea)

    /// Group and number; also how the reply begins, unless it is a plain yes or no.
    package var code: (group: UInt8, number: UInt8) {
        switch self {
        case .ping: (0xA2, 0x00)
        case .status: (0xA1, 0x02)
        case .parameters: (0xA2, 0x0A)
        case .fonts: (0xA2, 0x09)
        case .power: (0xA3, 0x00)
        case .brightness: (0xA3, 0x02)
        case .clear: (0xA3, 0x10)
        case .deleteAllAreas, .show: (0xA3, 0x06)
        case .clock: (0xA2, 0x03)
        }
    }

    /// The data field: group, number, 01 for "answer", two reserved bytes, and what belongs to the command.
    package var data: [UInt8] { [code.group, code.number, 1] + reserved + payload }

    /// Zero, but for the clock, where the vendor's frames carry the length (section 8.10).
    private var reserved: [UInt8] {
        if case .clock(let time) = self { UInt16(truncatingIfNeeded: time.count).littleEndianBytes } else { [0, 0] }
    }

    private var payload: [UInt8] {
        switch self {
        case .ping, .status, .parameters, .fonts, .clear: []
        case .power(let on): [on ? 1 : 2]
        case .brightness(let level): [1, min(level, 15)]
        case .deleteAllAreas: [0xFF, 0]
        case .clock(let time): time
        case .show(let area): OnbonCommand.oneArea(area.encode())
        }
    }

    /// None deleted, one written (section 8.2.1).
    private static func oneArea(_ area: [UInt8]) -> [UInt8] {
        [0, 1] + UInt16(truncatingIfNeeded: area.count).littleEndianBytes + area
    }

    /// Whether the card answers with data of its own instead of a plain yes.
    package var asksForData: Bool {
        switch self {
        case .status, .parameters, .fonts: true
        default: false
        }
    }
}
