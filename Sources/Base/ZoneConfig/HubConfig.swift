import ZoneCases
import ZoneModel
import ZoneYAML

/// Where a port listens: `127.0.0.1:8081`, `0.0.0.0:8081`, `[::]:8081`.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, without the brackets of IPv6.
    package var host: String
    package var port: Int

    package init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// `nil` for anything but `HOST:PORT` with a port from 0 to 65535; 0 is any free one.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        // `Int` reads a sign too.
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        let front = String(text[..<colon])
        let isBracketed = front.hasPrefix("[") && front.hasSuffix("]")
        let host = isBracketed ? String(front.dropFirst().dropLast()) : front
        guard HostName.isPlausible(host), isBracketed == host.contains(":") else { return nil }
        self.init(host: host, port: port)
    }

    /// Reachable from this machine only.
    package var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A DNS name or an IP address, as it may stand in a certificate, a token or a file.
package enum HostName {
    /// Letters, digits, `-`, `.` and for IPv6 `:`; at most 253 characters (RFC 1035, 2.3.4).
    package static func isPlausible(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}

/// hub.yaml: what the hub's own machine says about it.
package struct HubConfig: Sendable, Hashable {
    package static let defaultPeople = ListenAddress(host: "127.0.0.1", port: 8080)
    package static let defaultAgents = ListenAddress(host: "127.0.0.1", port: 8081)

    /// As it stands above the overviews, such as 示例区; empty: not said.
    package var district = ""
    /// The wall; loopback only, until users exist.
    package var people = HubConfig.defaultPeople
    /// TLS; every caller needs a certificate of this hub, so it may listen anywhere.
    package var agents = HubConfig.defaultAgents
    /// By what names and addresses agents reach the hub: they stand in its server certificate, the first one in tokens.
    package var agentNames = ["127.0.0.1"]
    /// How long cases may take, and from when on a silent zone is one.
    package var cases = CaseTimes()
    /// Whose days off and make-up workdays their deadlines follow; `nil`: none, each week is as the other.
    package var calendar: String? = "cn"
    /// Where its files are; `nil`: where the package puts them.
    package var calendarFolder: String?

    package init() {}

    /// - Throws: `FileComplaint` for the first mistake, also for a key nobody knows.
    package init(text: String, file: String) throws(FileComplaint) {
        var root = try YAMLSection(text: text, file: file)
        district =
            try root.value("district", expected: "the district's name of at most 40 characters") { text in
                (1...40).contains(text.count) ? text : nil
            }?.value ?? ""
        if var section = try root.section("agents") {
            let form = "an address and a port such as 0.0.0.0:8081"
            agents = try section.value("listen", expected: form, ListenAddress.init)?.value ?? agents
            let names = try section.texts("names")
            guard names.count <= 16, names.allSatisfy(HostName.isPlausible) else {
                throw section.complaint("names", expected: "at most 16 host names or addresses such as hub.example.cn")
            }
            agentNames = names.isEmpty ? [agents.isWildcard ? "127.0.0.1" : agents.host] : names
            try section.finish()
        }
        if var section = try root.section("people") {
            let form = "an address of this machine only, such as 127.0.0.1:8080, until users exist"
            people =
                try section.value("listen", expected: form) { text in
                    ListenAddress(text).flatMap { $0.isLoopback ? $0 : nil }
                }?.value ?? people
            try section.finish()
        }
        if var section = try root.section("cases") {
            cases = try CaseTimes(&section)
            try section.finish()
        }
        if var section = try root.section("calendar") {
            let name = try section.value("name", expected: "the name of a calendar such as cn, or none", Slug.init)
            if let name = name?.value.text { calendar = name == "none" ? nil : name }
            calendarFolder =
                try section.value("folder", expected: "a folder such as /usr/share/zone-agent/calendars") { text in
                    text.hasPrefix("/") && text.utf8.count > 1 ? text : nil
                }?.value
            try section.finish()
        }
        try root.finish()
    }

    /// What agents are told to call.
    package var agentAddress: String {
        ListenAddress(host: agentNames.first ?? agents.host, port: agents.port).description
    }
}

extension ListenAddress {
    /// Listens on every address of the machine; nobody can call it by that.
    fileprivate var isWildcard: Bool { ["0.0.0.0", "::"].contains(host) }
}
