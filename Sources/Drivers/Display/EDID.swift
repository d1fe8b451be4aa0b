import ZoneModel

/// What a display says of itself: VESA E-EDID Standard, Release A2 (structure 1.3 and 1.4), section 3. 128 bytes, then
/// extension blocks of the same length, each with a checksum. It comes from a stranger's EEPROM over a cable: nothing
/// in it is believed but what its checksum covers.
package struct EDID: Sendable, Hashable {
    package static let blockLength = 128
    /// One byte counts the extensions (section 3.4).
    package static let longest = blockLength * 256

    package enum Flaw: Error, Sendable, Hashable {
        /// Nothing at all: an analogue cable, a switch box, a projector behind a wall plate.
        case empty
        case tooShort(Int)
        case tooLong(Int)
        case noHeader
        case checksum
    }

    /// Three letters that UEFI's registry gives to makers, such as `ABC`; `nil` for letters that are none.
    package let maker: String?
    package let product: UInt16
    /// As text where the display has one, else its number; `nil` where neither says anything.
    package let serial: String?
    package let name: String?
    /// Of manufacture, or of the model.
    package let year: Int?
    package let size: PictureSize?
    /// The mode in which the display is as it was built.
    package let preferred: DisplayMode?
    /// Tags of the extensions whose checksum is right.
    package let extensions: [UInt8]
    package let brokenExtensions: Int

    package init(_ bytes: [UInt8]) throws(Flaw) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count >= EDID.blockLength else { throw .tooShort(bytes.count) }
        guard bytes.count <= EDID.longest else { throw .tooLong(bytes.count) }
        guard Array(bytes[0..<8]) == [0, 255, 255, 255, 255, 255, 255, 0] else { throw .noHeader }
        guard EDID.isWhole(bytes[0..<EDID.blockLength]) else { throw .checksum }
        maker = EDID.letters(UInt16(bytes[8]) << 8 | UInt16(bytes[9]))
        product = UInt16(bytes[11]) << 8 | UInt16(bytes[10])
        let descriptors = stride(from: 54, to: 126, by: 18).map { Array(bytes[$0..<$0 + 18]) }
        let number = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[12 + $1]) << (8 * UInt32($1)) }
        serial = EDID.text(0xFF, descriptors) ?? EDID.number(number)
        name = EDID.text(0xFC, descriptors)
        // Year 0 is 1990; a display from before 1993 or from far ahead has an empty field.
        year = bytes[17] >= 3 ? 1990 + Int(bytes[17]) : nil
        let timing = descriptors.first.flatMap(DetailedTiming.init)
        preferred = timing?.mode
        size = PictureSize(timing: timing?.millimetres, centimetres: (Int(bytes[21]), Int(bytes[22])))
        (extensions, brokenExtensions) = EDID.extensions(bytes, announced: Int(bytes[126]))
    }

    private static func isWhole(_ block: ArraySlice<UInt8>) -> Bool { block.reduce(UInt8(0), &+) == 0 }

    /// Five bits each, 1 is A (section 3.4.1).
    private static func letters(_ packed: UInt16) -> String? {
        let codes = [10, 5, 0].map { UInt8(packed >> UInt16($0) & 31) }
        guard codes.allSatisfy({ (1...26).contains($0) }) else { return nil }
        return String(decoding: codes.map { $0 + 64 }, as: UTF8.self)
    }

    /// Not a number: what makers leave in the field when they do not count.
    private static func number(_ value: UInt32) -> String? {
        [0, 0x0101_0101, UInt32.max].contains(value) ? nil : String(value)
    }

    /// A display descriptor (section 3.10.3): 0, 0, 0, tag, 0, then 13 bytes of text, ended by a line feed.
    private static func text(_ tag: UInt8, _ descriptors: [[UInt8]]) -> String? {
        guard let found = descriptors.first(where: { Array($0[0..<5]) == [0, 0, 0, tag, 0] }) else { return nil }
        let bytes = found[5...].prefix { $0 != 0x0A }
        // Code page 437 in the standard; only what is ASCII in it means the same to everybody.
        let letters = bytes.filter { (0x20...0x7E).contains($0) }
        let text = String(decoding: letters, as: UTF8.self)
        let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    private static func extensions(_ bytes: [UInt8], announced: Int) -> ([UInt8], Int) {
        let starts = stride(from: blockLength, through: bytes.count - blockLength, by: blockLength).prefix(announced)
        let blocks = starts.map { bytes[$0..<$0 + blockLength] }
        let good = blocks.filter(isWhole)
        return (good.compactMap(\.first), announced - good.count)
    }
}

/// How many points there are, and how often a second.
package struct DisplayMode: Sendable, Hashable, CustomStringConvertible {
    package let width: Int
    package let height: Int
    package let isInterlaced: Bool

    package init(width: Int, height: Int, isInterlaced: Bool = false) {
        (self.width, self.height, self.isInterlaced) = (width, height, isInterlaced)
    }

    /// `1920x1080`, `1920x1080i`: the kernel's name of a mode (drm_mode_set_name), and what a profile writes.
    package init?(_ text: String) {
        let isInterlaced = text.hasSuffix("i")
        let parts = text.dropLast(isInterlaced ? 1 : 0).split(separator: "x", omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard parts.count == 2,
            parts.allSatisfy({ (1...5).contains($0.utf8.count) && $0.utf8.allSatisfy(digits.contains) }),
            let width = Int(parts[0]), let height = Int(parts[1]), (1...16_384).contains(width),
            (1...16_384).contains(height)
        else { return nil }
        self.init(width: width, height: height, isInterlaced: isInterlaced)
    }

    package var description: String { "\(width)x\(height)\(isInterlaced ? "i" : "")" }
}

/// A detailed timing descriptor (section 3.10.2): the first one of the base block is the preferred mode.
struct DetailedTiming: Sendable, Hashable {
    let mode: DisplayMode
    let millimetres: (width: Int, height: Int)

    /// - Parameter bytes: 18 of them; one without a pixel clock is no timing.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 18, bytes[0] != 0 || bytes[1] != 0 else { return nil }
        func twelve(_ low: Int, _ high: UInt8) -> Int { Int(high) << 8 | Int(bytes[low]) }
        let (width, height) = (twelve(2, bytes[4] >> 4), twelve(5, bytes[7] >> 4))
        guard width > 0, height > 0 else { return nil }
        let isInterlaced = bytes[17] & 0x80 != 0
        // Of an interlaced mode the lines of one field are given.
        mode = DisplayMode(width: width, height: isInterlaced ? height * 2 : height, isInterlaced: isInterlaced)
        millimetres = (twelve(12, bytes[14] >> 4), twelve(13, bytes[14] & 15))
    }

    static func == (left: DetailedTiming, right: DetailedTiming) -> Bool {
        left.mode == right.mode && left.millimetres == right.millimetres
    }

    func hash(into hasher: inout Hasher) { hasher.combine(mode) }
}
