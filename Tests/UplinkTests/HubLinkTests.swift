import NIOCore
import NIOPosix
import Synchronization
import Testing
import ZoneDeflate
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Heartbeats over HTTP", .timeLimit(.minutes(5)))
struct HubLinkTests {
    private func heartbeat(events: Int = 0, bytes: Int = 0) throws -> Heartbeat {
        var beat = Heartbeat(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), stream: HexID(random: 1),
            epoch: HexID(random: 2), boot: "b", hb: 1, reason: .boot, sentAt: WallTime(milliseconds: 1),
            mono: MonoTime(milliseconds: 1), clock: .synced, interval: .seconds(60), stateHash: "")
        beat.events = (0..<events).map { number in
            Event(
                seq: Int64(number + 1), epoch: beat.epoch, boot: "b",
                draft: EventDraft(
                    .conditionRaised, .b, subject: "x", at: beat.sentAt, clockQuality: .synced,
                    mono: MonoTime(milliseconds: 1), data: ["text": .string(String(repeating: "x", count: bytes))]))
        }
        return beat
    }

    private let reply = HeartbeatReply(
        status: .accepted, ackThrough: nil, stateAck: nil, serverTime: WallTime(milliseconds: 5), interval: .seconds(60)
    )

    private func answer(_ status: String, _ headers: [String] = [], _ body: [UInt8] = []) -> [UInt8] {
        let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)", "Connection: close"] + headers
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    /// What the link makes of an answer.
    private func failure(
        _ answer: [UInt8], within deadline: Duration = .seconds(30), _ clock: any ZoneClock = SystemClock()
    ) async throws -> HubFailure {
        let server = try await AnsweringServer.start(answer)
        defer { Task { await server.close() } }
        let link = HTTPHubLink(hub: server.url, clock: clock)
        let beat = try heartbeat()
        return try #require(await #expect(throws: HubFailure.self) { try await link.send(beat, within: deadline) })
    }

    @Test("small ones go as they are, large ones in zlib format, and say so")
    func packed() async throws {
        for (beat, isPacked) in [(try heartbeat(), false), (try heartbeat(events: 100), true)] {
            let server = try await AnsweringServer.start(answer("200 OK", [], try WireCoding.encode(reply)))
            let heard = try await HTTPHubLink(hub: server.url + "/").send(beat, within: .seconds(30))
            #expect(heard == reply)
            let request = server.request
            #expect(request.head.hasPrefix("POST /v1/heartbeats HTTP/1.1\r\n"))
            #expect(request.head.lowercased().contains("content-type: application/json"))
            #expect(request.head.lowercased().contains("content-encoding: deflate") == isPacked)
            let body = isPacked ? try Inflate.bounded(request.body, limit: 4 << 20) : request.body
            #expect(try WireCoding.decode(Heartbeat.self, body) == beat)
            if isPacked { #expect(request.body.count < body.count / 10) }
            await server.close()
        }
    }

    @Test(
        "each refusal has its meaning",
        arguments: [
            ("413 Payload Too Large", [], "", HubFailure.Kind.tooLarge),
            ("503 Service Unavailable", ["Retry-After: 7"], "", .busy(retryAfter: .seconds(7))),
            ("429 Too Many Requests", ["Retry-After: 999999"], "", .busy(retryAfter: .seconds(3600))),
            ("503 Service Unavailable", ["Retry-After: Fri, 31 Dec 2027 23:59:59 GMT"], "", .busy(retryAfter: nil)),
            ("503 Service Unavailable", ["Retry-After: -5"], "", .busy(retryAfter: nil)),
            ("403 Forbidden", [], "identity.denied", .identity(code: "identity.denied")),
            ("401 Unauthorized", [], "identity.none", .identity(code: "identity.none")),
            ("403 Forbidden", [], "access.browser", .refused(status: 403)),
            ("401 Unauthorized", [], "", .refused(status: 401)),
            ("426 Upgrade Required", [], "heartbeat.version", .versions("message of heartbeat.version")),
            ("500 Internal Server Error", [], "", .refused(status: 500)),
            ("400 Bad Request", [], "heartbeat.invalid", .refused(status: 400)),
            ("204 No Content", [], "", .refused(status: 204)),
        ])
    func statuses(_ status: String, _ headers: [String], _ code: String, _ kind: HubFailure.Kind) async throws {
        let error = ErrorJSON(code: code, message: "message\u{7} of \(code)", zh: "")
        let body = code.isEmpty ? Array("<html>".utf8) : try WireCoding.encode(error)
        let failure = try await failure(answer(status, headers, body))
        #expect(failure.kind == kind)
        #expect(failure.detail.contains(String(status.prefix(3))))
        #expect(failure.detail.cleaned() == failure.detail)
    }

    @Test("a page of a captive portal, or an answer without end, is not a hub's")
    func notAHub() async throws {
        #expect(try await failure(answer("200 OK", [], Array("<html>login</html>".utf8))).kind == .unreadable)
        let large = answer("200 OK", [], Array(repeating: UInt8(ascii: " "), count: (1 << 20) + 1))
        #expect(try await failure(large).kind == .unreadable)
    }

    @Test("an answer that comes a little at a time ends at the deadline")
    func slow() async throws {
        let clock = ManualClock()
        let begun = Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"v\":".utf8)
        let server = try await AnsweringServer.start(begun)
        let link = HTTPHubLink(hub: server.url, clock: clock)
        let beat = try heartbeat()
        let sent = Task { try await link.send(beat, within: .seconds(3600)) }
        try await eventuallyTrue("the answer has begun") { server.hasAnswered && clock.sleeperCount == 1 }
        clock.advance(by: .seconds(3600))
        let failure = try #require(await #expect(throws: HubFailure.self) { try await sent.value })
        #expect(failure.kind == .unreachable)
        await server.close()
    }

    @Test("what no hub would take is not even sent")
    func tooLarge() async throws {
        let link = HTTPHubLink(hub: "http://127.0.0.1:1")
        let beat = try heartbeat(events: 50, bytes: 100_000)
        let failure = try #require(
            await #expect(throws: HubFailure.self) { try await link.send(beat, within: .seconds(30)) })
        #expect(failure.kind == .tooLarge)
    }

    @Test("nobody there is unreachable")
    func nobody() async throws {
        let server = try await AnsweringServer.start([])
        await server.close()
        let link = HTTPHubLink(hub: server.url)
        let beat = try heartbeat()
        // The client's own error, not a failure of ours: the uplink calls it unreachable.
        await #expect(throws: (any Error).self) { try await link.send(beat, within: .seconds(30)) }
    }
}

