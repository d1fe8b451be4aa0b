// Purpose: the far end of an IPP printer's wire, in bytes, with faults. Its encoder is its own on purpose: a second
// opinion on what libcups reads.

/// Tags of groups and of values (RFC 8010, 3.5).
enum IPPTag {
    static let operationGroup: UInt8 = 0x01
    static let jobGroup: UInt8 = 0x02
    static let end: UInt8 = 0x03
    static let printerGroup: UInt8 = 0x04
    static let noValue: UInt8 = 0x13
    static let integer: UInt8 = 0x21
    static let boolean: UInt8 = 0x22
    static let enumeration: UInt8 = 0x23
    static let octets: UInt8 = 0x30
    static let range: UInt8 = 0x33
    static let text: UInt8 = 0x41
    static let name: UInt8 = 0x42
    static let keyword: UInt8 = 0x44
    static let uri: UInt8 = 0x45
    static let charset: UInt8 = 0x47
    static let language: UInt8 = 0x48
    static let mediaType: UInt8 = 0x49
}

/// An attribute of an answer.
struct IPPAttribute {
    var name: String
    var tag: UInt8
    var values: [[UInt8]]

    static func texts(_ tag: UInt8, _ name: String, _ texts: [String]) -> IPPAttribute {
        IPPAttribute(name: name, tag: tag, values: texts.map { Array($0.utf8) })
    }

    static func keywords(_ name: String, _ words: String...) -> IPPAttribute { texts(IPPTag.keyword, name, words) }
    static func text(_ name: String, _ text: String) -> IPPAttribute { texts(IPPTag.text, name, [text]) }
    static func name(_ name: String, _ text: String) -> IPPAttribute { texts(IPPTag.name, name, [text]) }
    static func uri(_ name: String, _ text: String) -> IPPAttribute { texts(IPPTag.uri, name, [text]) }
    static func octets(_ name: String, _ text: String) -> IPPAttribute { texts(IPPTag.octets, name, [text]) }

    static func integers(_ name: String, _ numbers: Int...) -> IPPAttribute {
        IPPAttribute(name: name, tag: IPPTag.integer, values: numbers.map(big))
    }

    static func enums(_ name: String, _ numbers: [Int]) -> IPPAttribute {
        IPPAttribute(name: name, tag: IPPTag.enumeration, values: numbers.map(big))
    }

    static func boolean(_ name: String, _ value: Bool) -> IPPAttribute {
        IPPAttribute(name: name, tag: IPPTag.boolean, values: [[value ? 1 : 0]])
    }

    static func range(_ name: String, _ range: ClosedRange<Int>) -> IPPAttribute {
        IPPAttribute(name: name, tag: IPPTag.range, values: [big(range.lowerBound) + big(range.upperBound)])
    }

    /// A time that has not come is no-value (RFC 8011, 5.3.14).
    static func time(_ name: String, _ seconds: Int?) -> IPPAttribute {
        seconds.map { integers(name, $0) } ?? IPPAttribute(name: name, tag: IPPTag.noValue, values: [[]])
    }

    private static func big(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: Int32(clamping: number).bigEndian) { Array($0) }
    }
}

/// An answer as RFC 8010 writes it.
struct IPPEncoder {
    private var bytes: [UInt8]

    /// In the version and with the number of the request, and with the two attributes that come first.
    init(_ status: UInt16, to request: IPPRequest) {
        bytes = request.answerVersion + [UInt8(status >> 8), UInt8(status & 0xFF)] + request.id
        bytes.append(IPPTag.operationGroup)
        put(.texts(IPPTag.charset, "attributes-charset", ["utf-8"]))
        put(.texts(IPPTag.language, "attributes-natural-language", ["en"]))
    }

    /// - Parameter wanted: by name; `nil`: all of them.
    mutating func group(_ tag: UInt8, _ attributes: [IPPAttribute], wanted: Set<String>? = nil) {
        bytes.append(tag)
        for attribute in attributes where wanted?.contains(attribute.name) ?? true { put(attribute) }
    }

    var ended: [UInt8] { bytes + [IPPTag.end] }

    /// Several values: the first carries the name, the others an empty one.
    private mutating func put(_ attribute: IPPAttribute) {
        var name = Array(attribute.name.utf8)
        for value in attribute.values {
            bytes.append(attribute.tag)
            bytes += length(name) + name + length(value) + value
            name = []
        }
    }

    private func length(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8 & 0xFF), UInt8(bytes.count & 0xFF)] }
}
