import ZoneModel

/// Where a queue sends to, or a device is, as far as two of them can be compared.
package struct DeviceAddress: Sendable, Hashable {
    private let scheme: String
    private let host: String
    private let port: Int?
    private let path: String
    /// For people; without user, password and options.
    package let text: String

    package init(_ uri: String) {
        let parts = uri.split(separator: ":", maxSplits: 1).map(String.init)
        scheme = parts.first?.lowercased() ?? ""
        let rest = parts.count > 1 && parts[1].hasPrefix("//") ? parts[1].dropFirst(2) : ""
        // contimeout and other options of CUPS' backends follow a question mark.
        let plain = rest.prefix { $0 != "?" && $0 != "#" }
        var authority = plain.prefix { $0 != "/" }
        path = plain.dropFirst(authority.count).lowercased()
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        let (name, number) = DeviceAddress.cut(authority)
        host = DeviceAddress.loopback.contains(name) ? "127.0.0.1" : name
        port = number ?? (["ipp", "ipps"].contains(scheme) ? 631 : nil)
        text = "\(scheme)://\(authority)\(path)".cleaned(limit: 200)
    }

    private static let loopback: Set<String> = ["localhost", "127.0.0.1", "::1"]

    private static func cut(_ authority: Substring) -> (host: String, port: Int?) {
        if authority.hasPrefix("["), let end = authority.lastIndex(of: "]") {
            let port = authority[authority.index(after: end)...].dropFirst()
            return (authority[authority.index(after: authority.startIndex)..<end].lowercased(), Int(port))
        }
        let parts = authority.split(separator: ":", maxSplits: 1)
        return ((parts.first ?? "").lowercased(), parts.count > 1 ? Int(parts[1]) : nil)
    }

    /// `nil`: it cannot be told, as with a printer by USB, one that is found by its service's name, or a name on one
    /// side and a number on the other.
    package func isSame(as other: DeviceAddress) -> Bool? {
        let network: Set<String> = ["ipp", "ipps", "http", "https", "socket", "lpd"]
        guard network.contains(scheme), network.contains(other.scheme) else { return nil }
        guard !host.isEmpty, !other.host.isEmpty, isNumber == other.isNumber else { return nil }
        guard host == other.host else { return false }
        // Another protocol has another port at the same printer.
        guard ["ipp", "ipps"].contains(scheme), ["ipp", "ipps"].contains(other.scheme) else { return true }
        guard port == other.port else { return scheme == other.scheme ? false : nil }
        // One printer takes several paths; of a print server each path is another printer.
        let isServer = path.hasPrefix("/printers/") || other.path.hasPrefix("/printers/")
        return !isServer || path == other.path
    }

    private var isNumber: Bool { host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." } }
}
