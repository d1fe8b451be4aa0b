import AsyncHTTPClient
import DriverKit
import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL
import ZoneLinux
import ZoneModel
import ZoneTime

/// This machine's network, asked through rtnetlink, /sys and the wire.
package struct LinuxNetwork: NetworkProbes {
    private static let pageLimit = 256 * 1024
    private let lane = BlockingLane(label: "network")

    package init() {}

    package func line(within deadline: Duration) async -> LineFacts {
        await lane.run { KernelTables.line(milliseconds: deadline.milliseconds) }
    }

    package func ask(_ routes: [DefaultRoute], within deadline: Duration) async -> [DefaultRoute: GatewayAnswer] {
        await lane.run {
            let milliseconds = min(1000, deadline.milliseconds)
            let echoes = Echo.ask(routes, milliseconds: milliseconds)
            // Asked after the echo, which makes the kernel look for the neighbour.
            let neighbours = KernelTables.neighbours(milliseconds: milliseconds) ?? []
            var answers: [DefaultRoute: GatewayAnswer] = [:]
            for (route, echo) in zip(routes, echoes) {
                guard let echo, let gateway = route.gateway.flatMap({ IPAddress($0) }) else { continue }
                let index = Int32(bitPattern: if_nametoindex(route.interface))
                let own = neighbours.first { $0.index == index && $0.address == gateway }
                answers[route] = GatewayAnswer(echo: echo, neighbour: own?.state)
            }
            return answers
        }
    }

    package func resolve(
        _ hosts: [String], _ families: [IPFamily], within deadline: Duration
    ) async -> [String: [NameAnswer]] {
        guard !hosts.isEmpty else { return [:] }
        let clock = SystemClock()
        let end = clock.mono().advanced(by: deadline)
        return await lane.run {
            // Others may have been waited for.
            let left = end.since(clock.mono()).milliseconds
            let servers = NameServers.list((try? SmallFile.read("/etc/resolv.conf")) ?? "")
            guard !servers.isEmpty else { return Dictionary(uniqueKeysWithValues: Set(hosts).map { ($0, []) }) }
            return NameRound(servers: servers, hosts: hosts, families: families).run(milliseconds: max(1, left))
        }
    }

    package func fetch(
        _ request: PageRequest, within deadline: Duration
    ) async -> Result<PageAnswer, PageFailure> {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // The name was already looked up, with a deadline; the client must not do it again without one.
        if request.host != request.address { configuration.dnsOverride = [request.host: request.address] }
        configuration.timeout.connect = .milliseconds((request.connectWithin ?? deadline).milliseconds)
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
