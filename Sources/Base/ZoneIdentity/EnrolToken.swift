import ZoneModel

/// What an officer hands to a zone: a secret that is good once, whom to trust, and where to go.
/// `za1.` + base64url(secret, anchorHash, CRC-32) + `@host:port`. The check is against slips of the pen, and covers the
/// address too.
package struct EnrolToken: Sendable, Hashable {
    package static let secretLength = 16
    package static let anchorLength = 32
    /// 4 + 70 + 1 + 255 + 1 + 5.
    package static let longest = 336
    private static let mark = "za1."

    package let secret: [UInt8]
    /// SHA-256 of the authority's certificate in DER.
    package let anchorHash: [UInt8]
    /// `host:port`.
    package let address: String

    /// A secret of 16 bytes, a hash of 32, an address as `isAddress` wants it; of others the text is not taken back.
    package init(secret: [UInt8], anchorHash: [UInt8], address: String) {
        (self.secret, self.anchorHash, self.address) = (secret, anchorHash, address)
    }

    /// `nil` for anything but what `text` gives; spaces and line breaks around it do not matter.
    package init?(text: String) {
        guard text.utf8.count <= 2 * EnrolToken.longest else { return nil }
        let bytes = EnrolToken.trimmed(Array(text.utf8))
        guard bytes.count <= EnrolToken.longest, bytes.starts(with: EnrolToken.mark.utf8),
            let at = bytes.firstIndex(of: UInt8(ascii: "@")),
            let packed = Base64.decode(bytes[EnrolToken.mark.utf8.count..<at], .url),
            packed.count == EnrolToken.secretLength + EnrolToken.anchorLength + 4
        else { return nil }
        let address = String(decoding: bytes[(at + 1)...], as: UTF8.self)
        guard EnrolToken.isAddress(address) else { return nil }
        let anchor = packed.dropFirst(EnrolToken.secretLength).prefix(EnrolToken.anchorLength)
        self.init(
            secret: Array(packed.prefix(EnrolToken.secretLength)), anchorHash: Array(anchor), address: address)
        guard Array(packed.suffix(4)) == check else { return nil }
    }

    package var text: String {
        EnrolToken.mark + Base64.encode(secret + anchorHash + check, .url) + "@" + address
    }

    private var check: [UInt8] { CRC32.bytes(secret + anchorHash + Array(address.utf8)) }

    /// `host:port` or `[IPv6]:port`; the port 1 to 65535 without leading zeros.
    package static func isAddress(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        let port = text[text.index(after: colon)...]
        guard let number = UInt16(port), number > 0, String(number) == port else { return false }
        return isHost(String(text[..<colon]))
    }

    /// A DNS name (RFC 1123, 2.1), an IPv4 address, or an IPv6 address in brackets.
    package static func isHost(_ text: String) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = String(text.dropFirst().dropLast())
            return IPAddressBytes.parse(inner)?.count == 16
        }
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy(isNameByte)
        }
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard let end = bytes.lastIndex(where: { !isSpace($0) }) else { return [] }
        return Array(bytes[...end].drop(while: isSpace))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
