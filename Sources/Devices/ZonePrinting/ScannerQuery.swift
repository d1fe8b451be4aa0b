import ZoneModel

extension PrinterQuery {
    /// The same device's scanner, beside the other questions to it.
    package static func scanner(_ uri: String, path: String, port: Int?) -> PrinterQuery {
        PrinterQuery(device: uri + "#escl", uri: uri, task: .scannerStatus(path: path, port: port))
    }
}

/// Where a device speaks eSCL: the host of its printer's address.
package enum ScannerAddress {
    /// The default of ipp: and ipps: (RFC 8010).
    private static let ippPort = 631

    /// Only what needs no encoding: it goes into a request line and into a configuration file of SANE.
    package static func isPath(_ path: String) -> Bool {
        path.hasPrefix("/") && (1...100).contains(path.utf8.count)
            && path.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"#\"%,;<>?[\\]^`{|}".utf8.contains($0) }
    }

    /// `http://host:port/eSCL/`, `https:` for a printer that is asked by ipps; `nil` for what is no such address.
    package static func base(printer uri: String, path: String, port: Int?) -> String? {
        let parts = uri.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "ipp:" || parts[0] == "ipps:", parts[1].isEmpty, isPath(path) else {
            return nil
        }
        guard let (host, own) = authority(parts[2]) else { return nil }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return "\(parts[0] == "ipp:" ? "http" : "https")://\(host):\(port ?? own)\(folder)"
    }

    private static func authority(_ text: Substring) -> (host: String, port: Int)? {
        // The port is behind the last colon, unless that is inside of an IPv6 address.
        let colon = text.lastIndex(of: ":").flatMap { text[$0...].contains("]") ? nil : $0 }
        let host = text[..<(colon ?? text.endIndex)]
        let isPlain = host.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || "-.:[]_".utf8.contains($0)
        }
        guard !host.isEmpty, isPlain else { return nil }
        guard let colon else { return (String(host), ippPort) }
        guard let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port) else { return nil }
        return (String(host), port)
    }
}
