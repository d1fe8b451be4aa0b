import AsyncHTTPClient
import DriverKit
import Glibc
import NIOCore
import NIOHTTP1
import ZoneLinux
import ZoneModel

/// This machine's network, asked through /proc, /sys and the wire.
package struct LinuxNetwork: NetworkProbes {
    private static let pageLimit = 256 * 1024
    private let lane = BlockingLane(label: "network")

    package init() {}

    package func interfaces() -> [InterfaceFact] {
        SmallFile.list("/sys/class/net").filter { $0 != "lo" }.map { name in
            // Reading carrier of an interface that is switched off gives EINVAL.
            let carrier = try? SmallFile.read("/sys/class/net/\(name)/carrier", limit: 16)
            return InterfaceFact(name: name, hasCarrier: carrier.map { $0.hasPrefix("1") })
        }
    }

    package func defaultRoute() -> DefaultRoute? {
        RouteTable.defaultRoute((try? SmallFile.read("/proc/net/route")) ?? "")
    }

    package func gatewayAnswers(_ route: DefaultRoute, within deadline: Duration) async -> ProbeOutcome {
        await lane.run {
            switch Echo.ask(route.gateway, milliseconds: min(1000, deadline.milliseconds)) {
            case .answered: return .answered
            case .silent where isNeighbour(route): return .answered
            case .silent: return .noAnswer("neither echo nor ARP answer")
            case .notPermitted(let reason): return isNeighbour(route) ? .answered : .notTried(reason)
            }
        }
    }

    package func resolve(_ host: String, within deadline: Duration) async -> NameOutcome {
        await lane.run {
            let servers = NameServers.list((try? SmallFile.read("/etc/resolv.conf")) ?? "")
            guard !servers.isEmpty else { return .noAnswer("no name server is configured") }
            let share = max(200, deadline.milliseconds / Int64(servers.count))
            for server in servers {
                switch ask(server, host, milliseconds: share) {
                case .address(let address): return .address(address)
                case .noSuchName: return .noSuchName
                case .failed, nil: continue
                }
            }
            return .noAnswer("\(servers.joined(separator: ", ")): no answer")
        }
    }

    package func fetch(
        _ url: String, host: String, address: String, within deadline: Duration
    ) async -> Result<PageAnswer, PageFailure> {
        // The name was already looked up, with a deadline; the client must not do it again without one.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        if host != address { configuration.dnsOverride = [host: address] }
        configuration.timeout.connect = .milliseconds(deadline.milliseconds)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result = await get(url, client, deadline)
        try? await client.shutdown()
        return result
    }

    private func get(_ url: String, _ client: HTTPClient, _ deadline: Duration) async -> Result<PageAnswer, PageFailure>
    {
        do {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "User-Agent", value: "zone-agent")
            let response = try await client.execute(request, timeout: .milliseconds(deadline.milliseconds))
            var body: [UInt8] = []
            for try await chunk in response.body {
                body += chunk.readableBytesView
                if body.count >= LinuxNetwork.pageLimit { break }
            }
            return .success(PageAnswer(status: Int(response.status.code), body: body))
        } catch {
            return .failure(PageFailure("\(error)".cleaned()))
        }
    }
}

/// The kernel has a complete ARP entry (flag 0x2, linux/if_arp.h), so the gateway answered lately.
private func isNeighbour(_ route: DefaultRoute) -> Bool {
    let table = (try? SmallFile.read("/proc/net/arp")) ?? ""
    return table.split(separator: "\n").contains { line in
        let fields = line.split(separator: " ")
        return fields.count >= 6 && fields[0] == route.gateway && fields[5] == route.interface
            && Int(fields[2].dropFirst(2), radix: 16).map { $0 & 2 != 0 } == true
    }
}

private func ask(_ server: String, _ host: String, milliseconds: Int64) -> DNSMessage.Answer? {
    let id = UInt16.random(in: .min ... .max)
    guard let query = DNSMessage.query(id: id, host: host), let address = Datagram.address(server, port: 53) else {
        return nil
    }
    let raw = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { return nil }
    let fd = OwnedFD(adopting: raw)
    let answer = try? Datagram.exchange(fd.raw, query, to: address, milliseconds: milliseconds) {
        DNSMessage.answer($0, id: id)
    }
    return answer ?? nil
}

package enum NameServers {
    /// IPv4 name servers of a resolv.conf(5), at most three.
    package static func list(_ text: String) -> [String] {
        let servers = text.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            return Datagram.address(String(words[1]), port: 53) == nil ? nil : String(words[1])
        }
        return Array(servers.prefix(3))
    }
}

package enum RouteTable {
    /// The default route with the lowest metric in the text of /proc/net/route (proc(5)): addresses are hexadecimal in
    /// the machine's byte order.
    package static func defaultRoute(_ text: String) -> DefaultRoute? {
        let routes = text.split(separator: "\n").dropFirst().compactMap { line -> (metric: Int, route: DefaultRoute)? in
            let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
            guard fields.count >= 8, fields[1] == "00000000", fields[7] == "00000000",
                let flags = Int(fields[3], radix: 16),
                flags & 0x3 == 0x3, let gateway = UInt32(fields[2], radix: 16), let metric = Int(fields[6])
            else { return nil }
            let bytes = withUnsafeBytes(of: gateway) { Array($0) }
            return (
                metric,
                DefaultRoute(interface: String(fields[0]), gateway: bytes.map(String.init).joined(separator: "."))
            )
        }
        return routes.min { $0.metric < $1.metric }?.route
    }
}
