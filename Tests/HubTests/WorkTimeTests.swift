import Testing
import ZoneCases
import ZoneConfig
import ZoneHubCore
import ZoneHubStore
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import ZoneHubDoor

@Suite("Working time at the hub follows the holidays' notices")
struct WorkTimeTests {
    /// The files that are shipped.
    private static let shipped: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/packaging/calendars"
    }()

    private let root: TemporaryRoot

    init() throws { root = try TemporaryRoot() }

    private func time(_ text: String) throws -> WallTime { try #require(WallTime(rfc3339: text)) }

    private func work(_ clock: ManualClock, _ change: (inout HubConfig) -> Void = { _ in }) -> WorkTime {
        var config = HubConfig()
        config.calendarFolder = Self.shipped
        change(&config)
        return .live(config, Places(root: root.path), clock, IngestBench.log)
    }

    @Test("three working days from September 30th end on the worked Saturday after 国庆节")
    func holidays() async throws {
        let start = try time("2026-09-30T02:00:00Z")
        let days = try #require(WorkTerm("3d"))
        let clock = ManualClock(wall: start)
        // Thursday the 8th, Friday the 9th, and Saturday the 10th, which is worked.
        let (due, early) = (try time("2026-10-10T09:00:00Z"), try time("2026-10-05T09:00:00Z"))
        let timetable = await work(clock).timetable()
        #expect(days.end(from: start, in: timetable) == due)
        #expect(WorkDays.left(from: start, to: due, in: timetable) == 3)
        let weekly = await work(clock) { $0.calendar = nil }.timetable()
        #expect(days.end(from: start, in: weekly) == early)
    }

    @Test(
        "a year without a file is counted by the week, and somebody is told; the hub's own file mends it the next date")
    func unknownYear() async throws {
        let clock = ManualClock(wall: try time("2031-10-01T02:00:00Z"))
        let work = work(clock)
        let holiday = try #require(CivilDate("2031-10-01"))
        let asUsual = await work.timetable().intervals(on: holiday)
        #expect(asUsual.count == 1, "a Wednesday like any")
        let notices = await work.notices()
        #expect(notices.count == 1 && notices[0].contains("没有2031年") && notices[0].contains("Monday to Friday"))
        let own = Places(root: root.path).hubCalendars + "/cn"
        try SmallFile.makeDirectory(own)
        try SmallFile.replace(
            own + "/2031.yaml",
            with: "year: 2031\nsource: 通知\nholidays:\n  - {name: 国庆节, off: 2031-10-01 to 2031-10-07}\n")
        let sameDate = await work.notices()
        #expect(sameDate == notices, "files are read once a date")
        clock.advance(by: .seconds(86_400))
        let (after, closed) = (await work.notices(), await work.timetable().intervals(on: holiday))
        #expect(after.isEmpty && closed.isEmpty)
    }

    @Test("from December on the next year is missed; a file with a mistake is named")
    func notices() async throws {
        let clock = ManualClock(wall: try time("2026-11-30T02:00:00Z"))
        let work = work(clock)
        let none = await work.notices()
        #expect(none.isEmpty)
        let own = Places(root: root.path).hubCalendars + "/cn"
        try SmallFile.makeDirectory(own)
        try SmallFile.replace(own + "/2027.yaml", with: "year: soon\n")
        clock.advance(by: .seconds(86_400))
        let notices = await work.notices()
        #expect(notices.contains { $0.contains("/cn/2027.yaml:1") } && notices.contains { $0.contains("没有2027年") })
    }

    @Test("a case of the hub's own has its deadline by them")
    func deadline() async throws {
        let bench = try IngestBench(clock: ManualClock(wall: try time("2026-09-30T02:00:00Z")))
        try await bench.send(try AgentModel(bench.clock))
        await bench.pass(.seconds(1900))
        let ledger = CaseLedger(store: bench.store)
        var times = CaseTimes()
        times.bySeverity[.fault] = WorkTerm("3d")
        await CaseKeeper(
            ledger: ledger, wall: bench.wall, times: times, work: work(bench.clock), clock: bench.clock,
            log: IngestBench.log
        ).look()
        let file = try #require(try await ledger.files(isOver: false).first).file
        let due = try time("2026-10-10T09:00:00Z")
        #expect(file.entries.contains { $0.deadline == due })
    }
}
