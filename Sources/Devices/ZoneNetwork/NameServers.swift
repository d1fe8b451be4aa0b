package enum NameServers {
    /// Of a resolv.conf(5), at most three; those of IPv6 perhaps with a zone, as `fe80::1%eth0`.
    package static func list(_ text: String) -> [String] {
        let servers = text.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            return Endpoint(String(words[1]), port: 53) == nil ? nil : String(words[1])
        }
        return Array(servers.prefix(3))
    }
}
