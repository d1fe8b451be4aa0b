import Testing
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("What was open, from when to when, and what a day adds up to")
struct IntervalTests {
    /// Zone time on 2026-09-21 and the days after it.
    private static func at(_ hour: Int, _ minute: Int = 0, day: Int = 21) -> WallTime {
        CivilTime(year: 2026, month: 9, day: day, hour: hour, minute: minute, second: 0).asUTC
            .advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds)
    }

    private func spans(_ bench: IngestBench) async throws -> [ConditionSpan] {
        try await bench.store.conditionSpans(
            of: try #require(Slug("z")), since: WallTime(milliseconds: 0), limit: 100)
    }

    @Test("raised and cleared make an interval; a second word of what is open makes none")
    func interval() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(12)))
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent, [agent.raised("prn.jam", at: Self.at(10))])
        try await bench.send(
            agent,
            [
                agent.event(.conditionUpdated, .b, at: Self.at(10, 5), ["code": "prn.jam", "severity": "warning"]),
                agent.raised("prn.jam", device: "copier-1", at: Self.at(10, 30)),
                agent.cleared("prn.jam", at: Self.at(11)), agent.raised("prn.jam", at: Self.at(11, 30)),
            ])
        let held = try await spans(bench)
        #expect(held.map(\.device) == ["printer-1", "copier-1", "printer-1"])
        #expect(held.map(\.since) == [Self.at(10), Self.at(10, 30), Self.at(11, 30)])
        #expect(held.map(\.until) == [Self.at(11), nil, nil])
        #expect(held[0].severity == "fault")
        let day = try await bench.rollup("2026-09-21")
        #expect(day.conditionSeconds == ["prn.jam": 3600 + 5400 + 1800], "what is open counts up to now")
    }

    @Test("a condition that came and went too often tells how it stands when it has come to rest")
    func flapping() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(12)))
        let agent = try AgentModel(bench.clock)
        func rest(_ isOpen: Bool, _ at: WallTime) -> Event {
            agent.event(.conditionUpdated, .b, at: at, ["code": "prn.jam", "open": .bool(isOpen), "changes": 7])
        }
        try await bench.send(agent, [agent.raised("prn.jam", at: Self.at(9)), rest(false, Self.at(10))])
        #expect(try await spans(bench).map(\.until) == [Self.at(10)])
        try await bench.send(agent, [rest(true, Self.at(11))])
        #expect(try await spans(bench).map(\.since) == [Self.at(9), Self.at(11)])
    }

    @Test("an interval over midnight belongs to both days, each its part")
    func midnight() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(12, day: 23)))
        let agent = try AgentModel(bench.clock)
        try await bench.send(
            agent, [agent.raised("net.link", at: Self.at(23)), agent.cleared("net.link", at: Self.at(1, day: 23))])
        var seconds: [Int64?] = []
        for day in 21...24 { seconds.append(try await bench.rollup("2026-09-\(day)").conditionSeconds["net.link"]) }
        #expect(seconds == [3600, 86_400, 3600, nil])
    }

    @Test("late history goes to the day it happened, and never to the live picture")
    func lateHistory() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(12, day: 25)))
        let agent = try AgentModel(bench.clock)
        agent.state = ZoneStateJSON(name: "今天", purpose: "production", type: "hall", devices: [])
        try await bench.send(
            agent,
            [
                agent.event(.instantOccurred, .b, at: Self.at(9), ["code": "box.deposit", "count": 3]),
                agent.event(.instantOccurred, .b, at: Self.at(9, day: 22), ["code": "box.deposit"]),
                agent.raised("prn.jam", at: Self.at(9)), agent.cleared("prn.jam", at: Self.at(9, 10)),
            ])
        let (monday, tuesday) = (try await bench.rollup("2026-09-21"), try await bench.rollup("2026-09-22"))
        #expect(monday.instants == ["box.deposit": 3] && tuesday.instants == ["box.deposit": 1])
        #expect(monday.conditionSeconds == ["prn.jam": 600])
        #expect(monday.heartbeats == 0)
        #expect(try await bench.rollup("2026-09-25").heartbeats == 1)
        #expect(try await bench.rollup("2026-09-25").events.isEmpty)
        let zone = try await bench.zone()
        #expect(zone.name == "今天" && zone.devices.isEmpty)
    }

    @Test(
        "a clock that cannot be right: counted on the day of receipt and flagged",
        arguments: [600_001, 31_536_000_000, -34_646_400_000] as [Int64])
    func wrongClocks(_ off: Int64) async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(12)))
        let agent = try AgentModel(bench.clock)
        let wrong = bench.clock.wall().advanced(byMilliseconds: off)
        try await bench.send(agent, [agent.event(at: wrong), agent.raised("prn.jam", at: wrong)])
        bench.clock.advance(by: .seconds(60))
        try await bench.send(agent, [agent.cleared("prn.jam")])
        let day = try await bench.rollup("2026-09-21")
        #expect(day.misdated == 2)
        #expect(day.events == ["device.state": 1, "condition.raised": 1, "condition.cleared": 1])
        #expect(day.conditionSeconds == ["prn.jam": 60])
        #expect(try await bench.held(agent).first?.at == wrong, "kept as it was written")
    }

    @Test("a clock a little ahead is no wrong clock")
    func almostRight() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(23, 55)))
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent, [agent.event(at: Self.at(0, 4, day: 22))])
        #expect(try await bench.rollup("2026-09-22").events == ["device.state": 1])
    }

    @Test("names and counts from the wire do not blow up the days")
    func hostileNames() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(12)))
        let agent = try AgentModel(bench.clock)
        try await bench.send(
            agent,
            [
                agent.event(EventName(rawValue: "纸.尽")), agent.event(EventName(rawValue: "x y")),
                agent.event(.instantOccurred, .b, ["code": "box.deposit", "count": .integer(.max)]),
                agent.event(.instantOccurred, .b, ["code": "box.deposit", "count": .integer(.min)]),
                agent.event(.conditionRaised, .b, ["code": .string(String(repeating: "x", count: 100))]),
            ])
        let day = try await bench.rollup("2026-09-21")
        #expect(day.events["other"] == 2)
        #expect(day.instants == ["box.deposit": 1001])
        #expect(try await spans(bench).isEmpty)
    }

    @Test("after a restored image the state tells what is open: what it does not show has ended")
    func rewound() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(12)))
        let agent = try AgentModel(bench.clock)
        try await bench.send(
            agent, [agent.raised("prn.jam", at: Self.at(10)), agent.raised("prn.paper.low", at: Self.at(10))])
        var printer = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer))
        printer.conditions = [(ConditionCode.printerPaperLow, 10), (.printerCoverOpen, 11)].map { code, hour in
            Condition(
                code: code, severity: .warning, since: Self.at(hour), lastSeen: Self.at(12), fixer: .staff,
                evidence: nil,
                simulated: false)
        }
        agent.stream = HexID(random: 9)
        agent.state = ZoneStateJSON(name: "z", purpose: "production", type: "hall", devices: [DeviceJSON(printer)])
        try await bench.send(agent, [agent.event(.journalRewound, .a)])
        let open = try await spans(bench).filter { $0.until == nil }
        #expect(open.map(\.code) == ["prn.paper.low", "prn.cover.open"])
        #expect(open.map(\.since) == [Self.at(10), Self.at(11)])
        #expect(try await bench.rollup("2026-09-21").conditionSeconds["prn.jam"] == 7200)
    }

    @Test("heartbeats are counted on the day they were heard, over a restart and over midnight")
    func heartbeats() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(23, 58)))
        let agent = try AgentModel(bench.clock)
        for round in 0..<4 {
            try await bench.send(agent)
            if round == 0 { try bench.reopen() }
            bench.clock.advance(by: .seconds(60))
        }
        #expect(try await bench.rollup("2026-09-21").heartbeats == 2)
        #expect(try await bench.rollup("2026-09-22").heartbeats == 2)
    }
}
