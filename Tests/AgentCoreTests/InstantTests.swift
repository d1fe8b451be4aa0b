import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneModel
import ZoneTestKit

@Suite("What happens at a device is on the disk before anybody sees it counted")
struct InstantTests {
    private let rig: StationRig

    init() throws { rig = try StationRig() }

    private func deposit(_ count: Int = 1) -> Report {
        Report(instants: [Instant(.boxDeposit, count: count, evidence: "80 ms")])
    }

    @Test("one event and the count, in one transaction; the count goes on after a restart")
    func counts() async throws {
        try await rig.withStation { station, journal in
            await station.take(deposit(), from: StationRig.panel)
            await station.take(deposit(2), from: StationRig.panel)
            #expect(station.board.state(of: StationRig.panel)?.counts == ["deposits": 3])
            let rows = try await journal.rows(.instantOccurred)
            #expect(rows.map { $0.data["code"] } == ["box.deposit", "box.deposit"])
            #expect(rows.map { $0.data["count"] } == [1, 2])
            #expect(rows.allSatisfy { $0.class == .b && $0.subject == StationRig.panel.text })
        }
        try await rig.withStation { station, journal in
            #expect(station.board.state(of: StationRig.panel)?.counts == ["deposits": 3])
            await station.take(deposit(), from: StationRig.panel)
            let stored = try journal.restore().devices.first { $0.card.id == StationRig.panel }
            #expect(stored?.counts == ["deposits": 4])
        }
    }

    @Test("a journal that takes nothing shows nothing: the board has only what is written")
    func notShownUnwritten() async throws {
        try await rig.withStation { station, journal in
            await station.take(deposit(), from: StationRig.panel)
            await journal.close()
            await station.take(deposit(), from: StationRig.panel)
            #expect(station.board.state(of: StationRig.panel)?.counts == ["deposits": 1])
        }
    }
}
