import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

/// The next hub waits for the state lock until this one is gone.
@Suite("The agents' port ends in time, whoever is connected", .timeLimit(.minutes(3)))
struct TLSStopTests {
    /// Below the TLS of a client: once it is in nothing is heard, the other end's goodbye neither.
    private final class Earplug: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var isIn = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !isIn { context.fireChannelRead(data) }
        }
    }

    /// Hears the first answer and puts the earplug in.
    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let plug: Earplug
        private let heard: AsyncStream<Void>.Continuation

        init(_ plug: Earplug, _ heard: AsyncStream<Void>.Continuation) { (self.plug, self.heard) = (plug, heard) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            plug.isIn = true
            heard.yield()
        }
    }

    /// Somebody over TLS who says this, and goes deaf with the first answer.
    private func caller(_ bench: IdentityBench, says text: String) async throws -> (any Channel, AsyncStream<Void>) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        let context = try NIOSSLContext(configuration: tls)
        let (heard, output) = AsyncStream.makeStream(of: Void.self)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                let (plug, pipeline) = (Earplug(), channel.pipeline.syncOperations)
                try pipeline.addHandler(plug)
                try pipeline.addHandler(try NIOSSLClientHandler(context: context, serverHostname: nil))
                try pipeline.addHandler(Ear(plug, output))
            }
        }.connect(host: "127.0.0.1", port: bench.port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        return (channel, heard)
    }

    private static let tries = 5
    private static let bound = Duration.milliseconds(1500)

    /// How long the port takes to end with somebody connected; the shortest of some tries, because a busy machine makes
    /// some of them long. What is tested waits on timers, of 2 s and more, which would show in each of them.
    private func end(
        _ limits: AgentLimits = AgentLimits(), with words: String,
        once isReady: (IdentityBench, AsyncStream<Void>) async throws -> Void
    ) async throws -> Duration {
        let clock = SystemClock()
        var shortest = Duration.seconds(3600)
        for _ in 0..<TLSStopTests.tries where shortest >= TLSStopTests.bound {
            let bench = try await IdentityBench.start(limits: limits)
            let (channel, heard) = try await caller(bench, says: words)
            try await isReady(bench, heard)
            let begin = clock.mono()
            await bench.beginToEnd()
            await bench.ended()
            shortest = min(shortest, clock.mono().since(begin))
            try await channel.closeFuture.get()
        }
        return shortest
    }

    @Test("an idle connection is closed at once, also when the other end hangs and says no goodbye")
    func idle() async throws {
        let took = try await end(with: "GET /v1/anchors HTTP/1.1\r\nHost: a\r\n\r\n") { _, heard in
            var answers = heard.makeAsyncIterator()
            #expect(await answers.next() != nil)
        }
        #expect(took < TLSStopTests.bound)
    }

    @Test("a body that does not come is not waited for longer than the farewell")
    func slowBody() async throws {
        var limits = AgentLimits()
        (limits.farewell, limits.bodyStart) = (.milliseconds(300), .seconds(8))
        let head = "POST /v1/enrolments HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        let took = try await end(limits, with: head + "Content-Length: 100\r\n\r\n{") { bench, _ in
            try await eventuallyTrue("the body is being read") { bench.door.budget.inUse > 0 }
        }
        #expect(took < TLSStopTests.bound)
    }

    /// Holds a heartbeat up until its gate opens.
    private struct SlowTaker: HeartbeatTaker {
        let gate = Gate()
        let taker = NotingTaker()

        func take(_ body: [UInt8], from name: NodeName) async throws -> HeartbeatReply {
            await gate.pass()
            return try await taker.take(body, from: name)
        }
    }

    @Test("what is under way is answered, and nobody new comes in")
    func underWay() async throws {
        let taker = SlowTaker()
        // What this test does meanwhile takes long on a host that lends its cores out.
        var limits = AgentLimits()
        limits.farewell = .seconds(120)
        let bench = try await IdentityBench.start(limits: limits, taker: taker)
        let node = try bench.node()
        let answer = Task { try await node.report() }
        try await taker.gate.reached(1)
        await bench.beginToEnd()
        try await eventuallyTrue("the port is closed") { (try? await node.send(.GET, "/v1/anchors")) == nil }
        taker.gate.open()
        #expect(try await answer.value.status == 200)
        await bench.ended()
    }
}
