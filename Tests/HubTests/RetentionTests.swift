import Testing
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("What is forgotten, and what never")
struct RetentionTests {
    private static let day = Duration.seconds(86_400)

    private func forget(_ bench: IngestBench, slice: Int = 3) async throws -> Int {
        var retention = HubRetention()
        retention.slice = slice
        for round in 1...1000 {
            if try await bench.store.forget(retention, at: bench.clock.wall()).isDone { return round }
        }
        return .max
    }

    private func classes(_ bench: IngestBench, _ agent: AgentModel) async throws -> String {
        try await bench.held(agent).map(\.class.rawValue).joined()
    }

    @Test("D after 30 days, C after a year, B after three, A never; days keep what they added up")
    func classes() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(
            agent,
            [agent.event(.configApplied, .a), agent.event(.modeHeld, .b), agent.event(), agent.event(.deviceState, .d)])
        let before = try await bench.rollup("2026-09-21")
        var left: [String] = []
        for days in [29, 2, 335, 366, 365] {
            bench.clock.advance(by: Self.day * days)
            _ = try await forget(bench)
            left.append(try await classes(bench, agent))
        }
        #expect(left == ["ABCD", "ABC", "AB", "AB", "A"])
        #expect(try await bench.rollup("2026-09-21").events == before.events)
    }

    @Test("in slices, going on where it stopped")
    func slices() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent, (0..<20).map { agent.event(.deviceState, $0 % 2 == 0 ? .d : .a) })
        bench.clock.advance(by: Self.day * 31)
        try await bench.send(agent, [agent.event(.deviceState, .d)])
        #expect(try await forget(bench) > 5)
        #expect(try await classes(bench, agent) == String(repeating: "A", count: 10) + "D")
        #expect(try await forget(bench) == 1, "nothing is left to do")
    }

    @Test("what was forgotten and comes again is known, not counted anew")
    func replayed() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let old = (0..<10).map { _ in agent.event(.instantOccurred, .d, ["code": "box.deposit"]) }
        try await bench.send(agent, old)
        bench.clock.advance(by: Self.day * 31)
        _ = try await forget(bench)
        #expect(try await bench.held(agent).isEmpty)
        #expect(try await bench.send(agent, old).ackThrough?.seq == 10)
        #expect(try await bench.held(agent).isEmpty)
        #expect(try await bench.rollup("2026-09-21").instants == ["box.deposit": 10])
        try await bench.send(agent, [agent.event(.deviceState, .d)])
        #expect(try await bench.held(agent).map(\.seq) == [11], "what is new is taken")
    }

    @Test("rows that came while the hub's own clock was ahead stop nothing")
    func clockAhead() async throws {
        let clock = ManualClock()
        let bench = try IngestBench(clock: clock)
        let agent = try AgentModel(clock)
        clock.advance(by: Self.day * 400)
        try await bench.send(agent, [agent.event(.deviceState, .d)])
        clock.advance(by: Self.day * -400)
        try await bench.send(agent, [agent.event(.deviceState, .d), agent.event(.deviceState, .a)])
        clock.advance(by: Self.day * 31)
        _ = try await forget(bench)
        #expect(try await bench.held(agent).map(\.seq) == [1, 3])
    }
}
