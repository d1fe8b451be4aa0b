import Glibc

package enum IPFamily: String, Sendable, Hashable, CaseIterable {
    case ipv4, ipv6

    /// AF_INET or AF_INET6.
    package var number: CInt { self == .ipv4 ? AF_INET : AF_INET6 }

    /// For people.
    package var shown: String { self == .ipv4 ? "IPv4" : "IPv6" }
}

/// A numeric address, without a zone.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16, in the order of the wire.
    package let bytes: [UInt8]

    /// `nil` unless there are 4 or 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// As inet_pton(3) reads it: four decimal numbers without leading zeros, or RFC 4291, 2.2.
    package init?(_ text: String) {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        let family: IPFamily = text.utf8.contains(UInt8(ascii: ":")) ? .ipv6 : .ipv4
        var room = [UInt8](repeating: 0, count: 16)
        guard inet_pton(family.number, text, &room) == 1 else { return nil }
        bytes = Array(room.prefix(family == .ipv6 ? 16 : 4))
    }

    package var family: IPFamily { bytes.count == 4 ? .ipv4 : .ipv6 }

    package var text: String {
        var room = [CChar](repeating: 0, count: 64)
        return room.withUnsafeMutableBufferPointer { room in
            inet_ntop(family.number, bytes, room.baseAddress, socklen_t(room.count)).map { String(cString: $0) } ?? ""
        }
    }

    /// What a PC gives itself when nobody gives it one (RFC 3927, RFC 4291, 2.5.6): 169.254.0.0/16, fe80::/10. It leads
    /// no further than the cable.
    package var isLinkLocal: Bool {
        family == .ipv4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }

    /// This machine itself: 127.0.0.0/8, and 0.0.0.0/8, by which Linux means itself too (RFC 1122, 3.2.1.3); `::1` and
    /// `::`; and the same of IPv4 within IPv6 (RFC 4291, 2.5.5).
    package var isThisMachine: Bool {
        if family == .ipv4 { return bytes[0] == 127 || bytes[0] == 0 }
        guard bytes.prefix(10).allSatisfy({ $0 == 0 }) else { return false }
        let (mark, rest) = (Array(bytes[10..<12]), Array(bytes[12...]))
        if mark == [0xFF, 0xFF] { return IPAddress(bytes: rest)?.isThisMachine ?? false }
        return mark == [0, 0] && (rest == [0, 0, 0, 0] || rest == [0, 0, 0, 1])
    }
}
