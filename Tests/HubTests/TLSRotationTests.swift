import AsyncHTTPClient
import NIOCore
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

@Suite("The authority changes, and nobody is lost", .timeLimit(.minutes(3)))
struct TLSRotationTests {
    private func reply(_ answer: Caller.Answer) throws -> HeartbeatReply {
        #expect(answer.status == 200)
        return try answer.decoded(HeartbeatReply.self)
    }

    @Test("a node that knows only the old authority comes, learns the new one, renews, and stays when the old one goes")
    func rotation() async throws {
        let bench = try await IdentityBench.start()
        let old = bench.authority.anchors
        let (node, away) = (try bench.node(), try bench.node("jiangbei-2/pc-1"))
        let open = try node.client()
        let quiet = try reply(
            try await node.report(Caller.heartbeat(try IdentityBench.name(), anchors: old.hash), over: open))
        #expect(quiet.want.contains("renew") == false && quiet.anchors == nil, "nothing to learn")

        let info = try await bench.office.rotate(by: "uid 1000")
        #expect(info.old?.sha256 == old.hashes.first.map { Hex.text($0) })
        #expect(node.trust == old.pems, "the node still knows only the old authority, and verifies the server")
        let told = try reply(try await node.report(Caller.heartbeat(try IdentityBench.name(), anchors: old.hash)))
        #expect(told.want.contains("renew"))
        let both = try Anchors(pems: try #require(told.anchors))
        #expect(both.hash == bench.authority.anchors.hash && both.hashes.count == 2)

        let key = IdentityKey()
        var renewed = try node.accepting(try await node.renew(with: key), key: key)
        renewed.trust = both.pems
        let calm = try reply(
            try await renewed.report(Caller.heartbeat(try IdentityBench.name(), anchors: both.hash)))
        #expect(!calm.want.contains("renew") && calm.anchors == nil)

        _ = try await bench.office.retire(try #require(info.old).sha256, by: "uid 1000")
        #expect(try await renewed.report().status == 200)
        await #expect(throws: (any Error).self, "who was away too long is enrolled anew") { try await away.report() }
        #expect(try await node.report(over: open).code == "identity.none", "on an open connection too")
        try await open.shutdown()
        await bench.stop()
    }

    @Test("the officer sees how many nodes a retirement would shut out")
    func nodesOnOld() async throws {
        let bench = try await IdentityBench.start()
        for node in ["jiangbei-1/pc-1", "jiangbei-2/pc-1"] {
            let made = try await bench.office.makeToken(for: try IdentityBench.name(node), by: "uid 1000")
            let (token, pc) = (try #require(EnrolToken(text: made.token)), bench.stranger)
            _ = try await pc.enrol(token)
            _ = try await bench.office.approve(pc.key.fingerprint.short, by: "uid 1000")
            guard node.hasPrefix("jiangbei-1") else { continue }
            let enrolled = try pc.accepting(try await pc.enrol(token))
            #expect(try await bench.office.rotate(by: "uid 1000").nodesOnOld == 1)
            #expect(try await enrolled.renew().status == 200)
        }
        #expect(try await bench.office.caInfo().nodesOnOld == 0)
        let acts = try await OrderBook(store: bench.store).audit(limit: 20).map(\.act)
        #expect(acts.contains("ca.rotated"))
        await bench.stop()
    }

    @Test("one change at a time; retiring needs the right name; a restart keeps both")
    func order() async throws {
        let bench = try await IdentityBench.start()
        let first = try await bench.office.rotate(by: "uid 1000")
        let twice = await #expect(throws: ErrorJSON.self) { try await bench.office.rotate(by: "uid 1000") }
        #expect(twice?.code == "ca.refused")
        for hex in ["", "0000", first.issuer.sha256] {
            await #expect(throws: ErrorJSON.self) { try await bench.office.retire(hex, by: "uid 1000") }
        }
        await bench.stop()
        let again = try await IdentityBench.start(root: bench.root)
        #expect(try await again.office.caInfo().old == first.old)
        #expect(again.authority.anchors.hash == first.anchors)
        let gone = try await again.office.retire(String(try #require(first.old).sha256.prefix(8)), by: "uid 1000")
        #expect(gone.old == nil && gone.issuer == first.issuer)
        #expect(try await again.office.rotate(by: "uid 1000").old?.sha256 == first.issuer.sha256)
        await again.stop()
    }

    @Test("after a rotation at most 20 nodes a second are asked to renew")
    func invitations() async throws {
        let bench = try await IdentityBench.start(taker: NotingTaker())
        let node = try bench.node()
        _ = try await bench.office.rotate(by: "uid 1000")
        let client = try node.client()
        var asked = 0
        for _ in 0..<30 where try reply(try await node.report(over: client)).want.contains("renew") { asked += 1 }
        #expect(asked == 20)
        bench.clock.advance(by: .seconds(1))
        #expect(try reply(try await node.report(over: client)).want.contains("renew"))
        try await client.shutdown()
        await bench.stop()
    }

    @Test("the server's certificate is swapped under open connections: they go on, new ones see the new one")
    func liveSwap() async throws {
        let bench = try await IdentityBench.start()
        let node = try bench.node()
        let client = try node.client()
        #expect(try await node.report(over: client).status == 200)
        let before = try await leaf(bench)
        #expect(try await bench.authority.renewServerIfDue() == false)
        bench.clock.advance(by: .seconds(70 * 86_400))
        // Two thirds of 397 days are over; its keeper may have been quicker.
        _ = try await bench.authority.renewServerIfDue()
        let after = try await leaf(bench)
        #expect(after != before)
        #expect(try await leaf(bench) == after)
        #expect(try await node.report(over: client).status == 200)
        try await client.shutdown()
        await bench.stop()
    }

    /// What the server shows, whatever it is worth.
    private func leaf(_ bench: IdentityBench) async throws -> [UInt8] {
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        let (leaves, output) = AsyncStream.makeStream(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = try NIOSSLClientHandler(context: context, serverHostname: nil) { chain, verdict in
                    output.yield((try? chain.first?.toDERBytes()) ?? [])
                    verdict.succeed(.certificateVerified)
                }
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }.connect(host: "127.0.0.1", port: bench.port).get()
        var iterator = leaves.makeAsyncIterator()
        let shown = await iterator.next()
        let der = try #require(shown)
        channel.close(promise: nil)
        return der
    }
}
