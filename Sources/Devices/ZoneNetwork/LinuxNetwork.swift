import AsyncHTTPClient
import DriverKit
import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL
import ZoneLinux
import ZoneModel
import ZoneTime

/// This machine's network, asked through /proc, /sys and the wire.
package struct LinuxNetwork: NetworkProbes {
    private static let pageLimit = 256 * 1024
    private let lane = BlockingLane(label: "network")

    package init() {}

    package func interfaces() -> [InterfaceFact] { Interfaces.list() }

    package func defaultRoute() -> DefaultRoute? {
        RouteTable.defaultRoute((try? SmallFile.read("/proc/net/route")) ?? "")
    }

    package func gatewayAnswers(
        _ gateway: String, on interface: String, within deadline: Duration
    ) async -> ProbeOutcome {
        await lane.run {
            switch Echo.ask(gateway, milliseconds: min(1000, deadline.milliseconds)) {
            case .answered: return .answered
            case .silent where isNeighbour(gateway, on: interface): return .answered
            case .silent: return .noAnswer("neither echo nor ARP answer")
            case .notPermitted(let reason): return isNeighbour(gateway, on: interface) ? .answered : .notTried(reason)
            }
        }
    }

    package func resolve(_ hosts: [String], within deadline: Duration) async -> [String: [NameAnswer]] {
        guard !hosts.isEmpty else { return [:] }
        let clock = SystemClock()
        let end = clock.mono().advanced(by: deadline)
        return await lane.run {
            // Others may have been waited for.
            let left = end.since(clock.mono()).milliseconds
            let servers = NameServers.list((try? SmallFile.read("/etc/resolv.conf")) ?? "")
            guard !servers.isEmpty else { return Dictionary(uniqueKeysWithValues: Set(hosts).map { ($0, []) }) }
            return NameRound(servers: servers, hosts: hosts).run(milliseconds: max(1, left))
        }
    }

    package func fetch(
        _ request: PageRequest, within deadline: Duration
    ) async -> Result<PageAnswer, PageFailure> {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // The name was already looked up, with a deadline; the client must not do it again without one.
        if request.host != request.address { configuration.dnsOverride = [request.host: request.address] }
        configuration.timeout.connect = .milliseconds(deadline.milliseconds)
        configuration.httpVersion = .http1Only
        // A certificate does not become good by asking again, and the next look comes soon.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        // The client's own deadline ends with the head of the answer.
        let task = Task { await get(request, client, deadline) }
        let result = await firstOf(task, orAfter: deadline, SystemClock())
        Task {
            task.cancel()
            _ = await task.value
            // Nobody waits for its farewell: TLS has five seconds of its own for that.
            try? await client.shutdown()
        }
        return result ?? .failure(PageFailure("not all of it came in time"))
    }

    package func certificate(
        of host: String, address: String, port: Int, within deadline: Duration
    ) async -> CertificateFact? {
        await CertificateGlance.look(
            host: host, address: address, port: port, milliseconds: max(1, deadline.milliseconds))
    }

    private func get(
        _ page: PageRequest, _ client: HTTPClient, _ deadline: Duration
    ) async -> Result<PageAnswer, PageFailure> {
        var request = HTTPClientRequest(url: page.url)
        request.headers.add(name: "User-Agent", value: "zone-agent")
        if let cookies = page.cookies { request.headers.add(name: "Cookie", value: cookies) }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: .milliseconds(deadline.milliseconds))
        } catch {
            return .failure(PageFailure("\(error)".cleaned(), kind: LinuxNetwork.kind(of: error)))
        }
        do {
            return .success(
                PageAnswer(
                    status: Int(response.status.code), location: response.headers.first(name: "Location"),
                    cookies: LinuxNetwork.cookies(response.headers), body: try await body(of: response)))
        } catch {
            return .failure(PageFailure("\(error)".cleaned()))
        }
    }

    private func body(of response: HTTPClientResponse) async throws -> [UInt8] {
        var body: [UInt8] = []
        do {
            for try await chunk in response.body {
                body += chunk.readableBytesView.prefix(LinuxNetwork.pageLimit - body.count)
                if body.count >= LinuxNetwork.pageLimit { break }
            }
        } catch NIOSSLError.uncleanShutdown {
            // Old servers end a page of no stated length by hanging up, without TLS's farewell; browsers take it.
        }
        try Task.checkCancellation()
        return body
    }

    /// BoringSSL's words for a certificate that it does not believe; a name that does not fit is swift-nio-ssl's own.
    private static func kind(of error: any Error) -> PageFailure.Kind {
        guard error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError else { return .connection }
        let words = "\(error)"
        let isUntrusted = ["CERTIFICATE_VERIFY_FAILED", "failedToValidateHostname"].contains { words.contains($0) }
        return isUntrusted ? .untrusted : .handshake
    }

    /// Name and value of each, short ones and few: they are sent back within one walk and then forgotten.
    private static func cookies(_ headers: HTTPHeaders) -> [String] {
        headers["Set-Cookie"].prefix(8).compactMap { header in
            let pair = header.prefix { $0 != ";" }
            return pair.contains("=") && pair.utf8.count <= 1024 ? String(pair) : nil
        }
    }
}

/// The kernel has a complete ARP entry (flag 0x2, linux/if_arp.h), so the gateway answered lately.
private func isNeighbour(_ gateway: String, on interface: String) -> Bool {
    let table = (try? SmallFile.read("/proc/net/arp")) ?? ""
    return table.split(separator: "\n").contains { line in
        let fields = line.split(separator: " ")
        return fields.count >= 6 && fields[0] == gateway && fields[5] == interface
            && Int(fields[2].dropFirst(2), radix: 16).map { $0 & 2 != 0 } == true
    }
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
        let lines = text.split(separator: "\n").dropFirst()
        let routes = lines.compactMap { line -> (metric: UInt32, route: DefaultRoute)? in
            let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
            guard fields.count >= 8, fields[1] == "00000000", fields[7] == "00000000",
                let flags = Int(fields[3], radix: 16),
                // RTF_UP, and not RTF_REJECT: an unreachable default route leads nowhere (linux/route.h).
                flags & 0x1 != 0, flags & 0x200 == 0, fields[0] != "*",
                let gateway = UInt32(fields[2], radix: 16), let metric = Int(fields[6])
            else { return nil }
            // RTF_GATEWAY; without it the line has no gateway, as PPP and 4G modems.
            let text = withUnsafeBytes(of: gateway) { $0.map(String.init).joined(separator: ".") }
            return (
                // The kernel prints it signed.
                UInt32(truncatingIfNeeded: metric),
                DefaultRoute(interface: String(fields[0]), gateway: flags & 0x2 != 0 ? text : nil)
            )
        }
        return routes.min { $0.metric < $1.metric }?.route
    }
}
