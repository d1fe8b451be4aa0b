import Testing
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// kill -9 at random moments, while the device makes news all the time.
@Suite("Killed at any moment", .serialized)
struct KillTests {
    @Test("20 kills of agent and hub: every row that was acknowledged is there, numbers have no holes, no doubles")
    func twentyKills() async throws {
        var random = SeededGenerator(seed: 20)
        let zone = try RunningZone()
        let hub = try await zone.startHub()
        let addresses = try await zone.startSimulation()
        let panel = try #require(addresses["SIM_PANEL"])
        try zone.writeConfig(devices: "  - {id: touch-sim, kind: touchPanel, uri: \"\(panel)\"}\n")
        try await zone.startAgent()
        try await zone.enrol()
        var seen: [Int64: Event] = [:]
        for round in 0..<20 {
            for _ in 0..<3 {
                _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/touch-sim", ["touch", "lift"])
            }
            // What the socket has shown is committed: it must be there after any kill.
            for event in try await zone.admin.get([Event].self, "/v1/journal?limit=1000&after=\(seen.keys.max() ?? 0)")
            {
                seen[event.seq] = event
            }
            try await SystemClock().sleep(for: .milliseconds(Int64.random(in: 0...150, using: &random)))
            if round % 2 == 0 {
                try await zone.stop("agent", 9)
                try await zone.startAgent()
            } else {
                try await zone.stop("hub", 9)
                _ = try await zone.startHub(people: hub.people, agents: hub.agents)
            }
        }
        try await check(zone, seen)
        try await zone.stopAll()
    }

    private func check(_ zone: RunningZone, _ seen: [Int64: Event]) async throws {
        #expect(seen.count > 40, "the device made news")
        let rows = try await allRows(zone)
        #expect(rows.map(\.seq) == Array(1...Int64(rows.count)), "no holes")
        for (seq, event) in seen { #expect(rows.first { $0.seq == seq } == event, "row \(seq)") }
        #expect(rows.filter { $0.name == .agentStarted }.count == 11, "one start and ten after kills")
        #expect(!zone.log("agent").contains("damaged"))
    }

    private func allRows(_ zone: RunningZone) async throws -> [Event] {
        var rows: [Event] = []
        while true {
            let page = try await zone.admin.get([Event].self, "/v1/journal?limit=1000&after=\(rows.last?.seq ?? 0)")
            if page.isEmpty { return rows }
            rows += page
        }
    }
}
