import NIOHTTP1
import Testing
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

@Suite("A PC becomes a node of the hub", .timeLimit(.minutes(3)))
struct IdentityStoryTests {
    private func token(_ bench: IdentityBench, _ node: String = "jiangbei-1/pc-1") async throws -> EnrolToken {
        let made = try await bench.office.makeToken(for: try IdentityBench.name(node), by: "uid 1000")
        return try #require(EnrolToken(text: made.token))
    }

    @Test("from the officer's token to the first heartbeat, and on to the next certificate")
    func wholeStory() async throws {
        let bench = try await IdentityBench.start()
        let token = try await token(bench)
        #expect(token.address == "127.0.0.1:\(bench.port)")
        var pc = bench.stranger
        let anchors = try await pc.send(.GET, "/v1/anchors").decoded(AnchorsJSON.self).anchors
        #expect(try Anchors(pems: anchors).hashes == [token.anchorHash], "the newcomer knows whom to trust")

        #expect(try await pc.report().code == "identity.none")
        let first = try await pc.enrol(token)
        #expect(first.status == 202)
        let pending = try first.decoded(EnrolmentReply.self)
        #expect(pending.status == .pending && pending.certificate == nil)
        #expect(try #require(pending.retryAfter) > 0)
        #expect(pending.fingerprint == pc.key.fingerprint.short)
        #expect(try await pc.enrol(token).body == first.body, "asked again, the answer is the same")

        let waiting = try #require(try await bench.office.enrolments().first)
        #expect(waiting.short == pc.key.fingerprint.short && waiting.state == .pending)
        #expect(waiting.facts.hostname == "kiosk[2J", "nothing that moves an officer's cursor")
        let typed = waiting.short.lowercased().replacing("-", with: " ")
        let approval = try await bench.office.approve(typed, by: "uid 1000")
        #expect(approval.enrolment.state == .approved && approval.others == [])

        let second = try await pc.enrol(token)
        #expect(second.status == 200)
        #expect(try await pc.enrol(token).body == second.body)
        pc = try pc.accepting(second)
        #expect(pc.certificate?.name.description == "jiangbei-1/pc-1")
        #expect(try await pc.report().status == 200)

        let key = IdentityKey()
        let renewal = try await pc.renew(with: key)
        #expect(renewal.status == 200)
        let renewed = try pc.accepting(renewal, key: key)
        #expect(renewed.certificate?.fingerprint == key.fingerprint)
        #expect(try await renewed.report().status == 200)
        #expect(try await pc.report().status == 200, "the old one works until the new one has worked")
        #expect(try await pc.renew(with: key).body == renewal.body, "an answer that was lost is given again")
        #expect(try await pc.renew(with: pc.key).code == "renewal.sameKey")
        #expect(
            try await bench.office.certificates().map(\.cause).sorted { $0.rawValue < $1.rawValue } == [
                .enrolment, .renewal,
            ])
        await bench.stop()
    }

    @Test("who did what is in the audit; the secret is nowhere on the disk")
    func audit() async throws {
        let bench = try await IdentityBench.start()
        let token = try await token(bench)
        let pc = bench.stranger
        _ = try await pc.enrol(token)
        _ = try await bench.office.approve(pc.key.fingerprint.hex, by: "uid 7")
        let acts = try await OrderBook(store: bench.store).audit(limit: 10)
        #expect(acts.map(\.act) == ["enrolment.approved", "enrolment.asked", "token.made"])
        #expect(acts.map(\.actor) == ["uid 7", "node", "uid 1000"])
        #expect(acts.allSatisfy { $0.subject == "jiangbei-1/pc-1" })
        for file in ["hub.db", "hub.db-wal"] {
            let bytes = try SmallFile.readBytes("\(bench.root.path)/\(file)", limit: 1 << 24)
            #expect(!bytes.contains(token.secret))
            #expect(!bytes.contains(Array(Base64.encode(token.secret, .url).utf8)))
        }
        await bench.stop()
    }

    @Test("a token is good for one key: who comes second is refused, who came first is not harmed")
    func tokenReuse() async throws {
        let bench = try await IdentityBench.start()
        let token = try await token(bench)
        let (pc, thief) = (bench.stranger, bench.stranger)
        #expect(try await pc.enrol(token).status == 202)
        let refused = try await thief.enrol(token)
        #expect(refused.status == 403 && refused.code == "token.used")
        _ = try await bench.office.approve(pc.key.fingerprint.short, by: "uid 1000")
        #expect(try await pc.enrol(token).status == 200)
        #expect(try await thief.enrol(token).code == "token.used")
        await bench.stop()
    }

    @Test("of two keys that come with one token at the same moment one is taken")
    func race() async throws {
        let bench = try await IdentityBench.start()
        let token = try await token(bench)
        let callers = (0..<8).map { _ in bench.stranger }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in callers { group.addTask { try await caller.enrol(token).status } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.sorted() == [202] + Array(repeating: 403, count: 7))
        #expect(try await bench.office.enrolments().count == 1)
        await bench.stop()
    }

    @Test("tokens end after 24 hours; a request that came in time does not")
    func expiredToken() async throws {
        let bench = try await IdentityBench.start()
        let (late, inTime) = (try await token(bench), try await token(bench, "jiangbei-2/pc-1"))
        let (pc, other) = (bench.stranger, bench.stranger)
        #expect(try await other.enrol(inTime).status == 202)
        bench.clock.advance(by: .seconds(86_400))
        #expect(try await pc.enrol(late).code == "token.expired")
        #expect(try await other.enrol(inTime).status == 202)
        #expect(try await bench.office.enrolments().map(\.zone.text) == ["jiangbei-2"])
        await bench.stop()
    }

    @Test("what is no enrolment is refused in words, and nothing is kept of it")
    func garbage() async throws {
        let bench = try await IdentityBench.start()
        let (token, pc) = (try await token(bench), bench.stranger)
        let foreign = EnrolToken(secret: Array(repeating: 7, count: 16), anchorHash: token.anchorHash, address: "a:1")
        #expect(try await pc.enrol(foreign).code == "token.unknown")
        for (body, code) in [
            ("{", "enrolment.invalid"),
            ("{\"secret\":\"AA\",\"csr\":\"x\",\"facts\":{\"hostname\":\"\",\"version\":\"\"}}", "enrolment.invalid"),
            (
                "{\"secret\":\"\(Base64.encode(token.secret, .url))\",\"csr\":\"x\",\"facts\":{\"hostname\":\"\",\"version\":\"\"}}",
                "csr.invalid"
            ),
        ] {
            let answer = try await pc.send(.POST, "/v1/enrolments", Array(body.utf8))
            #expect(answer.status == 400 && answer.code == code, "\(body)")
        }
        let long = Array(repeating: UInt8(ascii: "x"), count: AgentBody.smallLimit + 1)
        #expect(try await pc.send(.POST, "/v1/enrolments", long).status == 413)
        #expect(try await bench.office.enrolments() == [])
        #expect(try await pc.enrol(token).status == 202, "the token is still good")
        await bench.stop()
    }

    @Test("an officer says no, or shuts a node out while it waits: rejected, and nothing else ever")
    func rejected() async throws {
        let bench = try await IdentityBench.start()
        let (token, pc) = (try await token(bench), bench.stranger)
        _ = try await pc.enrol(token)
        _ = try await bench.office.reject(pc.key.fingerprint.short, by: "uid 1000")
        let answer = try await pc.enrol(token)
        #expect(answer.status == 403)
        #expect(try answer.decoded(EnrolmentReply.self).status == .rejected)
        let again = await #expect(throws: ErrorJSON.self) {
            try await bench.office.approve(pc.key.fingerprint.short, by: "uid 1000")
        }
        #expect(again?.code == "enrolment.decided")

        let second = try await self.token(bench, "jiangbei-2/pc-1")
        let other = bench.stranger
        _ = try await other.enrol(second)
        let name = try IdentityBench.name("jiangbei-2/pc-1")
        _ = try await bench.office.deny(.node(name), why: "stolen", by: "uid 1000")
        #expect(try await other.enrol(second).decoded(EnrolmentReply.self).status == .rejected)
        await #expect(throws: ErrorJSON.self) {
            try await bench.office.approve(other.key.fingerprint.short, by: "uid 1000")
        }
        await #expect(throws: ErrorJSON.self) { try await bench.office.makeToken(for: name, by: "uid 1000") }
        await bench.stop()
    }

    @Test("a PC is replaced: the officer sees which other key still speaks for the node")
    func replaced() async throws {
        let bench = try await IdentityBench.start()
        var callers = [bench.stranger, bench.stranger]
        for index in callers.indices {
            let token = try await token(bench)
            _ = try await callers[index].enrol(token)
            let approval = try await bench.office.approve(callers[index].key.fingerprint.short, by: "uid 1000")
            #expect(approval.others.map(\.short) == callers.prefix(index).map(\.key.fingerprint.short))
            callers[index] = try callers[index].accepting(try await callers[index].enrol(token))
        }
        _ = try await bench.office.deny(.key(callers[0].key.fingerprint), why: "replaced", by: "uid 1000")
        #expect(try await callers[0].report().code == "identity.denied")
        #expect(try await callers[1].report().status == 200)
        #expect(try await bench.office.certificates().compactMap(\.denied) == ["replaced"])
        await bench.stop()
    }

    @Test("one key speaks for one node only")
    func oneKeyOneNode() async throws {
        let bench = try await IdentityBench.start()
        let (token, other) = (try await token(bench), try await token(bench, "jiangbei-2/pc-1"))
        let pc = bench.stranger
        #expect(try await pc.enrol(token).status == 202)
        #expect(try await pc.enrol(other).code == "key.taken")
        await bench.stop()
    }

    @Test("the hub restarts in the middle: the same authority, the same answers")
    func restart() async throws {
        let bench = try await IdentityBench.start()
        let (token, pc) = (try await token(bench), bench.stranger)
        _ = try await pc.enrol(token)
        let sure = try IdentityBench.name("jiangbei-9/pc-1")
        _ = try await bench.office.deny(.node(sure), why: "closed", by: "uid 1000")
        await bench.stop()

        let again = try await IdentityBench.start(root: bench.root)
        #expect(again.authority.anchors == bench.authority.anchors)
        #expect(again.office.denials().map(\.why) == ["closed"])
        var same = pc
        same.port = again.port
        #expect(try await same.enrol(token).status == 202)
        _ = try await again.office.approve(pc.key.fingerprint.short, by: "uid 1000")
        #expect(try await same.accepting(try await same.enrol(token)).report().status == 200)
        await again.stop()
    }

    @Test("a token leads only to a name that the hub's certificate has")
    func tokenAddress() async throws {
        let bench = try await IdentityBench.start()
        let name = try IdentityBench.name()
        for address in ["hub.example:8081", "127.0.0.1", "127.0.0.1:0", "", "localhost:99999"] {
            let error = await #expect(throws: ErrorJSON.self) {
                try await bench.office.makeToken(for: name, address: address, by: "uid 1000")
            }
            #expect(error?.code == "token.address", "\(address)")
        }
        let made = try await bench.office.makeToken(for: name, address: "LOCALHOST:8081", by: "uid 1000")
        #expect(EnrolToken(text: made.token)?.address == "LOCALHOST:8081")
        await bench.stop()
    }

    @Test("an approval that nobody fetched for 90 days is not good for ever")
    func neverFetched() async throws {
        let bench = try await IdentityBench.start()
        let (token, pc) = (try await token(bench), bench.stranger)
        _ = try await pc.enrol(token)
        _ = try await bench.office.approve(pc.key.fingerprint.short, by: "uid 1000")
        bench.clock.advance(by: .seconds(91 * 86_400))
        // Not over TLS: the hub may have renewed its own certificate by now, for a time that is not the client's yet.
        let desk = EnrolDesk(
            authority: bench.authority, book: bench.book, clock: bench.clock, log: IngestBench.log)
        let request = EnrolmentRequest(
            secret: Base64.encode(token.secret, .url), csr: try SigningRequest.make(key: pc.key),
            facts: .init(hostname: "kiosk", version: "1"))
        await #expect(throws: IdentityRefusal.tokenExpired) { try await desk.enrol(request, from: "192.0.2.7") }
        await bench.stop()
    }
}
