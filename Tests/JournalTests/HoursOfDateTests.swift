import GRDB
import Testing
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("The hours of each date, in the journal")
struct HoursOfDateTests {
    private let root: TemporaryRoot

    init() throws { root = try TemporaryRoot() }

    private var path: String { root.path + "/journal.db" }

    private func open(boot: String = "boot") throws -> Journal {
        try Journal(path: path, boot: boot, clock: ManualClock())
    }

    private func hours(_ date: CivilDate, from: Int64 = 9, to: Int64 = 17) -> HoursOfDate {
        func hour(_ hour: Int64) -> WallTime { date.start.advanced(byMilliseconds: hour * 3_600_000) }
        return HoursOfDate(date: date, open: from < to ? [hour(from)..<hour(to)] : [])
    }

    @Test("the last word about a date counts, also that it was closed; a restart reads it back")
    func rows() async throws {
        let date = try #require(CivilDate("2026-11-25"))
        let journal = try open()
        try await journal.write([Entry(nil, [.hoursOfDates([hours(date), hours(date.next)])])], .now)
        try await journal.write([Entry(nil, [.hoursOfDates([hours(date.next, to: 0)])])], .now)
        #expect(journal.lastSeq == 0, "they are no event: the hub is told by the heartbeat")
        await journal.close()
        let again = try open()
        let expected = [hours(date), hours(date.next, to: 0)]
        #expect(try again.restore().hoursOfDates == expected)
        let (kept, closed) = (try await again.hours(of: date), try await again.hours(of: date.next))
        let unknown = try await again.hours(of: date.previous)
        #expect(kept == expected[0].open && closed == [] && unknown == nil)
        await again.close()
    }

    @Test("they go with the dates they belong to; a row that is not ours is left out")
    func forgotten() async throws {
        let journal = try open()
        let today = CivilDate(of: ManualClock().wall())
        let dates = [-401, -400, 0, 92].map { today.advanced(byDays: $0) }
        try await journal.write([Entry(nil, [.hoursOfDates(dates.map { hours($0) })])], .now)
        _ = try await journal.thin(JournalLimits())
        #expect(try journal.restore().hoursOfDates.map(\.date) == Array(dates.dropFirst()))
        await journal.close()
        let file = try DatabaseQueue(path: path)
        try await file.write { db in
            try db.execute(sql: "UPDATE dayHours SET content = '[[9, 8]]' WHERE date = ?", arguments: ["\(dates[1])"])
            try db.execute(sql: "UPDATE dayHours SET content = x'00' WHERE date = ?", arguments: ["\(dates[2])"])
        }
        try file.close()
        let damaged = try open()
        #expect(try damaged.restore().hoursOfDates.map(\.date) == [dates[3]])
        await damaged.close()
    }

    @Test("when the boot before this one was at work last")
    func earlierBoot() async throws {
        func row(_ minute: Int64, _ quality: ClockQuality = .synced) -> Entry {
            Entry(
                EventDraft(
                    .configApplied, .a, subject: "zone", at: WallTime(milliseconds: minute * 60_000),
                    clockQuality: quality, mono: MonoTime(milliseconds: 0)))
        }
        let first = try open(boot: "a")
        try await first.write([row(1), row(2)], .now)
        let none = try await first.lastRowOfEarlierBoot()
        #expect(none == nil)
        await first.close()
        let second = try open(boot: "b")
        try await second.write([row(9, .unsynced)], .now)
        let seen = try await second.lastRowOfEarlierBoot()
        #expect(seen == WallTime(milliseconds: 120_000))
        await second.close()
        let third = try open(boot: "c")
        let doubted = try await third.lastRowOfEarlierBoot()
        #expect(doubted == nil, "nobody vouched for the clock of b")
        await third.close()
    }
}
