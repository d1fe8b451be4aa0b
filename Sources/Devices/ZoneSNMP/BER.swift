// Purpose: a printer's own word over SNMP (RFC 3805), as bytes and values. Must not open sockets.

/// The basic encoding rules as SNMP uses them (RFC 3417, 8): one-byte tags, definite lengths.
enum BER {
    static let integerTag: UInt8 = 0x02
    static let octetsTag: UInt8 = 0x04
    static let sequenceTag: UInt8 = 0x30

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        let length = bytes(UInt64(content.count)).drop { $0 == 0 }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    static func integer(_ value: Int64, tag: UInt8 = integerTag) -> [UInt8] {
        var digits = bytes(UInt64(bitPattern: value))[...]
        // The shortest form (X.690, 8.3.2): the first nine bits are never all equal.
        while let next = digits.dropFirst().first, digits.first == (next < 0x80 ? 0 : 0xFF) { digits.removeFirst() }
        return element(tag, Array(digits))
    }

    static func unsigned(_ value: UInt64, tag: UInt8) -> [UInt8] {
        if let signed = Int64(exactly: value) { return integer(signed, tag: tag) }
        return element(tag, [0] + bytes(value))
    }

    static func integer(of content: ArraySlice<UInt8>) -> Int64? {
        guard let first = content.first, content.count <= 8 else { return nil }
        return content.reduce(first < 0x80 ? 0 : -1) { $0 << 8 | Int64($1) }
    }

    /// Agents that leave out the zero before a high bit mean the same by it, at full width.
    static func unsigned(of content: ArraySlice<UInt8>, width: Int) -> UInt64? {
        guard let first = content.first, content.count <= (first == 0 ? width + 1 : width) else { return nil }
        guard first < 0x80 || content.count == width else { return nil }
        return content.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func bytes(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}

/// Takes elements off the front; a length that does not fit what is there is the end of it.
struct BERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func element() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
        guard let tag = rest.popFirst(), let length = lengthOctets(), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return (tag, rest.prefix(length))
    }

    mutating func content(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard let element = element(), element.tag == tag else { return nil }
        return element.content
    }

    mutating func integer() -> Int64? { content(BER.integerTag).flatMap(BER.integer(of:)) }

    private mutating func lengthOctets() -> Int? {
        guard let first = rest.popFirst() else { return nil }
        if first < 0x80 { return Int(first) }
        // 0x80 would be the indefinite form, which SNMP forbids.
        let count = Int(first & 0x7F)
        guard (1...4).contains(count), count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }
}
