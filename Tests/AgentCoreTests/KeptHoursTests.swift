import Logging
import Synchronization
import Testing
import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import ZoneAgentCore

/// `20:00-02:00`, as people write it.
func hoursText(_ open: [Range<WallTime>]?) -> String? {
    guard let open else { return nil }
    func clock(_ time: WallTime) -> Substring { ZoneCivil.text(time).dropFirst(11).prefix(5) }
    return open.map { "\(clock($0.lowerBound))-\(clock($0.upperBound))" }.joined(separator: " ")
}

@Suite("A moment counts by the hours that were in force then")
struct KeptHoursTests {
    private func look(_ kept: inout KeptHours, _ time: String, _ hours: OpeningCalendar?) throws {
        _ = kept.look(at: try zoneTime(time), hours)
    }

    private func text(_ kept: KeptHours, _ date: String) throws -> String? {
        hoursText(kept.dates[try #require(CivilDate(date))])
    }

    @Test("the first look keeps the date and 92 to come; nothing is new until the date or the hours change")
    func first() throws {
        var kept = KeptHours([])
        let first = kept.look(at: try zoneTime("2026-11-25 10:30"), Timetables.plain)
        #expect(first.count == KeptHours.ahead + 1 && first.first?.date == CivilDate("2026-11-25"))
        #expect(try text(kept, "2026-11-25") == "09:00-17:00", "a date that has begun unseen has its hours in whole")
        let evening = kept.look(at: try zoneTime("2026-11-25 23:59"), Timetables.plain)
        #expect(evening.isEmpty)
        var restored = KeptHours(first)
        let restart = restored.look(at: try zoneTime("2026-11-25 11:00"), Timetables.plain)
        #expect(restart.isEmpty)
        let next = kept.look(at: try zoneTime("2026-11-26 00:00"), Timetables.plain)
        #expect(next.map { "\($0.date)" } == ["2027-02-26"])
    }

    @Test("what is changed at noon counts from noon on, and in whole from the next date on")
    func noon() throws {
        var kept = KeptHours([])
        try look(&kept, "2026-09-30 08:00", Timetables.daily("09:00-12:00 14:30-18:00"))
        let winter = Timetables.daily("09:00-12:00 14:00-17:00")
        try look(&kept, "2026-09-30 12:10", winter)
        #expect(try text(kept, "2026-09-30") == "09:00-12:00 14:00-17:00")
        try look(&kept, "2026-09-30 15:00", Timetables.daily("closed"))
        #expect(try text(kept, "2026-09-30") == "09:00-12:00 14:00-15:00", "what was promised stays promised")
        #expect(try text(kept, "2026-10-01") == "")
        try look(&kept, "2026-09-30 15:30", winter)
        #expect(try text(kept, "2026-09-30") == "09:00-12:00 14:00-15:00 15:30-17:00")
        #expect(try text(kept, "2026-10-01") == "09:00-12:00 14:00-17:00")
        try look(&kept, "2026-09-30 16:00", nil)
        #expect(try text(kept, "2026-09-30") == "09:00-12:00 14:00-15:00 15:30-16:00", "none are published any more")
    }

    @Test("an evening that is added in the afternoon is added to its date")
    func evening() throws {
        var kept = KeptHours([])
        try look(&kept, "2026-11-23 08:00", Timetables.plain)
        var more = Timetables.plain
        more.week.exceptions[try #require(CivilDate("2026-11-23"))] = WeeklyHours.Day("09:00-17:00 18:00-21:00")
        try look(&kept, "2026-11-23 17:30", more)
        #expect(try text(kept, "2026-11-23") == "09:00-17:00 18:00-21:00")
    }

    @Test("a night that is under way is cut or lengthened; one that only the new hours know belongs to its rest's date")
    func nights() throws {
        let night = Timetables.daily("20:00-02:00")
        var kept = KeptHours([])
        try look(&kept, "2026-11-25 21:00", night)
        try look(&kept, "2026-11-26 00:00", night)
        #expect(try text(kept, "2026-11-25") == "20:00-02:00", "midnight is no change")
        try look(&kept, "2026-11-26 01:00", Timetables.daily("20:00-03:00"))
        #expect(try text(kept, "2026-11-25") == "20:00-03:00")
        try look(&kept, "2026-11-26 02:30", Timetables.plain)
        #expect(try text(kept, "2026-11-25") == "20:00-02:30")
        #expect(try text(kept, "2026-11-26") == "09:00-17:00")
        kept = KeptHours([])
        try look(&kept, "2026-11-25 10:00", Timetables.plain)
        try look(&kept, "2026-11-26 01:00", night)
        #expect(try text(kept, "2026-11-25") == "09:00-17:00", "it is closed")
        #expect(try text(kept, "2026-11-26") == "01:00-02:00 20:00-02:00")
    }

    @Test("round the clock a date is its 24 hours, and a change cuts it")
    func always() throws {
        var kept = KeptHours([])
        try look(&kept, "2026-11-25 10:00", Timetables.always)
        try look(&kept, "2026-11-26 00:00", Timetables.always)
        #expect(try text(kept, "2026-11-25") == "00:00-00:00" && text(kept, "2026-11-26") == "00:00-00:00")
        try look(&kept, "2026-11-26 06:00", Timetables.plain)
        #expect(try text(kept, "2026-11-26") == "00:00-06:00 09:00-17:00")
    }

    @Test("hours that change all the time change a date no more once its record is full")
    func bounded() throws {
        var (kept, now) = (KeptHours([]), try zoneTime("2026-11-25 10:00"))
        for minute in 0..<60 {
            _ = kept.look(at: now, minute.isMultiple(of: 2) ? Timetables.plain : nil)
            now = now.advanced(byMilliseconds: 60_000)
        }
        let date = try #require(CivilDate("2026-11-25"))
        #expect(kept.dates[date]?.count == 16)
    }
}

@Suite("A date is closed with the hours that were in force on it")
struct HoursInForceTests {
    /// One life of the agent: what keeps the hours and what closes the dates.
    private func life(
        _ rig: StationRig, _ world: HoursWorld, boot: String, keepsHours: Bool = true,
        _ body: (HoursKeeper, DayKeeper, Journal) async throws -> Void
    ) async throws {
        try await rig.withStation(boot: boot) { station, journal in
            try await journal.write([row(rig)], .now)
            let keeper = try world.keeper(rig, station, journal)
            if keepsHours { await keeper.begin() }
            let days = DayKeeper(
                journal: journal, station: station, node: try #require(Slug("pc-1")),
                hours: { world.state.withLock { $0.hours } }, countsSimulated: false, clock: rig.clock,
                log: Logger(label: "test"))
            await days.look()
            try await body(keeper, days, journal)
            if keepsHours { await keeper.stop() }
            // With which the boot is seen to have ended.
            try await journal.write([row(rig)], .now)
        }
    }

    private func row(_ rig: StationRig) -> Entry {
        Entry(
            EventDraft(
                .configApplied, .a, subject: "zone", at: rig.clock.wall(), clockQuality: rig.clock.quality(),
                mono: rig.clock.mono()))
    }

    private func rig(_ time: String) throws -> StationRig {
        StationRig(rebooted: try StationRig(), wall: try zoneTime(time), upFor: 60_000)
    }

    private func reboot(_ rig: StationRig, _ time: String) throws -> StationRig {
        StationRig(rebooted: rig, wall: try zoneTime(time), upFor: 60_000)
    }

    private func pass(_ rig: StationRig, to time: String, _ keeper: HoursKeeper, _ days: DayKeeper) async throws {
        let end = try zoneTime(time)
        while rig.clock.wall() < end {
            rig.clock.advance(by: .seconds(60))
            await keeper.tick()
            await days.look()
        }
    }

    /// The zone's records, such as `2026-11-25 20:00-02:00`.
    private func closed(_ journal: Journal) async throws -> [String] {
        let (first, last) = (try #require(CivilDate("2026-01-01")), try #require(CivilDate("2028-01-01")))
        return try await journal.dayRecords(from: first, to: last).filter { $0.device == DayRecord.zone }
            .map { "\($0.date) \(hoursText($0.open) ?? "")" }
    }

    @Test(
        "hours that are changed while the date is open and the PC is off: the date keeps its own, and so does the question"
    )
    func changedWhileOff() async throws {
        let world = HoursWorld(Timetables.daily("20:00-02:00"))
        let evening = try rig("2026-11-25 19:50")
        try await life(evening, world, boot: "a") { keeper, days, _ in
            try await pass(evening, to: "2026-11-25 21:00", keeper, days)
        }
        world.change { $0.hours = Timetables.plain }
        let morning = try reboot(evening, "2026-11-26 10:00")
        try await life(morning, world, boot: "b") { keeper, days, journal in
            let first = try await closed(journal)
            #expect(first == ["2026-11-25 20:00-02:00"])
            let asked = await keeper.lapses.map { "\($0.code.rawValue) \($0.date) \($0.minutes)" }
            #expect(asked == ["zone.closedInHours 2026-11-25 300"], "nobody was late for hours that came at ten")
            try await pass(morning, to: "2026-11-27 00:02", keeper, days)
            let second = try await closed(journal)
            #expect(second == ["2026-11-25 20:00-02:00", "2026-11-26 10:00-17:00"])
        }
    }

    @Test("hours that are changed in the middle of the date, over restarts of the agent")
    func changedAtNoon() async throws {
        let world = HoursWorld(Timetables.daily("09:00-12:00 14:30-18:00"))
        let rig = try rig("2026-11-25 08:50")
        try await life(rig, world, boot: "a") { keeper, days, _ in
            try await pass(rig, to: "2026-11-25 12:10", keeper, days)
            world.change { $0.hours = Timetables.daily("09:00-12:00 14:00-17:00") }
            try await pass(rig, to: "2026-11-25 12:20", keeper, days)
        }
        try await life(rig, world, boot: "a") { keeper, days, journal in
            try await pass(rig, to: "2026-11-25 16:50", keeper, days)
            world.change { $0.hours = Timetables.daily("closed") }
            try await pass(rig, to: "2026-11-25 16:55", keeper, days)
            let early = try await closed(journal)
            #expect(early == [], "a mistake can be mended while the date lasts")
            world.change { $0.hours = Timetables.daily("09:00-12:00 14:00-17:00") }
            try await pass(rig, to: "2026-11-26 00:02", keeper, days)
            let record = try await closed(journal)
            #expect(record == ["2026-11-25 09:00-12:00 14:00-16:51 16:56-17:00"], "nobody takes back what was promised")
        }
    }

    @Test("dates on which the PC was off have the hours that were known last; dates that nobody kept those of now")
    func neverSeen() async throws {
        let world = HoursWorld(Timetables.plain)
        let before = try rig("2026-11-20 16:00")
        try await life(before, world, boot: "a") { _, _, _ in }
        world.change { $0.hours = Timetables.daily("10:00-12:00") }
        try await life(try reboot(before, "2026-11-23 08:00"), world, boot: "b") { _, _, journal in
            let record = try await closed(journal)
            #expect(record == ["2026-11-20 09:00-17:00", "2026-11-21 09:00-17:00", "2026-11-22 09:00-17:00"])
        }
        let fresh = try rig("2026-11-20 16:00")
        world.change { $0.hours = Timetables.plain }
        try await life(fresh, world, boot: "a", keepsHours: false) { _, _, _ in }
        world.change { $0.hours = Timetables.daily("10:00-12:00") }
        try await life(try reboot(fresh, "2026-11-20 18:00"), world, boot: "b", keepsHours: false) { _, _, journal in
            let record = try await closed(journal)
            #expect(record == ["2026-11-20 10:00-12:00"])
        }
    }

    @Test("a clock that somebody vouches for and that is months ahead for a minute closes no date to come")
    func ahead() async throws {
        let world = HoursWorld(Timetables.plain)
        let rig = try rig("2026-11-25 16:00")
        try await life(rig, world, boot: "a") { keeper, days, journal in
            rig.clock.set(by: .seconds(96 * 86_400))
            try await pass(rig, to: "2027-03-01 16:02", keeper, days)
            rig.clock.set(by: .seconds(-96 * 86_400))
            try await pass(rig, to: "2026-11-25 17:02", keeper, days)
            let record = try await closed(journal)
            #expect(record == ["2026-11-25 09:00-17:00"])
            rig.clock.set(by: .seconds(96 * 86_400))
            await days.look()
            rig.clock.advance(by: .seconds(6 * 3600))
            await days.look()
            let late = try await closed(journal)
            #expect(late.count == 97, "after six hours it is believed")
        }
    }

    @Test("a PC that was off for longer than that closes its dates in the next boot at the latest")
    func away() async throws {
        let world = HoursWorld(Timetables.plain)
        let before = try rig("2026-06-30 16:00")
        try await life(before, world, boot: "a") { _, _, _ in }
        try await life(try reboot(before, "2026-08-31 14:00"), world, boot: "b") { _, _, journal in
            let record = try await closed(journal)
            #expect(record == [], "a leap like that of a wrong clock")
        }
        try await life(try reboot(before, "2026-09-01 14:00"), world, boot: "c") { _, _, journal in
            let record = try await closed(journal)
            #expect(record.count == 63 && record.last == "2026-08-31 09:00-17:00")
        }
    }
}
