import ZoneModel

/// Who listens for print traffic, by the kernel's own tables (proc(5)).
enum CUPSDPorts {
    private static let id = "cupsd.ports"
    /// IPP's (RFC 8010, 3.3), and the one that cups-browsed believed every packet at (CVE-2024-47176).
    private static let port = 631

    static func findings(_ system: String, _ patient: Patient) async -> [Finding] {
        var findings: [Finding] = []
        var hasSeen = false
        for (table, isStream) in [("udp", false), ("udp6", false), ("tcp", true), ("tcp6", true)] {
            switch await patient.read("\(system)/proc/net/\(table)") {
            // Without IPv6 there is no such table.
            case .missing: continue
            case .notPermitted: findings.append(.hidden(id, "/proc/net/\(table)"))
            case .failed(let detail): findings.append(.unreadable(id, "/proc/net/\(table)", detail))
            case .seen(let text):
                hasSeen = true
                if ListeningPort.all(in: text).contains(where: { $0.isTrouble(isStream) }) {
                    findings.append(isStream ? openToTheNetwork(table) : answersToPackets(table))
                }
            }
        }
        guard findings.isEmpty, hasSeen else { return findings }
        return [.ok(id, "没有人在网上监听 631 端口。", "Nobody listens at port 631 for the network.")]
    }

    private static func openToTheNetwork(_ table: String) -> Finding {
        .warning(
            id, "有程序在所有网卡上监听 \(table)/631：局域网里谁都能连接打印系统。",
            "A program listens at \(table)/631 beyond loopback: everybody in the network reaches the print system.",
            Saying(
                "sudo zonectl printers cupsd set，再 sudo systemctl restart cups；仍在则 sudo ss -lntp 'sport = :631'",
                "sudo zonectl printers cupsd set, restart cups; if it stays, sudo ss -lntp 'sport = :631'"
            ))
    }

    private static func answersToPackets(_ table: String) -> Finding {
        .warning(
            id, "有程序在 \(table)/631 上听打印机广播：一个数据包就能加上陌生打印机（CVE-2024-47176）。",
            "A program listens at \(table)/631 for announced printers: one packet adds a stranger's (CVE-2024-47176).",
            Saying(
                "sudo apt-get purge cups-browsed；仍在则 sudo ss -lnup 'sport = :631'",
                "sudo apt-get purge cups-browsed; if it stays, sudo ss -lnup 'sport = :631'"))
    }

    /// A line of /proc/net/tcp or its like.
    private struct ListeningPort {
        private static let listening = "0A"
        private let address: Substring
        private let port: Int
        private let state: Substring

        static func all(in table: String) -> [ListeningPort] {
            table.split(separator: "\n").dropFirst().compactMap { line in
                let words = line.split(separator: " ", maxSplits: 4)
                guard words.count >= 4 else { return nil }
                let local = words[1].split(separator: ":")
                guard local.count == 2, let port = Int(local[1], radix: 16) else { return nil }
                return ListeningPort(address: local[0], port: port, state: words[3])
            }
        }

        func isTrouble(_ isStream: Bool) -> Bool {
            guard port == CUPSDPorts.port else { return false }
            return !isStream || state == ListeningPort.listening && !isLoopback
        }

        /// Words of 32 bits in the machine's order, so 127.x.y.z ends in 7F.
        private var isLoopback: Bool {
            guard address.count == 32 else { return address.count == 8 && address.hasSuffix("7F") }
            let isMapped = address.hasPrefix("0000000000000000FFFF0000")
            return address == "00000000000000000000000001000000" || isMapped && address.hasSuffix("7F")
        }
    }
}
