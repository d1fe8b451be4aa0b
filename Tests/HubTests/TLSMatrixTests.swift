import AsyncHTTPClient
import NIOHTTP1
import NIOSSL
import Testing
import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

@Suite("Who may do what at the agents' port", .timeLimit(.minutes(3)))
struct TLSMatrixTests {
    private static let day = Duration.seconds(86_400)

    @Test("a valid certificate reports and renews; without one only the way in is open")
    func valid() async throws {
        let bench = try await IdentityBench.start()
        let node = try bench.node()
        #expect(try await node.report().status == 200)
        #expect(try await node.renew().status == 200)
        let nobody = bench.stranger
        for (path, body) in [("/v1/heartbeats", "{}"), ("/v1/renewals", "{}")] {
            let answer = try await nobody.send(.POST, path, Array(body.utf8))
            #expect(answer.status == 401 && answer.code == "identity.none", "\(path)")
        }
        #expect(try await nobody.send(.GET, "/v1/anchors").status == 200)
        #expect(try await nobody.send(.GET, "/v1/else").status == 404)
        await bench.stop()
    }

    @Test("expired for a day, and for 29: may renew and nothing else; a person can see that it was away so long")
    func expired() async throws {
        let bench = try await IdentityBench.start()
        for (node, days) in [("jiangbei-1/pc-1", 1), ("jiangbei-2/pc-1", 29)] {
            let late = try bench.node(node, issued: TLSMatrixTests.day * (90 + days))
            let refused = try await late.report()
            #expect(refused.status == 403 && refused.code == "identity.expired")
            let key = IdentityKey()
            let renewed = try late.accepting(try await late.renew(with: key), key: key)
            #expect(try await renewed.report().status == 200)
        }
        #expect(try await bench.office.certificates().map(\.cause) == [.lateRenewal, .lateRenewal])
        await bench.stop()
    }

    @Test("a certificate that ends while its connection is open stops to report at that moment")
    func endsMeanwhile() async throws {
        let bench = try await IdentityBench.start()
        let node = try bench.node(for: .seconds(60))
        let client = try node.client()
        #expect(try await node.report(over: client).status == 200)
        bench.clock.advance(by: .seconds(120))
        #expect(try await node.report(over: client).code == "identity.expired")
        bench.clock.advance(by: TLSMatrixTests.day * 31)
        #expect(try await node.report(over: client).code == "identity.none")
        try await client.shutdown()
        await bench.stop()
    }

    @Test("not in time, or by nobody we trust: refused in the handshake, before a word is said")
    func refusedInHandshake() async throws {
        let taker = NotingTaker()
        let bench = try await IdentityBench.start(taker: taker)
        let other = try CertificateAuthority.make(named: "zone-hub", at: bench.clock.wall())
        let callers = [
            "ended 31 days ago": try bench.node(issued: TLSMatrixTests.day * 121),
            "not valid yet": try bench.node(issued: TLSMatrixTests.day * -1),
            "by another authority": try bench.node(by: other),
        ]
        for (what, caller) in callers {
            await #expect(throws: (any Error).self, "\(what)") { try await caller.report() }
            await #expect(throws: (any Error).self, "\(what)") { try await caller.renew() }
            await #expect(throws: (any Error).self, "\(what)") { try await caller.send(.GET, "/v1/anchors") }
        }
        #expect(taker.names == [])
        await bench.stop()
    }

    @Test("TLS 1.2 and newer only")
    func versions() async throws {
        let bench = try await IdentityBench.start()
        let node = try bench.node()
        for (version, isServed) in [(TLSVersion.tlsv11, false), (.tlsv12, true), (.tlsv13, true)] {
            let client = try node.client(atMost: version)
            let status = try? await node.report(over: client).status
            #expect(status == (isServed ? 200 : nil), "\(version)")
            try await client.shutdown()
        }
        await bench.stop()
    }

    @Test("a client knows a false hub: wrong authority, wrong name")
    func falseHub() async throws {
        let taker = NotingTaker()
        let bench = try await IdentityBench.start(names: ["hub.example"], taker: taker)
        let byAddress = try bench.node()
        await #expect(throws: (any Error).self) { try await byAddress.report() }
        await bench.stop()
        let right = try await IdentityBench.start(taker: taker)
        var elsewhere = try right.node()
        elsewhere.trust = bench.authority.anchors.pems
        await #expect(throws: (any Error).self) { try await elsewhere.report() }
        #expect(taker.names == [])
        await right.stop()
    }

    @Test("shut out by name or by key: from the next request on, on an open connection too, until allowed again")
    func denied() async throws {
        let bench = try await IdentityBench.start()
        let (node, other) = (try bench.node(), try bench.node("jiangbei-1/pc-2"))
        let client = try node.client()
        for subject in [DenialRecord.Subject.node(try IdentityBench.name()), .key(node.key.fingerprint)] {
            #expect(try await node.report(over: client).status == 200)
            _ = try await bench.office.deny(subject, why: "reported stolen", by: "uid 1000")
            let refused = try await node.report(over: client)
            #expect(refused.status == 403 && refused.code == "identity.denied")
            #expect(try refused.decoded(ErrorJSON.self).message.contains("reported stolen"))
            #expect(try await node.renew().code == "identity.denied")
            #expect(try await other.report().status == 200)
            try await bench.office.allow(subject, by: "uid 1000")
        }
        #expect(try await node.report(over: client).status == 200)
        await #expect(throws: ErrorJSON.self) {
            try await bench.office.allow(.key(node.key.fingerprint), by: "uid 1000")
        }
        try await client.shutdown()
        await bench.stop()
    }

    @Test("the certificate of one zone cannot speak for another, nor one node for the other")
    func mismatch() async throws {
        let bench = try await IdentityBench.start()
        let node = try bench.node("jiangbei-1/pc-1")
        for name in ["jiangbei-2/pc-1", "jiangbei-1/pc-2"] {
            let answer = try await node.report(Caller.heartbeat(try IdentityBench.name(name)))
            #expect(answer.status == 403 && answer.code == "identity.mismatch", "\(name)")
        }
        #expect(try bench.store.nodes().isEmpty, "nothing of it is kept")
        await bench.stop()
    }

    @Test("a node that renews in a loop is held back")
    func renewsInALoop() async throws {
        let bench = try await IdentityBench.start()
        let node = try bench.node()
        var statuses: [Int] = []
        for _ in 0..<6 { statuses.append(try await node.renew().status) }
        #expect(statuses == [200, 200, 200, 200, 200, 429])
        bench.clock.advance(by: .seconds(601))
        #expect(try await node.renew().status == 200)
        await bench.stop()
    }
}
