import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime

private func day(_ text: String) throws -> WeeklyHours.Day { try #require(WeeklyHours.Day(text), "\(text)") }
private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text), "\(text)") }

/// `2026-11-21 09:00` in the zone.
private func at(_ text: String) throws -> WallTime {
    let utc = try #require(WallTime(rfc3339: text.replacing(" ", with: "T") + ":00Z"), "\(text)")
    return utc.advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds)
}

@Suite("Opening hours with all that changes them")
struct OpeningCalendarTests {
    /// Each weekday closes at another hour, so that one can see whose hours a date has; Saturday has some, Sunday none.
    private func office(_ rule: OpeningCalendar.HolidayRule = .closed) throws -> OpeningCalendar {
        let ends = ["11", "12", "13", "14", "15", "10"]
        let days = try zip(Weekday.allCases, ends).map { ($0, try day("09:00-\($1):00")) }
        return OpeningCalendar(
            week: WeeklyHours(days: Dictionary(uniqueKeysWithValues: days)),
            holidays: .init(calendar: "cn", rule: rule), calendar: try ShippedCalendar.calendar())
    }

    @Test("what counts first: an exception, a market day, a holiday or make-up day, the week")
    func precedence() throws {
        var hours = try office()
        let national = try date("2026-10-01")
        #expect(hours.plan(national).reason == .holiday && hours.day(national) == .closed)
        hours.market = MarketDays(.endings([1, 4, 7]), hours: try day("07:00-08:00"))
        #expect(hours.plan(national).reason == .marketDay && hours.plan(national).marked?.holiday == "国庆节")
        #expect(try hours.day(national) == day("07:00-08:00"))
        hours.week.exceptions[national] = .closed
        #expect(hours.plan(national).reason == .exception && hours.day(national) == .closed)
        let friday = try date("2026-10-02")
        #expect(hours.plan(friday).reason == .holiday && hours.plan(friday.advanced(byDays: 7)).reason == .weekday)
    }

    @Test("a make-up day has the hours of the weekday that it stands for; of one that nobody knows, Monday's")
    func makeUp() throws {
        var hours = try office()
        let saturday = try date("2026-10-10")
        #expect(hours.plan(saturday).reason == .makeUpDay)
        #expect(try hours.day(saturday) == day("09:00-13:00"), "国庆 took a Wednesday")
        #expect(try hours.day(date("2026-09-20")) == day("09:00-12:00"), "and a Tuesday")
        hours.calendar = HolidayCalendar([
            CalendarYear(year: 2026, source: "", days: [saturday: .worked(insteadOf: nil, holiday: "国庆节")])
        ])
        #expect(try hours.day(saturday) == day("09:00-11:00"))
    }

    @Test("a day off is closed, or as any weekday, or as a certain one, or has times of its own")
    func rules() throws {
        let friday = try date("2026-10-02")
        #expect(try office(.closed).day(friday) == .closed)
        #expect(try office(.asUsual).day(friday) == day("09:00-15:00"))
        #expect(try office(.asUsual).plan(friday).reason == .holiday, "it is one, though nothing changes")
        #expect(try office(.asOn(.sat)).day(friday) == day("09:00-10:00"))
        #expect(try office(.hours(day("10:00-11:30"))).day(friday) == day("10:00-11:30"))
        let weekend = try date("2026-10-03")
        #expect(try office(.closed).plan(weekend).reason == .holiday, "also the weekend within")
    }

    @Test("a year without notice has the week's hours and says so; a zone without calendar never asks for one")
    func unknownYear() throws {
        let hours = try office()
        let newYear = hours.plan(try date("2027-01-01"))
        #expect(newYear.lacksCalendar && newYear.reason == .weekday)
        #expect(try newYear.day == day("09:00-15:00") && !hours.plan(date("2026-12-31")).lacksCalendar)
        var plain = hours
        plain.holidays = nil
        #expect(!plain.plan(newYear.date).lacksCalendar)
        #expect(try plain.plan(date("2026-10-01")) == hours.plan(date("2026-10-08")).moved(to: date("2026-10-01")))
    }

    @Test("a night runs on into a holiday; the week after a long holiday begins when the notice says")
    func nightIntoHoliday() throws {
        var hours = try office()
        hours.week.days[.wed] = try day("18:00-02:00")
        #expect(try hours.isOpen(at: at("2026-10-01 01:59")) && !hours.isOpen(at: at("2026-10-01 02:00")))
        #expect(try hours.nextChange(after: at("2026-10-01 02:00")) == at("2026-10-08 09:00"))
        #expect(
            try hours.nextChange(after: at("2026-10-09 16:00")) == at("2026-10-10 18:00"), "Wednesday's on Saturday")
    }

    @Test("market days by the day of the month, over the ends of months, and every so many days from one that is known")
    func markets() throws {
        var hours = OpeningCalendar(
            week: WeeklyHours(days: [:]), market: MarketDays(.endings([1, 4, 7]), hours: try day("07:00-14:00")))
        #expect(try hours.nextChange(after: at("2026-02-27 14:00")) == at("2026-03-01 07:00"))
        #expect(try hours.nextChange(after: at("2026-05-31 14:00")) == at("2026-06-01 07:00"), "two days in a row")
        let first = try date("2028-02-27")
        hours.market = MarketDays(.every(days: 3, from: first), hours: try day("07:00-14:00"))
        #expect(try hours.nextChange(after: at("2026-01-01 00:00")) == at("2028-02-27 07:00"), "none before the first")
        #expect(try hours.nextChange(after: at("2028-02-27 14:00")) == at("2028-03-01 07:00"), "over a leap day")
        #expect(hours.plan(first.advanced(byDays: 300)).reason == .marketDay)
    }

    @Test("a library that never closes may be served in its window, any other zone whenever it is closed")
    func maintenance() throws {
        let always = try day("00:00-24:00")
        var library = OpeningCalendar(
            week: WeeklyHours(days: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, always) })),
            holidays: .init(calendar: "cn", rule: .asUsual), calendar: try ShippedCalendar.calendar())
        let night = try at("2026-11-25 23:30")
        #expect(!library.allowsInterruption(at: night) && library.nextChange(after: night) == nil)
        library.maintenance = WeeklyHours(days: [.wed: try day("23:00-01:00")])
        #expect(library.allowsInterruption(at: night) && library.isOpen(at: night), "citizens may use it meanwhile")
        #expect(try library.allowsInterruption(at: at("2026-11-26 00:59")))
        #expect(try !library.allowsInterruption(at: at("2026-11-26 01:00")))
        #expect(try office().allowsInterruption(at: at("2026-10-01 10:00")), "closed for the holiday")
    }
}

