import Testing
import ZoneIdentity
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@Suite("A PC becomes known to its hub", .timeLimit(.minutes(5)))
struct EnrolmentTests {
    @Test("a token, a fingerprint that both sides see, an officer's yes, an identity on the disk")
    func wholeWay() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        let keeper = agent.keeper()
        let desk = agent.desk(keeper)
        #expect(desk.state.state == .none)
        try await agent.running(desk.run) {
            let begun = try await desk.begin(" " + office.token(hub).text + "\n", by: "test")
            #expect(begun.state == .pending && begun.hub == hub.address)
            try await agent.waiting("asked twice") { office.asked.count >= 2 }
            #expect(desk.state.state == .pending, "nobody has approved")
            #expect(Set(office.asked.map(\.short)) == [begun.fingerprint], "one key, the one that was shown")
            #expect(office.secrets == ["AQIDBAUGBwgJCgsMDQ4PEA"])
            office.decide { $0.status = .accepted }
            try await agent.waiting("enrolled") { desk.state.state == .enrolled }
            #expect(desk.state.fingerprint == begun.fingerprint && desk.state.zone == IdentityTestOffice.name.zone)
        }
        let asked = office.asked.count
        let again = agent.keeper()
        #expect(again.view.current?.certificate.name == IdentityTestOffice.name && again.view.pending == nil)
        #expect(agent.desk(again).state.state == .enrolled)
        #expect(agent.events == ["identity.requested", "identity.enrolled"])
        #expect(office.asked.count == asked)
        await hub.close()
    }

    @Test("a hub that is dialled by name is known by that name")
    func byName() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub(names: ["localhost"])
        office.decide { $0.status = .accepted }
        let token = EnrolToken(
            secret: Array(1...16), anchorHash: office.authority.anchorHash, address: "localhost:\(hub.port)")
        let keeper = agent.keeper()
        let (desk, link) = (agent.desk(keeper), agent.link(keeper))
        try await agent.running(desk.run) {
            _ = try await desk.begin(token.text, by: "test")
            try await agent.waiting("enrolled") { desk.state.state == .enrolled }
        }
        _ = try await link.send(agent.heartbeat(), within: .seconds(30))
        #expect(hub.requests.last?.client?.name == IdentityTestOffice.name)
        await link.close()
        await hub.close()
    }

    @Test("what is pending goes on after a restart with the same key, whoever was asked before")
    func restart() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        let first = agent.desk(agent.keeper())
        try await agent.running(first.run) {
            _ = try await first.begin(office.token(hub).text, by: "test")
            try await agent.waiting("asked") { !office.asked.isEmpty }
        }
        office.decide { $0.status = .accepted }
        let second = agent.desk(agent.keeper())
        #expect(second.state.state == .pending && second.state.fingerprint == first.state.fingerprint)
        try await agent.running(second.run) {
            try await agent.waiting("enrolled") { second.state.state == .enrolled }
        }
        #expect(Set(office.asked).count == 1)
        await hub.close()
    }

    @Test("who offers another authority than the token's is sent nothing")
    func otherAnchor() async throws {
        let (office, stranger, agent) = (try IdentityTestOffice(), try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await stranger.hub()
        let desk = agent.desk(agent.keeper())
        let token = EnrolToken(
            secret: Array(1...16), anchorHash: office.authority.anchorHash, address: hub.address)
        try await agent.running(desk.run) {
            let error = await #expect(throws: ErrorJSON.self) { _ = try await desk.begin(token.text, by: "test") }
            #expect(error?.code == "enrolment.foreignHub")
        }
        #expect(hub.requests.map(\.route) == ["GET /v1/anchors"] && hub.requests.allSatisfy { $0.body.isEmpty })
        #expect(desk.state.state == .none && agent.keeper().view.pending == nil)
        await hub.close()
    }

    @Test("who shows the hub's authority without having its key hears neither secret nor key")
    func borrowedAnchor() async throws {
        let (office, thief, agent) = (try IdentityTestOffice(), try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub(shownBy: thief.authority)
        try await expectSilence(office, agent, hub)
    }

    @Test("a certificate of the right authority for another host is not the hub's")
    func otherHost() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub(names: ["hub.example", "127.0.0.2"])
        try await expectSilence(office, agent, hub)
    }

    private func expectSilence(
        _ office: IdentityTestOffice, _ agent: IdentityTestAgent, _ hub: EnrolTestHub
    ) async throws {
        let desk = agent.desk(agent.keeper())
        try await agent.running(desk.run) {
            _ = try await desk.begin(office.token(hub).text, by: "test")
            try await agent.waiting("a word about it") {
                desk.state.notice?.en.contains("cannot prove that it is the hub") == true
            }
            #expect(desk.state.state == .pending, "it may be mended without a new token")
        }
        #expect(hub.count("POST /v1/enrolments") == 0 && office.asked.isEmpty)
        await hub.close()
    }

    @Test("a token for another zone is complained of in words, and its certificate is not taken")
    func otherZone() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        let other = try #require(NodeName("other/pc-9"))
        office.decide { $0.status = .accepted }
        let desk = agent.desk(agent.keeper(), name: other)
        try await agent.running(desk.run) {
            _ = try await desk.begin(office.token(hub).text, by: "test")
            try await agent.waiting("a word about it") { desk.state.notice != nil }
        }
        let notice = try #require(desk.state.notice)
        for words in [notice.zh, notice.en] { #expect(words.contains("z/pc-1") && words.contains("other/pc-9")) }
        #expect(desk.state.state == .pending && agent.keeper().view.current == nil)
        // agent.yaml is corrected: the same token is good.
        let mended = agent.desk(agent.keeper())
        try await agent.running(mended.run) {
            try await agent.waiting("enrolled") { mended.state.state == .enrolled }
        }
        await hub.close()
    }

    @Test("a no is final, is remembered with its reason, and is forgotten by hand")
    func rejected() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        office.decide { $0.refusal = ErrorJSON(code: "token.expired", message: "too old", zh: "过期") }
        let desk = agent.desk(agent.keeper())
        try await agent.running(desk.run) {
            _ = try await desk.begin(office.token(hub).text, by: "test")
            try await agent.waiting("rejected") { desk.state.state == .rejected }
        }
        let later = agent.desk(agent.keeper())
        #expect(later.state.state == .rejected && later.state.notice == .init(zh: "过期", en: "too old"))
        #expect(agent.keeper().view.pending?.key == "", "a key that nobody wants is not kept")
        #expect(await later.forget(by: "test"))
        #expect(await later.forget(by: "test") == false)
        #expect(later.state.state == .none && agent.keeper().view.pending == nil)
        #expect(office.asked.count == 1)
        await hub.close()
    }

    @Test("a hub that is busy or gone is asked again until it is there")
    func patience() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        let token = office.token(hub)
        let desk = agent.desk(agent.keeper())
        _ = try await desk.begin(token.text, by: "test")
        await hub.close()
        try await agent.running(desk.run) {
            try await agent.waiting("a word about it") {
                desk.state.notice?.en.contains("cannot be reached") == true
            }
        }
        #expect(desk.state.state == .pending)
        let other = try #require(EnrolToken(text: token.text))
        #expect(try await desk.begin(other.text, by: "test").state == .pending, "the same token again is no mistake")
    }

    @Test(
        "what is no token is said so before anybody is asked",
        arguments: ["", "za1.", "za1.AAAA@127.0.0.1:1", "hello", String(repeating: "x", count: 5000)])
    func noToken(_ text: String) async throws {
        let agent = try IdentityTestAgent()
        let desk = agent.desk(agent.keeper())
        let error = await #expect(throws: ErrorJSON.self) { _ = try await desk.begin(text, by: "test") }
        #expect(error?.code == "enrolment.token" && agent.events.isEmpty)
    }
}
