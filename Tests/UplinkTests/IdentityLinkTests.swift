import NIOSSL
import Testing
import ZoneIdentity
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@Suite("Heartbeats leave the PC only as itself, and only to its hub", .timeLimit(.minutes(5)))
struct IdentityLinkTests {
    private static let beats = "POST /v1/heartbeats"

    private func send(_ link: TLSHubLink, _ agent: IdentityTestAgent) async throws {
        _ = try await link.send(agent.heartbeat(), within: .seconds(30))
    }

    /// A certificate in use and a newer one on trial, which the hub turns away.
    private func staged(
        _ office: IdentityTestOffice, _ agent: IdentityTestAgent, _ hub: EnrolTestHub
    ) throws -> (old: AgentIdentity, new: AgentIdentity) {
        let (old, new) = (try office.identity(for: hub, daysAgo: 70), try office.identity(for: hub))
        try agent.files.adopt(old)
        try agent.files.stage(new, beside: old)
        office.decide { $0.turnedAway = [new.key.fingerprint] }
        return (old, new)
    }

    private func failure(_ link: TLSHubLink, _ agent: IdentityTestAgent) async throws -> HubFailure {
        let error = await #expect(throws: HubFailure.self) { try await send(link, agent) }
        return try #require(error)
    }

    @Test("an agent that is not enrolled sends nothing and says what to do")
    func notEnrolled() async throws {
        let agent = try IdentityTestAgent()
        let link = agent.link(agent.keeper())
        let failure = try await failure(link, agent)
        #expect(failure.detail.contains("not enrolled") && failure.kind == .identity(code: "identity.notEnrolled"))
        await link.close()
    }

    @Test("the hub sees the certificate of the zone and node that speaks")
    func mutual() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub))
        let link = agent.link(agent.keeper())
        try await send(link, agent)
        try await send(link, agent)
        #expect(hub.requests.map { $0.client?.name } == [IdentityTestOffice.name, IdentityTestOffice.name])
        await link.close()
        #expect(try await failure(link, agent).detail.contains("ending"))
        await hub.close()
    }

    @Test("a certificate for another node than agent.yaml says is not used")
    func otherName() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub))
        let keeper = agent.keeper()
        let mine = try #require(NodeName("z/pc-2"))
        let link = agent.link(keeper, name: mine)
        let failure = try await failure(link, agent)
        #expect(failure.detail.contains("z/pc-1") && failure.detail.contains("z/pc-2"))
        #expect(agent.desk(keeper, name: mine).state.notice?.zh.contains("agent.yaml") == true)
        #expect(hub.requests.isEmpty)
        await link.close()
        await hub.close()
    }

    @Test("another authority, another host, or TLS that is too old: nothing is sent")
    func foreignHubs() async throws {
        let (office, thief) = (try IdentityTestOffice(), try IdentityTestOffice())
        let faces: [EnrolTestHub.Face] = [
            .init(authority: thief.authority), .init(authority: office.authority, names: ["127.0.0.2", "hub.example"]),
            .init(authority: office.authority, newestTLS: .tlsv11),
        ]
        for face in faces {
            let agent = try IdentityTestAgent()
            let hub = try await EnrolTestHub(face) { _ in .init(body: []) }
            try agent.files.adopt(try office.identity(for: hub))
            let link = agent.link(agent.keeper())
            let failure = try await failure(link, agent)
            #expect(failure.kind == .unreachable && hub.requests.isEmpty)
            #expect(failure.detail.contains("cannot prove") == (face.newestTLS == nil), "\(failure.detail)")
            await link.close()
            await hub.close()
        }
    }

    @Test("where no certificate can be checked because the clock is empty, the clock is named")
    func emptyClock() async throws {
        let (office, thief, agent) = (try IdentityTestOffice(), try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub(shownBy: thief.authority)
        try agent.files.adopt(try office.identity(for: hub))
        let link = agent.link(agent.keeper(clock: UnsetClock(time: WallTime(milliseconds: 0))))
        #expect(try await failure(link, agent).detail.contains("clock is wrong"))
        await link.close()
        await hub.close()
    }

    @Test("an expired certificate sends nothing; it is the renewer's business")
    func expired() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub, daysAgo: 100))
        let link = agent.link(agent.keeper())
        #expect(try await failure(link, agent).kind == .identity(code: "identity.expired"))
        #expect(hub.requests.isEmpty)
        await link.close()
        await hub.close()
    }

    @Test("the old key is kept until the new one has worked once")
    func oldUntilNewWorked() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        let (old, new) = try staged(office, agent, hub)
        let keeper = agent.keeper()
        let link = agent.link(keeper)
        _ = try await failure(link, agent)
        try await send(link, agent)
        #expect(hub.requests.map { $0.client?.fingerprint } == [new.key.fingerprint, old.key.fingerprint])
        #expect(agent.files.load().current?.certificate == old.certificate)
        office.decide { $0.turnedAway = [] }
        try await send(link, agent)
        #expect(agent.files.load().current?.certificate == new.certificate)
        #expect(agent.files.load().next == nil && keeper.view.next == nil)
        await link.close()
        await hub.close()
    }

    @Test("a new key that fails again and again while the old one works is given up")
    func givenUp() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        let old = try staged(office, agent, hub).old
        let keeper = agent.keeper()
        let link = agent.link(keeper)
        for _ in 0..<3 {
            _ = try await failure(link, agent)
            try await send(link, agent)
        }
        #expect(keeper.view.next == nil && agent.files.load().next == nil)
        #expect(agent.files.load().current?.certificate == old.certificate)
        try await send(link, agent)
        await link.close()
        await hub.close()
    }

    @Test("a hub that is away is no reason to give the new key up")
    func hubAway() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let (old, new) = (try office.identity(for: nil, daysAgo: 70), try office.identity(for: nil))
        try agent.files.adopt(old)
        try agent.files.stage(new, beside: old)
        let keeper = agent.keeper()
        let link = agent.link(keeper)
        for _ in 0..<10 { _ = try await failure(link, agent) }
        #expect(keeper.view.next?.certificate == new.certificate)
        await link.close()
    }

    @Test("other anchors are taken from the hub, tried, and dropped when the hub itself is not by them")
    func anchors() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub))
        let keeper = agent.keeper()
        let link = agent.link(keeper)
        let second = try IdentityTestOffice().authority.certificatePEM
        office.decide { $0.anchors = [office.authority.certificatePEM, second] }
        try await send(link, agent)
        #expect(keeper.view.next?.anchors.pems.count == 2 && keeper.view.current?.anchors.pems.count == 1)
        try await send(link, agent)
        #expect(agent.files.load().current?.anchors.pems.count == 2)
        // A hub that forgets the authority of its own certificate would lock everybody out.
        office.decide { $0.anchors = [second] }
        for _ in 0..<3 {
            try await send(link, agent)
            _ = try await failure(link, agent)
        }
        try await send(link, agent)
        try await send(link, agent)
        #expect(keeper.view.next == nil && agent.files.load().current?.anchors.pems.count == 2)
        await link.close()
        await hub.close()
    }

    @Test("more than eight anchors, none, or rubbish are not taken")
    func badAnchors() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub))
        let keeper = agent.keeper()
        let link = agent.link(keeper)
        let many = try (0..<9).map { _ in try IdentityTestOffice().authority.certificatePEM }
        for anchors in [many, [], ["rubbish"], [office.authority.certificatePEM, "rubbish"]] {
            office.decide { $0.anchors = anchors }
            try await send(link, agent)
            #expect(keeper.view.next == nil)
        }
        await link.close()
        await hub.close()
    }
}
