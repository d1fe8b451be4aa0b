// Purpose: can a citizen get to the portal, and if not, where does it end: link, gateway, name, page.
// Must not know how the kernel is asked.

/// A page whose opening proves that citizens can read.
package struct Portal: Sendable, Hashable {
    package var name: String
    package var url: String
    package var mark: String?

    package init(name: String, url: String, mark: String?) { (self.name, self.url, self.mark) = (name, url, mark) }

    /// The host part of the address, without port, user and brackets.
    package var host: String {
        let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst().first ?? ""
        let authority = rest.split(separator: "@").last ?? ""
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" && $0 != "/" && $0 != "?" })
    }

    /// Four numbers with dots, or anything with a colon (IPv6): nothing that a name server must be asked for.
    package var hostIsAddress: Bool {
        host.contains(":")
            || (host.split(separator: ".").count == 4 && host.split(separator: ".").allSatisfy { UInt8($0) != nil })
    }

    package var isOnThisMachine: Bool {
        host == "localhost" || host == "::1" || (hostIsAddress && host.hasPrefix("127."))
    }
}
