import DriverKit
import ZoneModel

/// The address of a page, taken apart. Redirects bring addresses from whoever answers: what is not plainly http or https
/// with a host is none.
package struct WebAddress: Sendable, Hashable {
    package var isSecure: Bool
    /// In small letters, without brackets.
    package var host: String
    package var port: Int
    /// With its query, beginning with a slash.
    package var path: String

    private static let longest = 2048

    package init?(_ text: String) {
        guard text.utf8.count <= WebAddress.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x5C }),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        let scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https", text[colon...].hasPrefix("://") else { return nil }
        let rest = text[colon...].dropFirst(3)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        isSecure = scheme == "https"
        guard let (host, port) = WebAddress.authority(rest[..<end], isSecure ? 443 : 80) else { return nil }
        (self.host, self.port) = (host, port)
        path = WebAddress.pathAndQuery(rest[end...])
        guard self.text.utf8.count <= WebAddress.longest else { return nil }
    }

    package var text: String { origin + path }

    /// For people: without the query, which may name a session or a person's machine.
    package var shown: String { (origin + path.prefix { $0 != "?" }.prefix(40)).cleaned(limit: 120) }

    /// The same host, not encrypted.
    package var plain: WebAddress {
        var other = self
        (other.isSecure, other.port, other.path) = (false, 80, "/")
        return other
    }

    /// Four numbers with dots, or IPv6: nothing that a name server must be asked for.
    package var hostIsAddress: Bool {
        // Each in its one spelling: others read 0177 as octal.
        IPAddress(host) != nil
    }

    package var isOnThisMachine: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || WebAddress.isHere(host)
    }

    /// A number by which this PC means itself, in any spelling.
    package static func isHere(_ address: String) -> Bool { IPAddress(address)?.isThisMachine ?? false }

    /// A host that is the other's, above it or below it, or beside it within a domain of three labels or more, as
    /// zwgk.city.gov.cn and zwfw.city.gov.cn are; `www` counts for nothing.
    package func isSameSite(as other: WebAddress) -> Bool {
        if host == other.host { return true }
        guard !hostIsAddress, !other.hostIsAddress else { return false }
        let (mine, theirs) = (WebAddress.withoutWWW(host), WebAddress.withoutWWW(other.host))
        let (above, beside) = (WebAddress.domain(of: mine), WebAddress.domain(of: theirs))
        return mine == theirs || mine.hasSuffix("." + theirs) || theirs.hasSuffix("." + mine)
            || (above != nil && above == beside)
    }

    /// Where a `Location` leads to from here (RFC 3986, section 5, without dot segments, which servers resolve).
    package func following(_ location: String) -> WebAddress? {
        if location.hasPrefix("//") { return WebAddress((isSecure ? "https:" : "http:") + location) }
        if location.hasPrefix("/") { return WebAddress(origin + location) }
        if location.hasPrefix("?") { return WebAddress(origin + path.prefix { $0 != "?" } + location) }
        let scheme = location.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+") }
        if !scheme.isEmpty, location.dropFirst(scheme.count).hasPrefix(":") { return WebAddress(location) }
        let page = path.prefix { $0 != "?" }
        let folder = page.prefix(through: page.lastIndex(of: "/") ?? page.startIndex)
        return location.isEmpty ? nil : WebAddress(origin + folder + location)
    }

    private var origin: String {
        let isUsual = port == (isSecure ? 443 : 80)
        let name = host.contains(":") ? "[\(host)]" : host
        return (isSecure ? "https://" : "http://") + name + (isUsual ? "" : ":\(port)")
    }

    private static func authority(_ text: Substring, _ usualPort: Int) -> (String, Int)? {
        let place = text.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        var (name, rest) = (place.prefix { $0 != ":" }, place.drop { $0 != ":" })
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { return nil }
            (name, rest) = (place[..<end].dropFirst(), place[end...].dropFirst())
            guard IPAddress(String(name))?.family == .ipv6 else { return nil }
        }
        // Other spellings of a name are for browsers: each program reads them in its own way.
        guard !name.isEmpty, name.utf8.count <= 253, name.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x25 }),
            rest.isEmpty || rest.hasPrefix(":")
        else { return nil }
        let digits = rest.dropFirst()
        guard digits.isEmpty || digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = digits.isEmpty ? usualPort : Int(digits), (1...65_535).contains(port)
        else { return nil }
        return (name.lowercased(), port)
    }

    private static func pathAndQuery(_ text: Substring) -> String {
        let kept = text.prefix { $0 != "#" }
        return kept.hasPrefix("/") ? String(kept) : "/" + kept
    }

    /// What is behind the first label, where that is somebody's and not a registry's.
    private static func domain(of host: Substring) -> Substring? {
        let domain = host.drop { $0 != "." }.dropFirst()
        return domain.split(separator: ".").count >= 3 ? domain : nil
    }

    private static func withoutWWW(_ host: String) -> Substring {
        host.hasPrefix("www.") ? host.dropFirst(4) : host[...]
    }
}
