// Purpose: the far end of an IPP printer's wire, in bytes, with faults. Its encoder is its own on purpose: a second
// opinion on what libcups reads.

/// IPP attributes as RFC 8010 writes them.
struct IPPEncoder {
    enum Tag: UInt8 {
        case integer = 0x21
        case boolean = 0x22
        case enumeration = 0x23
        case octets = 0x30
        case text = 0x41
        case name = 0x42
        case keyword = 0x44
        case charset = 0x47
        case language = 0x48
    }

    private(set) var bytes: [UInt8] = []

    /// The start of an answer: version 2.0, status, the request's id, and the two attributes that come first.
    init(status: UInt16, requestID: [UInt8]) {
        bytes = [2, 0, UInt8(status >> 8), UInt8(status & 0xFF)] + requestID + [0x01]
        put(.charset, "attributes-charset", "utf-8")
        put(.language, "attributes-natural-language", "en")
    }

    /// An answer with nothing but its status.
    static func bare(_ status: UInt16, _ requestID: [UInt8]) -> [UInt8] {
        var encoder = IPPEncoder(status: status, requestID: requestID)
        encoder.end()
        return encoder.bytes
    }

    mutating func beginPrinterGroup() { bytes.append(0x04) }
    mutating func beginJobGroup() { bytes.append(0x02) }
    mutating func end() { bytes.append(0x03) }

    mutating func put(_ tag: Tag, _ name: String, _ text: String) { put(tag, name, Array(text.utf8)) }
    mutating func put(_ name: String, enumeration value: Int32) { put(.enumeration, name, big(value)) }
    mutating func put(_ name: String, integer value: Int32) { put(.integer, name, big(value)) }
    mutating func put(_ name: String, boolean value: Bool) { put(.boolean, name, [value ? 1 : 0]) }

    /// Several values: the first carries the name, the others an empty one.
    mutating func put(_ tag: Tag, _ name: String, all texts: [String]) {
        for (index, text) in texts.enumerated() { put(tag, index == 0 ? name : "", text) }
    }

    private mutating func put(_ tag: Tag, _ name: String, _ value: [UInt8]) {
        bytes.append(tag.rawValue)
        bytes += big(UInt16(name.utf8.count)) + Array(name.utf8) + big(UInt16(value.count)) + value
    }

    private func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
