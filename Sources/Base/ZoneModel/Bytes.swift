/// Bytes as lower-case hex digits.
package enum Hex {
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// `nil` unless `text` is a whole number of bytes and at least one.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        // `UInt8` reads a sign too.
        let isHex = digits.allSatisfy { $0 < 0x80 && Character(UnicodeScalar($0)).isHexDigit }
        guard digits.count % 2 == 0, !digits.isEmpty, isHex else { return nil }
        let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0..<$0 + 2] }
        let bytes = pairs.compactMap { UInt8(String(decoding: $0, as: UTF8.self), radix: 16) }
        return bytes.count == pairs.count ? bytes : nil
    }
}

/// Percent-encoding of one segment of a path (RFC 3986, 2.1).
package enum PathSegment {
    package static func encode(_ text: String) -> String {
        text.utf8.map { isPlain($0) ? String(UnicodeScalar($0)) : "%" + Hex.text([$0]).uppercased() }.joined()
    }

    /// `nil` for a broken escape or bytes that are not UTF-8.
    package static func decode(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = Hex.bytes(String(decoding: rest.prefix(2), as: UTF8.self))?.first else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }
}

/// For secrets: takes the same time whatever differs.
package enum ConstantTime {
    package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
