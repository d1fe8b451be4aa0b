/// Whether a document is a text, and what it will come to. Nothing marks a text: it is one if all of it is UTF-8 or all
/// of it GB 18030, without control characters other than those of lines and pages.
package enum TextMeasure {
    /// Printers lay out plain text themselves; this is how most do it, and good enough for a limit.
    static let columns = 80
    static let lines = 60

    /// - Returns: about how many pages; `nil` when it is not a text.
    package static func pages(_ run: inout ByteRun) throws(DocumentRefusal) -> Int? {
        guard !run.isAtEnd else { return nil }
        var (utf8, gb18030) = (UTF8Reader(), GB18030Reader())
        while let byte = try run.next() {
            utf8.take(byte)
            gb18030.take(byte)
            if utf8.layout == nil, gb18030.layout == nil { return nil }
        }
        // What is cut off in the middle of a character is neither.
        if utf8.isComplete, let layout = utf8.layout { return layout.pages }
        return gb18030.isComplete ? gb18030.layout?.pages : nil
    }
}

/// Where the next character would stand.
private struct TextLayout {
    private(set) var pages = 1
    private var line = 0
    private var column = 0

    /// - Returns: whether it belongs into a text.
    mutating func take(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x0A: endLine()
        case 0x0C: (pages, line, column) = (pages + 1, 0, 0)
        case 0x0D: break
        case 0x09: put(8 - column % 8)
        case 0..<0x20, 0x7F..<0xA0: return false
        // The mark at the beginning of a file has no width.
        case 0xFEFF: break
        // Hangul is the first of the scripts that are as wide as they are high.
        default: put(scalar < 0x1100 ? 1 : 2)
        }
        return true
    }

    private mutating func put(_ width: Int) {
        if column + width > TextMeasure.columns { endLine() }
        column += width
    }

    private mutating func endLine() {
        (line, column) = (line + 1, 0)
        if line == TextMeasure.lines { (pages, line) = (pages + 1, 0) }
    }
}

/// RFC 3629, section 4.
private struct UTF8Reader {
    /// `nil` since something was not UTF-8, or no text.
    private(set) var layout: TextLayout? = TextLayout()
    private var value: UInt32 = 0
    private var missing = 0
    /// Shorter forms than necessary are none.
    private var least: UInt32 = 0

    var isComplete: Bool { missing == 0 }

    mutating func take(_ byte: UInt8) {
        guard layout != nil else { return }
        guard missing > 0 else { return begin(byte) }
        guard byte & 0xC0 == 0x80 else {
            layout = nil
            return
        }
        (value, missing) = (value << 6 | UInt32(byte & 0x3F), missing - 1)
        if missing == 0 { end() }
    }

    private mutating func begin(_ byte: UInt8) {
        switch byte {
        case 0..<0x80:
            (value, least) = (UInt32(byte), 0)
            end()
        case 0xC2...0xDF: (value, missing, least) = (UInt32(byte & 0x1F), 1, 0x80)
        case 0xE0...0xEF: (value, missing, least) = (UInt32(byte & 0x0F), 2, 0x800)
        case 0xF0...0xF4: (value, missing, least) = (UInt32(byte & 0x07), 3, 0x10000)
        default: layout = nil
        }
    }

    private mutating func end() {
        guard value >= least, Unicode.Scalar(value) != nil, layout?.take(value) == true else {
            layout = nil
            return
        }
    }
}

/// GB 18030-2022, section 5: one byte, two, or four of which the second and fourth are digits.
private struct GB18030Reader {
    private(set) var layout: TextLayout? = TextLayout()
    private var place = 0

    var isComplete: Bool { place == 0 }

    mutating func take(_ byte: UInt8) {
        guard layout != nil else { return }
        switch (place, byte) {
        case (0, 0..<0x80): put(UInt32(byte))
        case (0, 0x81...0xFE): place = 1
        case (1, 0x40...0x7E), (1, 0x80...0xFE): putWide()
        case (1, 0x30...0x39): place = 2
        case (2, 0x81...0xFE): place = 3
        case (3, 0x30...0x39): putWide()
        default: layout = nil
        }
    }

    private mutating func putWide() {
        place = 0
        put(0x4E00)
    }

    private mutating func put(_ scalar: UInt32) { if layout?.take(scalar) != true { layout = nil } }
}
