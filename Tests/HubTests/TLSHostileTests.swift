import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing
import ZoneDeflate
import ZoneHubCore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

@Suite("Slow, large and false callers cost little", .timeLimit(.minutes(3)))
struct TLSHostileTests {
    /// A connection that says these bytes and nothing more.
    private func drip(_ bench: IdentityBench, says bytes: [UInt8] = []) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: bench.port).get()
        if !bytes.isEmpty { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }
        return channel
    }

    /// A connection through TLS that says these bytes of HTTP and nothing more.
    private func dripHTTP(_ bench: IdentityBench, says text: String, as node: Caller? = nil) async throws -> any Channel
    {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        if let node, let certificate = node.certificate {
            tls.certificateChain = [
                .certificate(try NIOSSLCertificate(bytes: Array(certificate.pem.utf8), format: .pem))
            ]
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(node.key.pem.utf8), format: .pem))
        }
        let context = try NIOSSLContext(configuration: tls)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    try NIOSSLClientHandler(context: context, serverHostname: nil))
            }
        }.connect(host: "127.0.0.1", port: bench.port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        return channel
    }

    @Test("200 connections that say nothing, half a handshake or half a head: others are served, and they are cut off")
    func slowLoris() async throws {
        var limits = AgentLimits()
        limits.firstHead = .seconds(2)
        let bench = try await IdentityBench.start(limits: limits)
        let node = try bench.node()
        var drips: [any Channel] = []
        for index in 0..<200 {
            switch index % 4 {
            case 0, 1: drips.append(try await drip(bench))
            case 2: drips.append(try await drip(bench, says: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]))
            default: drips.append(try await dripHTTP(bench, says: "POST /v1/heartbeats HTTP/1.1\r\nHost: a\r\nX-A"))
            }
        }
        for _ in 0..<5 { #expect(try await node.report().status == 200) }
        for channel in drips { try await channel.closeFuture.get() }
        try await eventuallyTrue("all are gone") { bench.door.room.count == 0 && bench.door.room.strangers == 0 }
        await bench.stop()
    }

    @Test("more strangers than there is room for: the oldest goes, a node still comes in")
    func fullHouse() async throws {
        var limits = AgentLimits()
        (limits.connections, limits.newcomers) = (64, 16)
        let bench = try await IdentityBench.start(limits: limits)
        let node = try bench.node()
        let client = try node.client()
        #expect(try await node.report(over: client).status == 200)
        var drips: [any Channel] = []
        for _ in 0..<200 { drips.append(try await drip(bench)) }
        try await eventuallyTrue("the others are out") { bench.door.room.strangers <= 16 }
        #expect(try await node.report(over: client).status == 200, "who is in stays in")
        #expect(try await node.report().status == 200, "who comes comes in")
        for channel in drips { channel.close(promise: nil) }
        try await client.shutdown()
        await bench.stop()
    }

    @Test("a body that comes byte by byte is cut off")
    func slowBody() async throws {
        var limits = AgentLimits()
        limits.bodyStart = .milliseconds(500)
        let taker = NotingTaker()
        let bench = try await IdentityBench.start(limits: limits, taker: taker)
        let node = try bench.node()
        let head = "POST /v1/heartbeats HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        let slow = try await dripHTTP(bench, says: head + "Content-Length: 100\r\n\r\n{", as: node)
        try await slow.closeFuture.get()
        try await eventuallyTrue("its room is free") { bench.door.budget.inUse == 0 }
        #expect(taker.names == [])
        #expect(try await node.report().status == 200)
        await bench.stop()
    }

    @Test("a zip bomb is refused before it is large")
    func zipBomb() async throws {
        let taker = NotingTaker()
        let bench = try await IdentityBench.start(taker: taker)
        let node = try bench.node()
        let bomb = try Deflate.compress(Array(repeating: UInt8(ascii: " "), count: 64 << 20))
        #expect(bomb.count < 1 << 20)
        let headers = ["Content-Encoding": "deflate"]
        let before = try peakBytes()
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask { try await node.send(.POST, "/v1/heartbeats", bomb, headers: headers).status }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(answers == Array(repeating: 413, count: 16))
        #expect(try peakBytes() - before < 256 << 20, "16 of them would have been 1 GiB")
        #expect(taker.names == [] && bench.door.budget.inUse == 0)
        await bench.stop()
    }

    private func peakBytes() throws -> Int {
        let line = try SmallFile.read("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
    }

    @Test("bodies: deflated or not, each within its bound; other encodings and damage are named")
    func bodies() async throws {
        let taker = NotingTaker()
        let bench = try await IdentityBench.start(taker: taker)
        let node = try bench.node()
        let deflate = ["Content-Encoding": "deflate"]
        func send(_ body: [UInt8], _ headers: [String: String] = [:]) async throws -> Caller.Answer {
            try await node.send(.POST, "/v1/heartbeats", body, headers: headers)
        }
        let text = Array(repeating: UInt8(ascii: "x"), count: 4 << 20)
        #expect(try await send(text).status == 200)
        #expect(try await send(text + [1]).status == 413)
        #expect(try await send(try Deflate.compress(text), deflate).status == 200)
        #expect(try await send(try Deflate.compress(text + [1]), deflate).status == 413)
        #expect(taker.sizes == [4 << 20, 4 << 20])
        var generator = SeededGenerator(seed: 1)
        #expect(try await send(generator.bytes(1 << 20 + 1), deflate).status == 413)
        let damaged = try await send([0x78, 0x9C, 1, 2, 3], deflate)
        #expect(damaged.status == 400 && damaged.code == "body.deflate")
        let other = try await send(text, ["Content-Encoding": "gzip"])
        #expect(other.status == 415 && other.code == "body.encoding")
        await bench.stop()
    }

    @Test("all bodies together have one bound: who comes too many waits")
    func budget() async throws {
        var limits = AgentLimits()
        limits.allBodies = 1000
        let bench = try await IdentityBench.start(limits: limits, taker: NotingTaker())
        let node = try bench.node()
        #expect(try await node.send(.POST, "/v1/heartbeats", Array(repeating: 32, count: 1000)).status == 200)
        let busy = try await node.send(.POST, "/v1/heartbeats", Array(repeating: 32, count: 1001))
        #expect(busy.status == 503 && busy.code == "hub.busy")
        #expect(busy.retryAfter == "5")
        await bench.stop()
    }

    @Test("an overloaded hub says when to come back; one that cannot store says so too")
    func overloaded() async throws {
        struct DiskFull: Error {}
        for (failure, code, wait) in [
            (Ingest.Overloaded(retryAfter: .milliseconds(1500)) as any Error, "hub.busy", "2"),
            (DiskFull(), "hub.storage", "10"),
        ] {
            let bench = try await IdentityBench.start(taker: NotingTaker(failing: failure))
            let answer = try await bench.node().report()
            #expect(answer.status == 503 && answer.code == code && answer.retryAfter == wait)
            await bench.stop()
        }
    }

    @Test("a page in a browser is refused, certificate or not", arguments: ["Origin", "Referer"])
    func browser(_ header: String) async throws {
        let bench = try await IdentityBench.start(taker: NotingTaker())
        let node = try bench.node()
        let body = try WireCoding.encode(Caller.heartbeat(try IdentityBench.name()))
        let answer = try await node.send(.POST, "/v1/heartbeats", body, headers: [header: "https://a.example"])
        #expect(answer.status == 403 && answer.code == "access.browser")
        let form = try await node.send(.POST, "/v1/heartbeats", body, headers: ["Content-Type": "text/plain"])
        #expect(form.code == "access.browser")
        await bench.stop()
    }

    @Test("each key has its own allowance; of more keys than can be kept apart the new ones wait")
    func buckets() {
        let clock = ManualClock()
        let buckets = TokenBuckets<String>(burst: 2, perSecond: 0.5, mostKeys: 2, clock: clock)
        #expect(buckets.take("a") == nil && buckets.take("a") == nil)
        let wait = buckets.take("a")
        #expect(wait.map { $0 >= .seconds(2) && $0 < .seconds(3) } == true)
        #expect(buckets.take("b") == nil)
        #expect(buckets.take("c") == .seconds(10))
        clock.advance(by: .seconds(2))
        #expect(buckets.take("a") == nil && buckets.take("a") != nil)
        #expect(buckets.take("c") == nil, "b has calmed down and is forgotten")
    }

    @Test("who asks to be enrolled in a loop waits")
    func enrolsInALoop() async throws {
        let bench = try await IdentityBench.start()
        let pc = bench.stranger
        let client = try pc.client()
        var answers: [Caller.Answer] = []
        for _ in 0..<201 { answers.append(try await pc.send(.POST, "/v1/enrolments", Array("{}".utf8), over: client)) }
        #expect(answers.prefix(200).allSatisfy { $0.status == 400 })
        #expect(answers.last?.status == 429 && answers.last?.retryAfter == "1")
        try await client.shutdown()
        await bench.stop()
    }
}

extension [UInt8] {
    /// Whether `other` is somewhere in it.
    func contains(_ other: [UInt8]) -> Bool {
        indices.dropLast(other.count - 1).contains { self[$0] == other[0] && self[$0...].starts(with: other) }
    }
}
