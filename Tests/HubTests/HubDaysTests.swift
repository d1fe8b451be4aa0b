import Testing
import ZoneDays
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// The bench begins at 22:13:20 on 2026-09-21; the zone is open from nine to five.
@Suite("The hub's days")
struct HubDaysTests {
    private let bench: IngestBench
    private let zone: ZoneID
    private let date: CivilDate

    init() throws {
        (bench, zone) = (try IngestBench(), try #require(Slug("z")))
        date = try #require(CivilDate("2026-09-22"))
    }

    private func open(_ date: CivilDate, until hour: Int64 = 17) -> Heartbeat.OpenInterval {
        let start = date.start
        return .init(
            opens: start.advanced(byMilliseconds: 9 * 3_600_000),
            closes: start.advanced(byMilliseconds: hour * 3_600_000))
    }

    /// To that hour of the date.
    private func go(to hour: Int64) {
        let time = date.start.milliseconds + hour * 3_600_000
        bench.clock.advance(by: .milliseconds(time - bench.clock.wall().milliseconds))
    }

    private func state(_ agent: AgentModel, _ standing: Standing, _ kind: DeviceKind = .printer) -> Event {
        agent.event(
            .deviceState, .c, device: "\(kind.rawValue.lowercased())-1",
            ["kind": .string(kind.rawValue), "standing": .string(standing.rawValue)])
    }

    private func day(_ date: CivilDate? = nil) async throws -> HubDay? {
        let date = date ?? self.date
        return try await HubDays(store: bench.store, clock: bench.clock).days(
            of: zone, from: date, to: date, demo: false
        ).first
    }

    @Test("a date keeps the hours that were in force, whatever is told afterwards")
    func hours() async throws {
        let agent = try AgentModel(bench.clock)
        (agent.hoursRev, agent.hours) = (1, [open(date), open(date.next)])
        try await bench.send(agent, [state(agent, .up)])
        let name = agent.name
        go(to: 30)
        (agent.hoursRev, agent.hours) = (2, [open(date, until: 12), open(date.next, until: 12)])
        try await bench.send(agent)
        let (told, new) = (open(date), open(date.next, until: 12))
        #expect(try await bench.store.dayHours(of: name, on: date) == [told.opens..<told.closes])
        #expect(try await bench.store.dayHours(of: name, on: date.next) == [new.opens..<new.closes])
        #expect(try await bench.store.dayHours(of: name, on: date.previous.previous) == nil)
    }

    @Test("of two PCs one that prints is enough, and the day is provisional until both have closed it")
    func union() async throws {
        let (one, two) = (try AgentModel(bench.clock), try AgentModel(bench.clock, node: "pc-2", boot: "b2", run: 9))
        (one.hoursRev, one.hours) = (1, [open(date)])
        try await bench.send(one, [one.event(.agentStarted, .a, device: "zone"), state(one, .up)])
        try await bench.send(two, [two.event(.agentStarted, .a, device: "zone"), state(two, .up)])
        go(to: 10)
        try await bench.send(one, [state(one, .down)])
        go(to: 12)
        try await bench.send(one, [state(one, .up)])
        try await bench.send(two, [state(two, .down)])
        go(to: 17)
        for agent in [one, two] { try await bench.send(agent, [agent.event(.configApplied, .a, device: "zone")]) }
        let day = try #require(try await day())
        #expect(day.totals.groups.print == DayBuckets(up: 28_800))
        #expect(day.totals.devices.map(\.node) == ["pc-1", "pc-2"])
        #expect(day.totals.devices.map(\.buckets.down) == [7200, 18_000])
        #expect(day.isProvisional && day.insufficient == ["network", "query"])
    }

    @Test("a record that does not follow from the rows is shown as such")
    func disagreement() async throws {
        let agent = try AgentModel(bench.clock)
        (agent.hoursRev, agent.hours) = (1, [open(date)])
        let rows = [agent.event(.agentStarted, .a, device: "zone"), state(agent, .up)]
        try await bench.send(agent, rows)
        go(to: 18)
        let end = agent.event(.configApplied, .a, device: "zone")
        var ledger = DayLedger(node: "pc-1")
        ledger.take((rows + [end]).map(DayRow.init))
        let interval = open(date)
        let reckoning = DayReckoning(date, published: [interval.opens..<interval.closes], countsSimulated: false)
        let bounds = DayBounds(after: 0, through: end.seq, countedAfter: 0, next: end.seq)
        let honest = try DayRecord.all(reckoning, ledger, bounds) { _ in nil }
        try await bench.send(agent, [end] + honest.map { agent.event(.dayClosed, .a, device: $0.device, $0.data) })
        let good = try #require(try await day())
        #expect(good.nodes.map(\.agrees) == [true] && good.nodes.map(\.hoursAgree) == [true] && !good.isProvisional)
        #expect(good.totals.groups.print == DayBuckets(up: 28_800))

        // The same date of another PC, which says more than its rows do.
        let liar = try AgentModel(bench.clock, node: "pc-2", boot: "b2", run: 9)
        ledger = DayLedger(node: "pc-2")
        ledger.take((rows + [end]).map(DayRow.init))
        let lies = try DayRecord.all(reckoning, ledger, bounds) { _ in nil }
        let row = liar.event(.agentStarted, .a, device: "zone")
        try await bench.send(liar, [row] + lies.map { liar.event(.dayClosed, .a, device: $0.device, $0.data) })
        let both = try #require(try await day())
        #expect(both.nodes.map(\.agrees) == [true, false])
    }

    @Test("the hub's own absence is a note beside the buckets")
    func away() async throws {
        let agent = try AgentModel(bench.clock)
        (agent.hoursRev, agent.hours) = (1, [open(date)])
        try await bench.send(agent, [state(agent, .up)])
        go(to: 10)
        try await bench.store.noteAtWork(at: bench.clock.wall())
        go(to: 11)
        try await bench.store.noteAtWork(at: bench.clock.wall())
        #expect(try #require(try await day()).hubAwaySeconds == 3600)
    }
}
