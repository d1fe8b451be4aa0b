import ZoneModel

/// An address as a technician types it: a host, with or without `ipp://`, a port and a path. Only characters that mean
/// nothing to a shell, to YAML or to a URI's reader; a user's name, a query and a fragment are none.
package struct PrinterAddress: Sendable, Hashable {
    package let scheme: String
    package let host: String
    package let port: Int
    /// `nil`: not said; then the usual ones are tried.
    package let path: String?

    /// IPP Everywhere's (PWG 5100.14, 4.2.1), then those of older printers.
    private static let usualPaths = ["/ipp/print", "/ipp/printer", "/ipp"]
    /// IANA's, for both schemes (RFC 7472, 4).
    static let ippPort = 631

    /// - Returns: `nil` for what is no such address.
    package init?(_ text: String) {
        guard text.utf8.count <= 300 else { return nil }
        var rest = Substring(text)
        var scheme = "ipp"
        if let mark = text.firstRange(of: "://") {
            scheme = text[..<mark.lowerBound].lowercased()
            rest = text[mark.upperBound...]
        }
        guard ["ipp", "ipps"].contains(scheme) else { return nil }
        let slash = rest.firstIndex(of: "/")
        let path = slash.map { String(rest[$0...]) }
        guard let (host, port) = PrinterAddress.hostAndPort(rest[..<(slash ?? rest.endIndex)]) else { return nil }
        guard path?.utf8.allSatisfy({ PrinterAddress.isPlain($0) || $0 == UInt8(ascii: "/") }) != false else {
            return nil
        }
        (self.scheme, self.host, self.port, self.path) = (scheme, host, port, path == "/" ? nil : path)
    }

    /// A place that a search has found.
    init(host: String, port: Int) { (scheme, self.host, self.port, path) = ("ipp", host, port, nil) }

    /// What to ask, in this order.
    package var uris: [String] {
        let place = "\(scheme)://\(host)\(port == PrinterAddress.ippPort ? "" : ":\(port)")"
        return (path.map { [$0] } ?? PrinterAddress.usualPaths).map { place + $0 }
    }

    private static func hostAndPort(_ text: Substring) -> (String, Int)? {
        var host = text
        var port = ippPort
        let afterBracket = text.lastIndex(of: "]") ?? text.startIndex
        if let colon = text[afterBracket...].lastIndex(of: ":") {
            host = text[..<colon]
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            port = number
        }
        guard isHost(host) else { return nil }
        return (host.lowercased(), port)
    }

    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = host.dropFirst().dropLast()
            return inner.contains(":") && inner.utf8.allSatisfy { isHex($0) || ":.".utf8.contains($0) }
        }
        guard let first = host.utf8.first, isPlain(first), first != UInt8(ascii: "-"), host.utf8.count <= 253 else {
            return false
        }
        return host.utf8.allSatisfy(isPlain)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// The name of a print queue: fewer characters than cupsd would take, none of which means anything to a shell.
package struct QueueName: Sendable, Hashable {
    package let text: String

    package init?(_ text: String) {
        let isGood = text.utf8.allSatisfy { byte in
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_".utf8.contains(byte)
        }
        guard isGood, (1...127).contains(text.utf8.count), !text.hasPrefix("-") else { return nil }
        self.text = text
    }
}

/// A network to be searched on a technician's word: at most 256 addresses.
package struct NetworkRange: Sendable, Hashable {
    /// In order, without the network's own and the broadcast address.
    package let hosts: [String]

    /// - Parameter text: such as `192.168.1.0/24`; the prefix is from 24 to 32.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = UInt64(parts[1]), (24...32).contains(prefix) else { return nil }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        // Wider than an address: the last network of all has an end, too.
        var address: UInt64 = 0
        for byte in bytes {
            guard let byte else { return nil }
            address = address << 8 | UInt64(byte)
        }
        let count = UInt64(1) << (32 - prefix)
        let first = address & ~(count - 1)
        let range = count > 2 ? (first + 1)...(first + count - 2) : first...(first + count - 1)
        hosts = range.map { number in
            [24, 16, 8, 0].map { String(number >> $0 & 255) }.joined(separator: ".")
        }
    }
}
