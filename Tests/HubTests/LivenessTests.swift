import Testing
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Who is there, and who should be")
struct LivenessTests {
    /// 2026-09-21, a Monday, at that time of the zone.
    private static func at(_ hour: Int, _ minute: Int = 0, day: Int = 21) -> WallTime {
        CivilTime(year: 2026, month: 9, day: day, hour: hour, minute: minute, second: 0).asUTC
            .advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds)
    }

    /// Mondays to Fridays 09:00 to 17:00, as an agent tells it: 14 days from yesterday on.
    private static func officeHours(at now: WallTime) -> [Heartbeat.OpenInterval] {
        (-1..<13).map { CivilDate(of: now).advanced(byDays: $0) }
            .filter { ![.sat, .sun].contains($0.weekday) }
            .map {
                .init(
                    opens: $0.start.advanced(byMilliseconds: 9 * 3_600_000),
                    closes: $0.start.advanced(byMilliseconds: 17 * 3_600_000))
            }
    }

    private func zone(at time: WallTime, hours: Bool = true) async throws -> (IngestBench, AgentModel) {
        let bench = try IngestBench(clock: ManualClock(wall: time, mono: 1_000_000_000))
        let agent = try AgentModel(bench.clock)
        agent.state = ZoneStateJSON(name: "专区", purpose: "production", type: "hall", devices: [])
        if hours { (agent.hoursRev, agent.hours) = (3, Self.officeHours(at: time)) }
        try await bench.send(agent)
        return (bench, agent)
    }

    private func move(_ bench: IngestBench, to time: WallTime) async {
        await bench.pass(.milliseconds(time.milliseconds - bench.clock.wall().milliseconds))
    }

    @Test("inside opening hours: live, late, silent, and live again at the first word")
    func insideHours() async throws {
        let (bench, agent) = try await zone(at: Self.at(10))
        #expect(try await bench.zone().state == .live)
        await bench.pass(.seconds(121))
        #expect(try await bench.zone().state == .late)
        await bench.pass(.seconds(60))
        #expect(try await bench.zone().state == .silent)
        try await bench.send(agent)
        #expect(try await bench.zone().state == .live)
        let words = try await bench.store.livenessSpans(of: agent.name, since: Self.at(0), limit: 10)
        #expect(words.map(\.state) == [.live, .late, .silent, .live])
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.until == $1.since }, "without a hole")
        #expect(words.last?.until == nil)
    }

    @Test("outside opening hours nobody is silent: late all night, closed after a goodbye")
    func outsideHours() async throws {
        let (bench, agent) = try await zone(at: Self.at(16, 59))
        await move(bench, to: Self.at(23))
        #expect(try await bench.zone().state == .late)
        try await bench.send(agent)
        agent.reason = .shutdown
        try await bench.send(agent)
        #expect(try await bench.zone().state == .closed)
        await move(bench, to: Self.at(8, 59, day: 22))
        #expect(try await bench.zone().state == .closed)
    }

    @Test(
        "the wall says until when the hours close a zone, with the second in which they begin; and what staff have closed"
    )
    func closedUntil() async throws {
        let (bench, agent) = try await zone(at: Self.at(16, 59))
        #expect(try await bench.zone().closedUntil == nil, "it is open")
        await move(bench, to: Self.at(17))
        #expect(try await bench.zone().closedUntil == Self.at(9, day: 22))
        agent.reason = .shutdown
        try await bench.send(agent)
        let night = try await bench.zone()
        #expect(night.state == .closed && night.closedUntil == Self.at(9, day: 22))
        await move(bench, to: Self.at(8, 59, day: 22))
        #expect(try await bench.zone().closedUntil == Self.at(9, day: 22))
        await move(bench, to: Self.at(9, day: 22))
        #expect(try await bench.zone().closedUntil == nil)
        agent.reboot("boot-2", run: 9)
        (agent.reason, agent.stateHash) = (.boot, "closed by staff")
        agent.state?.closure = HoursJSON.ClosureJSON(
            since: Self.at(9, day: 22), until: Self.at(12, day: 22), reason: "停电检修")
        try await bench.send(agent)
        #expect(try await bench.zone().closure?.reason == "停电检修")
        await move(bench, to: Self.at(12, day: 22))
        #expect(try await bench.zone().closure == nil, "its end has come")
    }

    @Test("without hours nobody knows when it opens; on a Friday evening it is Monday")
    func closedUntilMonday() async throws {
        let (unknown, _) = try await zone(at: Self.at(20), hours: false)
        #expect(try await unknown.zone().closedUntil == nil)
        let (bench, _) = try await zone(at: Self.at(20, day: 25))
        #expect(try await bench.zone().closedUntil == Self.at(9, day: 28))
    }

    @Test("a node that is late all night shows nothing as well")
    func nightIsUnknown() async throws {
        let (bench, agent) = try await zone(at: Self.at(16, 59))
        var printer = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer))
        (printer.presence, printer.link) = (.present, .up)
        agent.state?.devices = [DeviceJSON(printer)]
        agent.stateHash = "with a printer"
        try await bench.send(agent)
        #expect(try await bench.zone().groups.print == .ok)
        await move(bench, to: Self.at(20))
        let night = try await bench.zone()
        #expect(night.state == .late && night.groups.print == .unknown)
    }

    @Test("a quarter of an hour after the opening and not heard: not opened, whether it had said goodbye or not")
    func notOpened() async throws {
        for goodbye in [true, false] {
            let (bench, agent) = try await zone(at: Self.at(16))
            agent.reason = goodbye ? .shutdown : .periodic
            try await bench.send(agent)
            await move(bench, to: Self.at(9, 14, day: 22))
            #expect(try await bench.zone().state == (goodbye ? .closed : .late))
            await move(bench, to: Self.at(9, 15, day: 22))
            #expect(try await bench.zone().state == .notOpened)
            agent.reboot("boot-2", run: 9)
            agent.reason = .boot
            try await bench.send(agent)
            #expect(try await bench.zone().state == .live)
        }
    }

    @Test("closed by staff for a day and a half and switched off: nobody is missed until the closure is over")
    func closedByStaff() async throws {
        for goodbye in [true, false] {
            let (bench, agent) = try await zone(at: Self.at(16))
            agent.state?.closure = HoursJSON.ClosureJSON(
                since: Self.at(16), until: Self.at(10, 30, day: 23), reason: "停电检修")
            (agent.stateHash, agent.reason) = ("closed by staff", goodbye ? .shutdown : .periodic)
            try await bench.send(agent)
            for (hour, minute, day) in [(9, 15, 22), (16, 59, 22), (9, 15, 23), (10, 29, 23), (10, 30, 23)] {
                await move(bench, to: Self.at(hour, minute, day: day))
                let isOver = (day, minute) == (23, 30)
                #expect(
                    try await bench.zone().state == (isOver && !goodbye ? .late : .closed), "\(day)., \(hour):\(minute)"
                )
            }
            await move(bench, to: Self.at(10, 44, day: 23))
            #expect(try await bench.zone().state == (goodbye ? .closed : .late))
            await move(bench, to: Self.at(10, 45, day: 23))
            #expect(try await bench.zone().state == .notOpened, "it said itself when it would be back")
        }
    }

    @Test("closed by staff without an end: until it is heard again")
    func closedForGood() async throws {
        let (bench, agent) = try await zone(at: Self.at(16))
        agent.state?.closure = HoursJSON.ClosureJSON(since: Self.at(16), until: nil, reason: nil)
        (agent.stateHash, agent.reason) = ("closed by staff", .shutdown)
        try await bench.send(agent)
        await move(bench, to: Self.at(12, day: 24))
        #expect(try await bench.zone().state == .closed)
    }

    @Test("who was heard since the opening and then said goodbye is closed, not unopened")
    func closedEarly() async throws {
        let (bench, agent) = try await zone(at: Self.at(9, 30))
        agent.reason = .shutdown
        try await bench.send(agent)
        await move(bench, to: Self.at(16))
        #expect(try await bench.zone().state == .closed)
    }

    @Test("without hours: silent at any hour, as nobody knows when it should be there")
    func withoutHours() async throws {
        let (bench, _) = try await zone(at: Self.at(22), hours: false)
        await bench.pass(.seconds(181))
        #expect(try await bench.zone().state == .silent)
    }

    @Test("hours of revision 0, an empty list: nobody set any, so nobody is closed or unopened by them")
    func noRevision() async throws {
        let (bench, agent) = try await zone(at: Self.at(8))
        for (hours, minute) in [([Heartbeat.OpenInterval](), 40), (nil, 50)] {
            (agent.hoursRev, agent.hours) = (0, hours)
            await move(bench, to: Self.at(8, minute))
            let reply = try await bench.send(agent)
            #expect(reply.want.contains("hours") == false)
            #expect(try bench.store.nodes().map(\.hours) == [nil])
            #expect(try await bench.zone().state == .live)
        }
        try bench.reopen()
        await move(bench, to: Self.at(10))
        #expect(try await bench.zone().state == .silent)
    }

    @Test("hours that have run out are no hours")
    func wornHours() async throws {
        let (bench, _) = try await zone(at: Self.at(10))
        await move(bench, to: Self.at(20, day: 30))
        #expect(try await bench.zone().state == .late, "a night within the hours told")
        await bench.pass(.seconds(4 * 86_400))
        #expect(try await bench.zone().state == .silent)
    }

    @Test("open round the clock: the night is like the day")
    func roundTheClock() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: Self.at(23)))
        let agent = try AgentModel(bench.clock)
        let first = CivilDate(of: bench.clock.wall()).previous
        agent.hoursRev = 1
        agent.hours = (0..<14).map {
            .init(opens: first.advanced(byDays: $0).start, closes: first.advanced(byDays: $0 + 1).start)
        }
        try await bench.send(agent)
        await move(bench, to: Self.at(1, day: 22))
        #expect(try await bench.zone().state == .silent)
    }

    @Test("a hub that was away does not take its own silence for theirs, and does not make the silent live")
    func hubAway() async throws {
        let (bench, agent) = try await zone(at: Self.at(10))
        let other = try AgentModel(bench.clock, zone: "y")
        try await bench.send(other)
        await bench.pass(.seconds(500))
        try await bench.send(agent)
        bench.clock.advance(by: .seconds(3600))
        try bench.reopen()
        #expect(try await bench.zone().state == .live)
        #expect(try await bench.zone("y").state == .silent)
        await bench.pass(.seconds(181))
        #expect(try await bench.zone().state == .silent, "now it is the zone's own silence")
    }

    @Test("a hub whose clock was a day ahead and is set right: nobody stays live for that day")
    func clockSetBack() async throws {
        let (bench, agent) = try await zone(at: Self.at(10, day: 22), hours: false)
        await bench.pass(.seconds(-86_400))
        #expect(try await bench.zone().state == .live, "it may well be there")
        await bench.pass(.seconds(181))
        #expect(try await bench.zone().state == .silent)
        try await bench.send(agent)
        #expect(try await bench.zone().nodes.map(\.lastHeard) == [bench.clock.wall()])
        await bench.pass(.seconds(181))
        #expect(try await bench.zone().state == .silent)
        let words = try await bench.store.livenessSpans(of: agent.name, since: Self.at(0), limit: 10)
        #expect(words.map(\.state) == [.live, .silent, .live, .silent])
    }

    @Test("hours are asked for when the revision is another or they run out, and kept over a restart")
    func wantsHours() async throws {
        let (bench, agent) = try await zone(at: Self.at(10))
        agent.hours = nil
        #expect(try await bench.send(agent).want.isEmpty)
        try bench.reopen()
        #expect(try await bench.send(agent).want.isEmpty)
        agent.hoursRev = 4
        #expect(try await bench.send(agent).want == ["hours"])
        agent.hours = []
        #expect(try await bench.send(agent).want.isEmpty, "closed for two weeks is an answer too")
        agent.hours = nil
        bench.clock.advance(by: .seconds(10 * 86_400))
        #expect(try await bench.send(agent).want == ["hours"])
        agent.hoursRev = 0
        #expect(try await bench.send(agent).want.isEmpty, "a node without hours")
        await bench.pass(.seconds(181))
        #expect(try await bench.zone().state == .silent)
    }

    @Test("hours from the wire: backwards, far away, overlapping")
    func hostileHours() throws {
        let now = Self.at(10)
        func interval(_ from: Int64, _ to: Int64) -> Heartbeat.OpenInterval {
            .init(
                opens: now.advanced(byMilliseconds: from * 3_600_000),
                closes: now.advanced(byMilliseconds: to * 3_600_000))
        }
        let hours = OpeningHours(
            revision: 1, [interval(5, 6), interval(1, 3), interval(2, 4), interval(9, 8), interval(-9999, 1)], at: now)
        #expect(hours.intervals == [interval(1, 4), interval(5, 6)])
        let flood = (0..<100_000).map { interval($0 % 300, $0 % 300 + 1) }
        #expect(OpeningHours(revision: 1, flood, at: now).intervals.count <= 200)
    }
}
