/// A picture as scanimage(1) writes it: PNM (pnm(5)), binary, eight bits, grey (P5) or red, green and blue (P6).
package struct PageImage: Sendable, Hashable {
    /// An A3 side at 600 dpi is 7016 by 9921.
    package static let longestSide = 10_000

    package let width: Int
    package let height: Int
    /// 1: grey; 3: red, green, blue.
    package let channels: Int
    /// As they came, with the head: a page in colour has 26 MB, and is not copied.
    private let bytes: [UInt8]
    private let start: Int

    /// Row by row, without gaps.
    package var pixels: ArraySlice<UInt8> { bytes[start..<(start + width * height * channels)] }

    package init?(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        let sides = 1...PageImage.longestSide
        guard sides.contains(width), sides.contains(height), channels == 1 || channels == 3,
            pixels.count == width * height * channels
        else { return nil }
        (self.width, self.height, self.channels, bytes, start) = (width, height, channels, pixels, 0)
    }

    /// `nil` for what is none, or not whole: a scanner that died in mid-page leaves half a page.
    package init?(pnm bytes: [UInt8]) {
        var head = PNMHead(bytes)
        guard let channels = head.magic(), let width = head.number(), let height = head.number(),
            head.number() == 255, let start = head.end()
        else { return nil }
        let sides = 1...PageImage.longestSide
        guard sides.contains(width), sides.contains(height) else { return nil }
        guard bytes.count - start >= width * height * channels else { return nil }
        (self.width, self.height, self.channels, self.bytes, self.start) = (width, height, channels, bytes, start)
    }
}

/// Words with white space between them; `#` begins a comment up to the end of its line.
private struct PNMHead {
    /// What scanimage writes is under 60 bytes.
    private static let longest = 512

    private let bytes: ArraySlice<UInt8>
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes.prefix(PNMHead.longest) }

    mutating func magic() -> Int? {
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "P") else { return nil }
        index = 2
        switch bytes[1] {
        case UInt8(ascii: "5"): return 1
        case UInt8(ascii: "6"): return 3
        default: return nil
        }
    }

    mutating func number() -> Int? {
        skip()
        var value: Int?
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            let next = (value ?? 0) * 10 + Int(bytes[index]) - 0x30
            guard next <= 65_535 else { return nil }
            (value, index) = (next, index + 1)
        }
        return value
    }

    /// One byte of white space, then the pixels.
    func end() -> Int? { index < bytes.count && PNMHead.isSpace(bytes[index]) ? index + 1 : nil }

    private mutating func skip() {
        var isComment = false
        while index < bytes.count {
            let byte = bytes[index]
            if isComment {
                isComment = byte != 0x0A
            } else if byte == UInt8(ascii: "#") {
                isComment = true
            } else if !PNMHead.isSpace(byte) {
                return
            }
            index += 1
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
