/// How a card is built and set up: reply to A2 0A (section 8.21).
package struct OnbonParameters: Sendable, Hashable {
    /// Which of the three colours the screen has. The vendor's two tables give the byte as 1, 2 and as 1, 3, 7
    /// (sections 8.21 and 10.1).
    package enum Colours: String, Sendable, Hashable {
        case one, two, three
    }

    package var screen: UInt16
    package var deviceType: UInt8
    /// In pixels.
    package var width: UInt16
    package var height: UInt16
    package var colours: Colours?

    package init(screen: UInt16, deviceType: UInt8, width: UInt16, height: UInt16, colours: Colours?) {
        (self.screen, self.deviceType, self.width, self.height) = (screen, deviceType, width, height)
        self.colours = colours
    }

    /// - Parameter data: what follows the error byte. `nil` when it is too short, or no screen has that size.
    package init?(_ data: [UInt8]) {
        let body = Array(data.dropFirst(2))
        guard body.count >= 9, let screen = body.word(at: 0), let width = body.word(at: 4),
            let height = body.word(at: 6)
        else { return nil }
        // The highest bit of a width has a meaning of its own in areas.
        guard (1...0x7FFF).contains(width), (1...0x7FFF).contains(height) else { return nil }
        let colours: Colours? =
            switch body[8] {
            case 1: .one
            case 2, 3: .two
            case 7: .three
            default: nil
            }
        self.init(screen: screen, deviceType: body[2], width: width, height: height, colours: colours)
    }
}

/// The model behind a device type (section 4; 5C from the vendor's list of models).
package enum OnbonModel {
    package static func name(_ type: UInt8) -> String {
        names[type] ?? "K card, type " + String(type, radix: 16)
    }

    /// Fifth generation: 512 bytes of receive buffer, and x in units of 8 pixels.
    package static func isFifthGeneration(_ type: UInt8) -> Bool { type >> 4 == 5 }

    private static let names: [UInt8: String] = [
        0x51: "BX-5K1", 0x53: "BX-5MK2", 0x54: "BX-5MK1", 0x58: "BX-5K2", 0x5C: "BX-5K1Q-YY", 0x61: "BX-6K1",
        0x62: "BX-6K2", 0x63: "BX-6K3", 0x64: "BX-6K1-YY", 0x65: "BX-6K2-YY", 0x66: "BX-6K3-YY", 0x67: "BX-6K1&4G",
        0x68: "BX-6K2&4G", 0x69: "BX-6K4",
    ]
}

/// One font on the card: reply to A2 09 (section 8.20).
package struct OnbonFont: Sendable, Hashable {
    package var isChinese: Bool
    /// In pixels.
    package var width: UInt8
    package var height: UInt8

    /// - Parameter data: what follows the error byte; a list that is cut short gives the whole entries.
    package static func list(_ data: [UInt8]) -> [OnbonFont] {
        guard let count = data.first else { return [] }
        return (0..<Int(count)).compactMap { index in
            let at = 1 + 3 * index
            guard at + 2 < data.count else { return nil }
            return OnbonFont(isChinese: data[at] == 1, width: data[at + 1], height: data[at + 2])
        }
    }
}
