import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// Newcomers that come the long way: a token, a look at the hub's anchors, a request, and patience until an officer has
/// approved.
package struct FleetEnrolment: Sendable {
    package struct Failed: Error, CustomStringConvertible {
        let line: Int
        let why: String
        package var description: String { "令牌文件第 \(line) 行。 Token in line \(line): \(why)" }
    }

    private struct AnchorsJSON: Decodable { var anchors: [String] }

    private static let patience = Duration.seconds(600)
    private static let longestPause: Int64 = 5000

    let clock: any ZoneClock
    let show: @Sendable (String) -> Void

    package init(clock: any ZoneClock, show: @escaping @Sendable (String) -> Void) {
        (self.clock, self.show) = (clock, show)
    }

    /// One after the other is enough: people approve them by hand.
    package func enrol(_ lines: [String]) async throws -> [NodeCredential] {
        var waiting: [(line: Int, newcomer: Newcomer)] = []
        for (index, text) in lines.enumerated() where !text.cleaned().isEmpty {
            guard let token = EnrolToken(text: text) else { throw Failed(line: index + 1, why: "not a token") }
            waiting.append((index + 1, try await meet(token, line: index + 1)))
        }
        let deadline = clock.mono().advanced(by: FleetEnrolment.patience)
        var made: [Int: NodeCredential] = [:]
        while made.count < waiting.count {
            var pause: Int64 = 1000
            for (line, newcomer) in waiting where made[line] == nil {
                let reply = try await ask(newcomer, line: line)
                pause = max(pause, min(reply.retryAfter ?? 0, FleetEnrolment.longestPause))
                made[line] = try credential(newcomer, reply, line: line)
            }
            if made.count == waiting.count { break }
            guard clock.mono() < deadline else { throw Failed(line: 0, why: "nobody approved within 10 minutes") }
            show("  等待批准 waiting for approval: \(waiting.count - made.count)\n")
            try await clock.sleep(for: .milliseconds(pause))
        }
        return waiting.compactMap { made[$0.line] }
    }

    private struct Newcomer: Sendable {
        var token: EnrolToken
        var hub: HubAddress
        var key: IdentityKey
        var anchors: Anchors
    }

    /// First contact: nobody is trusted, and the hash in the token decides.
    private func meet(_ token: EnrolToken, line: Int) async throws -> Newcomer {
        let hub = try HubAddress(token.address)
        let answer = try await request(.GET, "/v1/anchors", [], hub, trusting: nil, line)
        let told = try? WireCoding.decode(AnchorsJSON.self, answer.body)
        for pem in told?.anchors ?? [] {
            guard let anchor = try? Anchors(pems: [pem]), anchor.hashes == [token.anchorHash] else { continue }
            return Newcomer(token: token, hub: hub, key: IdentityKey(), anchors: anchor)
        }
        throw Failed(line: line, why: "the hub at \(token.address) is not the one of the token")
    }

    private func ask(_ newcomer: Newcomer, line: Int) async throws -> EnrolmentReply {
        let body = EnrolmentRequest(
            secret: Base64.encode(newcomer.token.secret, .url), csr: try SigningRequest.make(key: newcomer.key),
            facts: .init(hostname: "simulated", version: "simulated"))
        let answer = try await request(
            .POST, "/v1/enrolments", try WireCoding.encode(body), newcomer.hub, trusting: newcomer.anchors.pems, line)
        guard [200, 202].contains(answer.status),
            let reply = try? WireCoding.decode(EnrolmentReply.self, answer.body)
        else {
            throw Failed(
                line: line, why: "HTTP \(answer.status) " + String(decoding: answer.body, as: UTF8.self).cleaned())
        }
        return reply
    }

    private func credential(_ newcomer: Newcomer, _ reply: EnrolmentReply, line: Int) throws -> NodeCredential? {
        switch reply.status {
        case .pending: return nil
        case .rejected: throw Failed(line: line, why: "an officer rejected it")
        case .accepted:
            guard let certificate = reply.certificate else { throw Failed(line: line, why: "no certificate came") }
            let anchors = (try? Anchors(pems: reply.anchors)) ?? newcomer.anchors
            return NodeCredential(
                name: NodeName(zone: reply.zone, node: reply.node), certificatePEM: certificate,
                keyPEM: newcomer.key.pem, anchors: anchors)
        }
    }

    /// One request on a connection of its own, at most 10 s.
    private func request(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8], _ hub: HubAddress, trusting pems: [String]?,
        _ number: Int
    ) async throws -> LineAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: LineAnswer.self)
        loop.execute {
            let line = NodeLine(loop: loop, hub: hub)
            let timer = loop.assumeIsolated().scheduleTask(in: .seconds(10)) { line.cut() }
            line.send(
                method, path, body, isDeflated: false, context: { try NodeCredential.context(trusting: pems) }
            ) { result in
                timer.cancel()
                promise.completeWith(result.mapError { $0 as any Error })
                line.cut()
            }
        }
        do {
            return try await promise.futureResult.get()
        } catch {
            throw Failed(line: number, why: "no answer from \(hub.host):\(hub.port) (\(error))")
        }
    }
}