/// Reads one request with a Content-Length and then says the same bytes to whoever comes.
private final class AnsweringServer: Sendable {
    struct Request: Sendable {
        var head = ""
        var body: [UInt8] = []
    }

    private struct State {
        var channel: (any Channel)?
        var request = Request()
        var hasAnswered = false
    }

    private let state = Mutex(State())

    var request: Request { state.withLock { $0.request } }
    var hasAnswered: Bool { state.withLock { $0.hasAnswered } }
    var url: String { "http://127.0.0.1:\(state.withLock { $0.channel?.localAddress?.port } ?? 0)" }

    static func start(_ answer: [UInt8]) async throws -> AnsweringServer {
        let server = AnsweringServer()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(server, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.state.withLock { $0.channel = channel }
        return server
    }

    func close() async { try? await state.withLock { $0.channel }?.close().get() }

    private func took(_ request: Request) {
        state.withLock { state in (state.request, state.hasAnswered) = (request, true) }
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let server: AnsweringServer
        private let answer: [UInt8]
        private var bytes: [UInt8] = []

        init(_ server: AnsweringServer, _ answer: [UInt8]) { (self.server, self.answer) = (server, answer) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += unwrapInboundIn(data).readableBytesView
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: " ").last ?? "") }
            guard let length, bytes.count - end.upperBound >= length else { return }
            server.took(Request(head: head + "\r\n", body: Array(bytes[end.upperBound...])))
            context.writeAndFlush(NIOAny(ByteBuffer(bytes: answer)), promise: nil)
        }
    }
}
