import Testing
import ZoneModel
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Opening hours as the hub gets them")
struct HoursForWireTests {
    /// A Saturday, 11:00 in the zone.
    private let now = WallTime(rfc3339: "2026-11-21T03:00:00Z") ?? WallTime(milliseconds: 0)

    private func week(_ text: String) throws -> OpeningCalendar {
        let day = try #require(WeeklyHours.Day(text))
        return OpeningCalendar(
            week: WeeklyHours(days: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) }), revision: 1))
    }

    private func texts(_ intervals: [Heartbeat.OpenInterval]) -> [String] {
        intervals.map { "\(ZoneCivil.text($0.opens).prefix(16)) \(ZoneCivil.text($0.closes).prefix(16))" }
    }

    @Test("begin with yesterday and cover fourteen days")
    func plain() throws {
        let intervals = HoursForWire.intervals(try week("09:00-12:00 14:00-17:00"), at: now)
        #expect(intervals.count == 28)
        #expect(texts(intervals).first == "2026-11-20 09:00 2026-11-20 12:00")
        #expect(texts(intervals).last == "2026-12-03 14:00 2026-12-03 17:00")
    }

    @Test("with a night in which yesterday began: its rest is there, from midnight on")
    func night() throws {
        let intervals = HoursForWire.intervals(try week("18:00-02:00"), at: now)
        #expect(intervals.count == 15)
        #expect(
            texts(intervals).prefix(2) == ["2026-11-20 00:00 2026-11-20 02:00", "2026-11-20 18:00 2026-11-21 02:00"])
        #expect(texts(intervals).last == "2026-12-03 18:00 2026-12-04 02:00")
    }

    @Test("round the clock are one interval")
    func always() throws {
        #expect(
            texts(HoursForWire.intervals(try week("00:00-24:00"), at: now)) == ["2026-11-20 00:00 2026-12-04 00:00"])
    }

    @Test("follow the calendar of the zone just after its midnight, and its exceptions")
    func exceptions() throws {
        var hours = try week("09:00-17:00")
        hours.week.exceptions = [try #require(CivilDate("2026-11-22")): .closed]
        // 00:30 on the 22nd in the zone is still the 21st in UTC.
        let intervals = HoursForWire.intervals(hours, at: try #require(WallTime(rfc3339: "2026-11-21T16:30:00Z")))
        #expect(intervals.count == 13)
        #expect(
            texts(intervals).prefix(2) == ["2026-11-21 09:00 2026-11-21 17:00", "2026-11-23 09:00 2026-11-23 17:00"])
    }

    @Test("are none when none are configured")
    func none() throws {
        #expect(HoursForWire.intervals(nil, at: now).isEmpty)
        #expect(HoursForWire.intervals(try week("closed"), at: now).isEmpty)
    }

    @Test(
        "have a number of their own where nobody gave one: the same hours the same, others another, never a given one")
    func revision() throws {
        #expect(HoursForWire.revision(nil) == 0)
        #expect(HoursForWire.revision(try week("09:00-17:00")) == 1)
        func number(_ text: String, except date: CivilDate? = nil) throws -> Int64 {
            var hours = try week(text)
            hours.week.revision = 0
            if let date { hours.week.exceptions[date] = .closed }
            return HoursForWire.revision(hours)
        }
        let holiday = CivilDate(of: now)
        let numbers = [
            try number("09:00-17:00"), try number("09:00-12:00 14:00-17:00"), try number("closed"),
            try number("09:00-17:00", except: holiday), try number("09:00-17:00", except: holiday.next),
        ]
        #expect(Set(numbers).count == numbers.count)
        #expect(numbers.allSatisfy { $0 >= 1 << 31 && $0 < 1 << 32 })
        #expect(try number("09:00-17:00") == numbers[0])
    }

    @Test("have another number when the calendar that they follow knows more, also under a revision that stays")
    func calendar() throws {
        var hours = try week("09:00-17:00")
        func number(_ days: [CivilDate: CalendarDay], _ rule: OpeningCalendar.HolidayRule = .closed) -> Int64 {
            hours.holidays = .init(calendar: "cn", rule: rule)
            hours.calendar = HolidayCalendar([CalendarYear(year: 2026, source: "", days: days)])
            return HoursForWire.revision(hours)
        }
        let date = CivilDate(of: now).next
        let numbers = [
            number([:]), number([date: .off(holiday: "x")]), number([date: .worked(insteadOf: .mon, holiday: "x")]),
            number([date: .worked(insteadOf: .tue, holiday: "x")]), number([date: .off(holiday: "x")], .asUsual),
            number([date.next: .off(holiday: "x")]),
        ]
        #expect(Set(numbers).count == numbers.count && numbers.allSatisfy { $0 >= 1 << 31 && $0 < 1 << 32 })
        #expect(number([date: .off(holiday: "y")]) == numbers[1], "a name opens and closes nothing")
        let intervals = HoursForWire.intervals(hours, at: now)
        #expect(intervals.count == 13, "the hub gets the days without the holiday")
    }

    @Test("have another number with other market days")
    func market() throws {
        var hours = try week("closed")
        hours.week.revision = 0
        let day = try #require(WeeklyHours.Day("07:00-12:00"))
        let rhythms: [MarketDays.Rhythm] = [
            .endings([1]), .endings([1, 4]), .every(days: 3, from: CivilDate(of: now)),
            .every(days: 4, from: CivilDate(of: now)), .every(days: 3, from: CivilDate(of: now).next),
        ]
        let numbers = rhythms.map { rhythm in
            hours.market = MarketDays(rhythm, hours: day)
            return HoursForWire.revision(hours)
        }
        #expect(Set(numbers).count == numbers.count)
    }
}
