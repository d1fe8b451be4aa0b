import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneModel
import ZoneUplink

@Suite("A hub that cannot be reached is told once, and not beside a broken line")
struct HubSightTests {
    private let away = HubFailure("the hub cannot be reached")
    private let hub = "https://hub.example.cn:8081"

    @Test("behind a broken line nothing is known of the hub")
    func line() {
        #expect(HubSight.sight(of: nil, open: [.networkDNS], hub: hub) == .fine, "it was reached all the same")
        #expect(HubSight.sight(of: away, open: [], hub: hub) == .wrong(evidence: away.detail))
        #expect(
            HubSight.sight(of: away, open: [.networkPortal, .networkHub], hub: hub) == .wrong(evidence: away.detail))
        for code in [ConditionCode.networkLink, .networkGateway, .networkDNS, .networkCaptive] {
            #expect(HubSight.sight(of: away, open: [.networkHub, code], hub: hub) == .superseded(by: code))
        }
    }

    @Test("a hub that answers with a refusal, and one on this machine, have themselves to blame")
    func own() {
        let refused = HubFailure(.refused(status: 500), "HTTP 500")
        #expect(HubSight.sight(of: refused, open: [.networkDNS], hub: hub) == .wrong(evidence: "HTTP 500"))
        let local = HubSight.sight(of: away, open: [.networkLink], hub: "https://127.0.0.1:8081")
        #expect(local == .wrong(evidence: away.detail))
    }

    @Test("the history says by what a condition was superseded")
    func history() async throws {
        try await StationRig().withStation { station, journal in
            let panel = StationRig.panel
            await station.take(Report(symptoms: [Symptom(.touchStuck, .wrong(evidence: "finger"))]), from: panel)
            let gone = [
                Symptom(.touchAbsent, .wrong(evidence: "gone")), Symptom(.touchStuck, .superseded(by: .touchAbsent)),
            ]
            await station.take(Report(symptoms: gone), from: panel)
            let rows = try await journal.rows(.conditionRaised, .conditionCleared)
            #expect(rows.map { $0.data["code"]?.stringValue } == ["touch.stuck", "touch.absent", "touch.stuck"])
            #expect(rows.last?.data["supersededBy"] == "touch.absent")
            #expect(station.board.state(of: panel)?.conditions.map(\.code) == [.touchAbsent])
            let stored = try journal.restore().devices.first { $0.card.id == panel }
            #expect(stored?.conditions.map(\.code) == [.touchAbsent])
        }
    }
}
