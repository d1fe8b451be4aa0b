/// A dynamic area: text on a part of the screen, in RAM, gone when the card loses power (section 9.1).
package struct OnbonArea: Sendable, Hashable {
    package enum Motion: UInt8, Sendable {
        case still = 1
        case snap, left, right, up, down
    }

    /// Left to right, and top to bottom.
    package enum Alignment: UInt8, Sendable {
        case leftTop = 0x00
        case leftMiddle = 0x08
        case centred = 0x0A
    }

    /// Units of 8 pixels: X and width are given so to cards of the fifth generation.
    package enum XUnit: String, Sendable, CaseIterable { case pixel, eight }

    package var id: UInt8 = 0
    /// In pixels, from the top left corner.
    package var x: UInt16 = 0
    package var y: UInt16 = 0
    package var width: UInt16
    package var height: UInt16
    package var xUnit = XUnit.pixel
    /// Seconds; counts only in a run mode that this program does not use, the vendor's frames carry 10.
    package var timeout: UInt16 = 10
    package var alignment = Alignment.leftTop
    package var isSingleLine = false
    /// The card breaks lines by itself; else only at `\n` in the text.
    package var breaksLines = false
    package var motion = Motion.still
    /// 0 fastest … 24 slowest.
    package var speed: UInt8 = 2
    /// How long a page stays, in half seconds.
    package var stay: UInt8 = 10
    /// With the card's own escapes.
    package var text: [UInt8]

    package init(width: UInt16, height: UInt16, text: [UInt8]) {
        (self.width, self.height, self.text) = (width, height, text)
    }

    /// What a data field holds besides the text: 5 bytes of command, 2 counts, 2 of length, 27 of area.
    package static let overhead = 36

    package func encode() -> [UInt8] {
        var bytes: [UInt8] = [0] + horizontal(x) + y.littleEndianBytes + horizontal(width) + height.littleEndianBytes
        // Line gap 0, run mode 0 (shown for ever), then: no sound, no extension.
        bytes += [id, 0, 0] + timeout.littleEndianBytes + [0, 0]
        bytes += [alignment.rawValue, isSingleLine ? 1 : 2, breaksLines ? 2 : 1, motion.rawValue, 0, speed, stay]
        let length = UInt32(truncatingIfNeeded: text.count)
        bytes += UInt16(truncatingIfNeeded: length).littleEndianBytes
        bytes += UInt16(truncatingIfNeeded: length >> 16).littleEndianBytes
        return bytes + text
    }

    /// The highest bit says that the unit is one pixel.
    private func horizontal(_ value: UInt16) -> [UInt8] {
        switch xUnit {
        case .pixel: (value | 0x8000).littleEndianBytes
        case .eight: (value / 8).littleEndianBytes
        }
    }
}
