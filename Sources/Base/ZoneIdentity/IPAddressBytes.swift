/// IP addresses as text (RFC 4291, 2.2; no zone, no leading zeros) to the bytes that certificates have.
package enum IPAddressBytes {
    /// 4 or 16 bytes; `nil` for anything else.
    package static func parse(_ text: String) -> [UInt8]? { text.utf8.count <= 45 ? v4(text) ?? v6(text) : nil }

    private static func v4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in UInt8(part).flatMap { String($0) == part ? $0 : nil } }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func v6(_ text: String) -> [UInt8]? {
        guard text.contains(":") else { return nil }
        guard let gap = text.firstRange(of: "::") else {
            let whole = groups(text[...])
            return whole?.count == 16 ? whole : nil
        }
        guard let head = side(text[..<gap.lowerBound]), let tail = side(text[gap.upperBound...]),
            !text[..<gap.lowerBound].contains("."), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func side(_ text: Substring) -> [UInt8]? { text.isEmpty ? [] : groups(text) }

    /// Groups of four hex digits; the last one may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let last = v4(part) {
                bytes += last
                continue
            }
            // `UInt16` reads a sign too.
            guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit), let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}
