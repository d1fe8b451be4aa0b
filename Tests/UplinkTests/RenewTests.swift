import Testing
import ZoneIdentity
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@Suite("Certificates are renewed before they end", .timeLimit(.minutes(5)))
struct RenewTests {
    private static let renewals = "POST /v1/renewals"

    @Test("after two thirds of its time a certificate is renewed over itself, with a new key")
    func due() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        let old = try office.identity(for: hub, daysAgo: 70)
        try agent.files.adopt(old)
        let keeper = agent.keeper()
        let renewer = agent.renewer(keeper)
        try await agent.running(renewer.run) {
            try await agent.waiting("renewed", by: .seconds(60)) { keeper.view.next != nil }
        }
        let next = try #require(keeper.view.next)
        #expect(hub.requests.map { $0.client?.fingerprint } == [old.key.fingerprint])
        #expect(office.asked == [next.key.fingerprint] && next.key.fingerprint != old.key.fingerprint)
        #expect(next.certificate.name == old.certificate.name && next.certificate.notAfter > old.certificate.notAfter)
        #expect(agent.files.load().current?.certificate == old.certificate, "the old one stays for now")
        #expect(agent.files.load().next?.certificate == next.certificate)
        #expect(agent.events == ["identity.renewed"])
        await hub.close()
    }

    @Test("a young certificate is left alone, for as long as nobody asks")
    func young() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub, daysAgo: 50))
        let keeper = agent.keeper()
        let (renewer, link) = (agent.renewer(keeper), agent.link(keeper))
        try await agent.running(renewer.run) {
            try await agent.waiting("a day", by: .seconds(3600)) {
                agent.clock.mono().milliseconds >= 1_000_000 + 86_400_000
            }
            #expect(hub.requests.isEmpty && keeper.view.next == nil)
            office.decide { $0.want = ["renew"] }
            _ = try await link.send(agent.heartbeat(), within: .seconds(30))
            try await agent.waiting("renewed because the hub wants it", by: .seconds(60)) { keeper.view.next != nil }
            // It wants it in every answer until the new one is in use.
            _ = try await link.send(agent.heartbeat(), within: .seconds(30))
        }
        #expect(hub.count(Self.renewals) == 1 && keeper.view.next == nil)
        #expect(keeper.view.current?.key.fingerprint == office.asked.last)
        await link.close()
        await hub.close()
    }

    @Test("one that ran out in the holidays comes back by itself")
    func expired() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub, daysAgo: 119))
        let keeper = agent.keeper()
        let (desk, renewer, link) = (agent.desk(keeper), agent.renewer(keeper), agent.link(keeper))
        #expect(desk.state.state == .expired && desk.state.notice?.en.contains("renewed by itself") == true)
        try await agent.running(renewer.run) {
            try await agent.waiting("renewed", by: .seconds(60)) { keeper.view.next != nil }
        }
        _ = try await link.send(agent.heartbeat(), within: .seconds(30))
        #expect(desk.state.state == .enrolled && hub.requests.last?.client?.fingerprint == office.asked.last)
        await link.close()
        await hub.close()
    }

    @Test("after thirty days a person has to come with a new token")
    func tooOld() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub, daysAgo: 121))
        let keeper = agent.keeper()
        let (desk, renewer) = (agent.desk(keeper), agent.renewer(keeper))
        #expect(desk.state.state == .expired && desk.state.notice?.en.contains("new token") == true)
        try await agent.running(renewer.run) {
            try await agent.waiting("a day", by: .seconds(3600)) {
                agent.clock.mono().milliseconds >= 1_000_000 + 86_400_000
            }
        }
        #expect(hub.requests.isEmpty)
        office.decide { $0.status = .accepted }
        try await agent.running(desk.run) {
            _ = try await desk.begin(office.token(hub).text, by: "test")
            try await agent.waiting("enrolled anew") { desk.state.state == .enrolled }
        }
        await hub.close()
    }

    @Test("a hub that cannot renew now is asked again, more and more seldom, and the reason is told")
    func later() async throws {
        let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
        let hub = try await office.hub()
        try agent.files.adopt(try office.identity(for: hub, daysAgo: 70))
        office.decide { $0.hasRenewals = false }
        let keeper = agent.keeper()
        let (desk, renewer) = (agent.desk(keeper), agent.renewer(keeper))
        try await agent.running(renewer.run) {
            try await agent.waiting("asked twice", by: .seconds(60)) { hub.count(Self.renewals) >= 2 }
            #expect(desk.state.state == .enrolled && desk.state.notice?.en.contains("trying again") == true)
            office.decide { $0.hasRenewals = true }
            try await agent.waiting("renewed", by: .seconds(60)) { keeper.view.next != nil }
        }
        await hub.close()
    }
}
