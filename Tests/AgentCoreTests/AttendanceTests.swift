import Testing
import ZoneJournal
import ZoneModel
import ZoneTime

@testable import ZoneAgentCore

@Suite("Whether the PC was on while its zone was open")
struct AttendanceTests {
    private func lapses(
        _ from: String, _ to: String, _ hours: OpeningCalendar = Timetables.office, grace: Int = 600,
        closures: [HoursRecord.Closure] = [], openedBy: [CivilDate: WallTime] = [:]
    ) throws -> [String] {
        let dark = Attendance.Dark(from: try zoneTime(from), to: try zoneTime(to))
        return Attendance(hours: hours, closures: closures, grace: .seconds(grace))
            .lapses(dark, openedBy: openedBy, now: dark.to)
            .map {
                "\($0.code.rawValue) \($0.date) \($0.minutes) until \(ZoneCivil.text($0.endsAt).dropFirst(5).prefix(11))"
            }
    }

    @Test("off over the night: nothing; on after the hours and the grace began: late, by so many minutes of hours")
    func late() throws {
        #expect(try lapses("2026-11-19 17:30", "2026-11-20 08:40") == [])
        #expect(try lapses("2026-11-19 17:30", "2026-11-20 09:10") == [], "within the grace")
        #expect(
            try lapses("2026-11-19 17:30", "2026-11-20 09:11") == ["zone.openedLate 2026-11-20 11 until 11-20 17:00"])
        #expect(
            try lapses("2026-11-19 17:30", "2026-11-20 14:30") == ["zone.openedLate 2026-11-20 210 until 11-20 17:00"])
        #expect(try lapses("2026-11-19 17:30", "2026-11-20 17:30") == [], "the hub knows: nobody stood here")
        #expect(try lapses("2026-11-19 17:30", "2026-11-20 09:11", grace: 3600) == [])
        #expect(
            try lapses("2026-11-20 07:00", "2026-11-20 09:30") == ["zone.openedLate 2026-11-20 30 until 11-20 17:00"],
            "on before dawn, off at nine")
        #expect(try lapses("2026-11-20 17:30", "2026-11-21 11:00") == [], "a Saturday has no hours")
    }

    @Test("off within the hours for longer than the grace, be it until the next day")
    func closed() throws {
        #expect(try lapses("2026-11-20 10:00", "2026-11-20 10:09") == [], "a short reboot")
        #expect(
            try lapses("2026-11-20 10:00", "2026-11-20 10:30") == ["zone.closedInHours 2026-11-20 30 until 11-20 17:00"]
        )
        #expect(try lapses("2026-11-20 11:55", "2026-11-20 14:05") == [], "10 minutes of hours beside the lunch")
        #expect(
            try lapses("2026-11-20 16:30", "2026-11-23 08:30") == ["zone.closedInHours 2026-11-20 30 until 11-23 17:00"]
        )
        #expect(try lapses("2026-11-20 16:55", "2026-11-23 08:30") == [])
        #expect(
            try lapses("2026-11-19 15:00", "2026-11-20 10:00") == [
                "zone.closedInHours 2026-11-19 120 until 11-20 17:00",
                "zone.openedLate 2026-11-20 60 until 11-20 17:00",
            ])
    }

    @Test("what staff had closed nobody misses; what they say they opened counts")
    func excused() throws {
        func closure(_ since: String, _ until: String) throws -> HoursRecord.Closure {
            HoursRecord.Closure(
                since: try zoneTime(since), heldAt: try zoneTime(since), until: try zoneTime(until), reason: "停电")
        }
        let outage = try closure("2026-11-20 09:55", "2026-11-20 12:00")
        #expect(try lapses("2026-11-20 10:00", "2026-11-20 12:30", closures: [outage]) == [])
        let morning = try closure("2026-11-19 16:00", "2026-11-20 10:00")
        #expect(try lapses("2026-11-19 16:10", "2026-11-20 10:05", closures: [morning]) == [])
        #expect(
            try lapses("2026-11-19 16:10", "2026-11-20 10:30", closures: [morning]) == [
                "zone.openedLate 2026-11-20 30 until 11-20 17:00"
            ])
        let friday = try #require(CivilDate("2026-11-20"))
        let mark = [friday: try zoneTime("2026-11-20 09:02")]
        #expect(try lapses("2026-11-19 17:30", "2026-11-20 09:40", openedBy: mark) == [])
    }

    @Test("nights belong to the date on which they begin; a zone that never closes has no opening to be late for")
    func otherHours() throws {
        #expect(
            try lapses("2026-11-20 03:00", "2026-11-21 00:30", Timetables.night) == [
                "zone.openedLate 2026-11-20 390 until 11-21 02:00"
            ])
        #expect(
            try lapses("2026-11-21 00:30", "2026-11-21 01:30", Timetables.night) == [
                "zone.closedInHours 2026-11-20 60 until 11-21 02:00"
            ])
        #expect(
            try lapses("2026-11-20 23:50", "2026-11-21 00:10", Timetables.always) == [
                "zone.closedInHours 2026-11-20 20 until 11-22 00:00"
            ])
    }

    @Test("the same boot was never off; without a goodbye the PC may have been on until its next sign")
    func dark() throws {
        let at = try zoneTime("2026-11-20 10:00"), booted = try zoneTime("2026-11-20 10:30")
        func sign(_ isGoodbye: Bool) -> HoursRecord.Sign { .init(boot: "a", at: at, isGoodbye: isGoodbye) }
        #expect(Attendance.dark(before: "a", at: booted, sign(true)) == nil)
        #expect(Attendance.dark(before: "b", at: booted, nil) == nil)
        #expect(Attendance.dark(before: "b", at: booted, sign(true)) == .init(from: at, to: booted))
        let later = at.advanced(byMilliseconds: 300_000)
        #expect(Attendance.dark(before: "b", at: booted, sign(false)) == .init(from: later, to: booted))
        #expect(Attendance.dark(before: "b", at: later, sign(false)) == nil)
    }
}