extension OpeningCalendar.Plan {
    fileprivate func moved(to date: CivilDate) -> Self {
        var plan = self
        plan.date = date
        return plan
    }
}

/// The second opinion: a whole year painted minute by minute, by other means than the calendar's own.
private struct PaintedYear {
    let first: CivilDate
    let dates: Int
    let hours: OpeningCalendar
    /// One entry per minute from the midnight of `first`: the number of the date that opened it first.
    var owner: [Int16]

    init(_ year: Int, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        first = try #require(CivilDate(year: year, month: 1, day: 1)).previous
        dates = 370
        let words = ["closed", "09:00-12:00 14:00-17:00", "00:00-24:00", "18:00-02:00", "00:00-01:00 23:00-08:00"]
        func anyDay() throws -> WeeklyHours.Day { try day(try #require(words.randomElement(using: &random))) }
        var week: [Weekday: WeeklyHours.Day] = [:]
        for weekday in Weekday.allCases { week[weekday] = try anyDay() }
        var special: [CivilDate: WeeklyHours.Day] = [:]
        for _ in 0..<6 { special[first.advanced(byDays: .random(in: 0..<370, using: &random))] = try anyDay() }
        let market = seed % 3 == 0 ? nil : MarketDays(.endings(seed % 3 == 1 ? [1, 4, 7] : [3]), hours: try anyDay())
        let off = seed % 2 == 0 ? WeeklyHours.Day.closed : try anyDay()
        let calendar = try ShippedCalendar.calendar()
        hours = OpeningCalendar(
            week: WeeklyHours(days: week, exceptions: special),
            holidays: .init(calendar: "cn", rule: off == .closed ? .closed : .hours(off)), market: market,
            calendar: calendar)
        owner = Array(repeating: -1, count: (dates + 1) * 1440)
        for index in 0..<dates {
            let date = first.advanced(byDays: index)
            guard let last = date.description.last else { continue }
            var plan = week[date.weekday] ?? .closed
            if case .off = calendar.day(date) { plan = off }
            if case .worked(let weekday?, _) = calendar.day(date) { plan = week[weekday] ?? .closed }
            if let market, seed % 3 == 1 ? "147".contains(last) : last == "3" { plan = market.hours }
            if let exception = special[date] { plan = exception }
            for span in plan.spans {
                for minute in span.opensAtMinute..<span.closesAtMinute where owner[index * 1440 + minute] < 0 {
                    owner[index * 1440 + minute] = Int16(index)
                }
            }
        }
    }

    func instant(_ minute: Int) -> WallTime { first.start.advanced(byMilliseconds: Int64(minute) * 60_000) }
}

@Suite("Opening hours against whole painted years")
struct PaintedYearTests {
    @Test(
        "intervals never overlap, each date has its minutes, any minute and any next change agree",
        arguments: ShippedCalendar.years, UInt64(1)...3)
    func agrees(_ year: Int, _ seed: UInt64) throws {
        let painted = try PaintedYear(year, seed: seed * 100 + UInt64(year))
        let (hours, owner) = (painted.hours, painted.owner)
        let sums = owner.reduce(into: [Int](repeating: 0, count: painted.dates)) { if $1 >= 0 { $0[Int($1)] += 1 } }
        let counted = (1..<painted.dates).map { minutes(hours.intervals(on: painted.first.advanced(byDays: $0))) }
        #expect(counted == Array(sums[1...]))
        let all = hours.intervals(from: painted.first.next, days: painted.dates - 1)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
        #expect(minutes(all) == sums[1...].reduce(0, +))
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let minute = Int.random(in: 2 * 1440..<330 * 1440, using: &random)
            let time = painted.instant(minute).advanced(byMilliseconds: .random(in: 0..<60_000, using: &random))
            #expect(hours.isOpen(at: time) == (owner[minute] >= 0), "\(time)")
            let next = (minute + 1..<painted.dates * 1440).first { (owner[$0] < 0) != (owner[$0 - 1] < 0) }
            #expect(next == nil || hours.nextChange(after: time) == next.map(painted.instant), "\(time)")
        }
    }

    private func minutes(_ intervals: [Range<WallTime>]) -> Int {
        Int(intervals.reduce(0) { $0 + $1.upperBound.milliseconds - $1.lowerBound.milliseconds }) / 60_000
    }
}
