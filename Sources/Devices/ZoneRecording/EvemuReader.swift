import DriverKit
import ZoneModel

extension EvemuFile {
    private static let longestLine = 1024
    /// Seconds that a stamp may have: some thousand years, and far from what 64 bits of microseconds cannot hold.
    static let longestSeconds: UInt64 = 1 << 36
    /// In µs; a week, as in a recording.
    private static let longestTime: Int64 = 7 * 86_400_000_000

    /// A file of evemu, or of `libinput record`.
    /// - Throws: `RecordingComplaint` for the first line that is wrong.
    package init(_ bytes: [UInt8]) throws(RecordingComplaint) {
        self.init(name: "", bus: 0, vendor: 0, product: 0, version: 0)
        guard bytes.count <= Recording.longestFile else {
            throw RecordingComplaint(line: 1, expected: "at most \(Recording.longestFile >> 20) MiB")
        }
        var bits = EvemuBits()
        var record = LibinputRecord.isOne(bytes) ? LibinputRecord() : nil
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.count <= EvemuFile.longestLine else {
                throw RecordingComplaint(line: number, expected: "at most \(EvemuFile.longestLine) bytes in a line")
            }
            let text = String(decoding: line, as: UTF8.self)
            let complaint = record == nil ? take(text, &bits) : record?.take(text)
            if let complaint { throw RecordingComplaint(line: number, expected: complaint) }
        }
        if let record { self = record.file } else { (properties, codes) = (bits.properties, bits.codes) }
        guard !name.isEmpty, capabilities.x != nil, capabilities.y != nil else {
            throw RecordingComplaint(
                line: max(1, number),
                expected: "a panel before the end: its name, its ids, two axes (evemu: N:, I:, A:)")
        }
    }

    /// - Returns: what was expected, when the line is wrong.
    private mutating func take(_ line: String, _ bits: inout EvemuBits) -> String? {
        if line.hasPrefix("N:") {
            // The only line in which # is no comment.
            name = EvemuFile.name(line.dropFirst(2))
            return name.isEmpty ? "a name" : nil
        }
        let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        guard let mark = words.first else { return nil }
        let rest = Array(words.dropFirst())
        switch mark {
        case "I:": return takeIdentity(rest)
        case "P:": return bits.takeProperties(rest) ? nil : "up to 8 bytes in hex"
        case "B:": return bits.takeCodes(rest) ? nil : "a type of event, up to 8 bytes in hex"
        case "A:": return takeAxis(rest)
        case "E:": return takeEvent(rest)
        // Lamps and switches: a panel has none that matter.
        case "L:", "S:": return nil
        default: return "a line of evemu: N:, I:, P:, B:, A:, L:, S:, E: or #"
        }
    }

    static func name(_ text: Substring) -> String {
        let begun = String(text).cleaned(limit: 80).drop { $0 == " " }
        return String(String(begun.reversed().drop { $0 == " " }).reversed())
    }

    private mutating func takeIdentity(_ words: [Substring]) -> String? {
        let ids = words.compactMap { UInt16($0, radix: 16) }
        guard ids.count == 4, words.count == 4 else { return "bus, vendor, product, version in hex" }
        (bus, vendor, product, version) = (ids[0], ids[1], ids[2], ids[3])
        return nil
    }

    /// Four numbers in formats before 1.3: no resolution.
    private mutating func takeAxis(_ words: [Substring]) -> String? {
        let numbers = words.dropFirst().compactMap { Int32($0) }
        guard let code = words.first.flatMap({ UInt16($0, radix: 16) }), code < 0x40, words.count == numbers.count + 1,
            (4...5).contains(numbers.count)
        else { return "an axis in hex, then minimum, maximum, fuzz, flat, resolution" }
        axes[code] = Axis(
            minimum: numbers[0], maximum: numbers[1], fuzz: numbers[2], flat: numbers[3],
            resolution: numbers.count == 5 ? numbers[4] : 0)
        return nil
    }

    private mutating func takeEvent(_ words: [Substring]) -> String? {
        guard words.count == 4, let stamp = EvemuFile.stamp(words[0]), let type = UInt16(words[1], radix: 16),
            let code = UInt16(words[2], radix: 16), let value = Int32(words[3])
        else { return "seconds.microseconds, type and code in hex, value" }
        return append(InputEvent(microseconds: stamp, type: type, code: code, value: value))
    }

    /// - Returns: what was expected, when it cannot follow.
    mutating func append(_ event: InputEvent) -> String? {
        guard events.count < EvemuFile.mostEvents else { return "at most \(EvemuFile.mostEvents) events" }
        let stamp = event.microseconds
        let (first, last) = (events.first?.microseconds ?? stamp, events.last?.microseconds ?? stamp)
        guard stamp >= last, stamp - first <= EvemuFile.longestTime else {
            return "a time not before the last one, within a week of the first"
        }
        events.append(event)
        return nil
    }

    private static func stamp(_ word: Substring) -> Int64? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count <= 6, parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
            let seconds = UInt64(parts[0]), seconds <= longestSeconds, let rest = Int64(parts[1])
        else { return nil }
        return Int64(seconds) * 1_000_000 + rest
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

/// The bits of `P:` and `B:`, which go on over several lines, eight bytes each.
private struct EvemuBits {
    private(set) var properties: Set<UInt16> = []
    private(set) var codes: [UInt16: Set<UInt16>] = [:]
    private var propertyBytes: UInt16 = 0
    private var codeBytes: [UInt16: UInt16] = [:]

    mutating func takeProperties(_ words: [Substring]) -> Bool {
        guard let more = EvemuBits.bits(words, after: &propertyBytes) else { return false }
        properties.formUnion(more)
        return true
    }

    mutating func takeCodes(_ words: [Substring]) -> Bool {
        guard let type = words.first.flatMap({ UInt16($0, radix: 16) }), type < 0x20,
            let more = EvemuBits.bits(Array(words.dropFirst()), after: &codeBytes[type, default: 0])
        else { return false }
        if !more.isEmpty { codes[type, default: []].formUnion(more) }
        return true
    }

    private static func bits(_ words: [Substring], after bytes: inout UInt16) -> [UInt16]? {
        let values = words.compactMap { UInt8($0, radix: 16) }
        // KEY_CNT is 0x300: no list is longer than 96 bytes.
        guard values.count == words.count, (1...8).contains(values.count), bytes < 96 else { return nil }
        defer { bytes += UInt16(values.count) }
        let start = bytes
        return values.enumerated().flatMap { index, byte in
            (0..<8).filter { byte >> UInt8($0) & 1 == 1 }.map { (start + UInt16(index)) * 8 + UInt16($0) }
        }
    }
}
