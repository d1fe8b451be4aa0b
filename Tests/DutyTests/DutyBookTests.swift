import Testing
import ZoneModel
import ZonePolicy
import ZoneTestKit
import ZoneTime

@Suite("What is due each day")
struct DailyDutyTests {
    @Test("a day from before the doors open to after they close: due, overdue, done, and over at midnight")
    func day() throws {
        let (cleaning, year) = (try dutyWith("period: daily", "grace: 30m"), try DutyYear())
        #expect(year.state(cleaning, "2026-03-05 08:00") == .waiting)
        #expect(year.state(cleaning, "2026-03-05 09:00") == .due)
        #expect(year.state(cleaning, "2026-03-05 17:29") == .due)
        #expect(year.state(cleaning, "2026-03-05 17:30") == .overdue)
        #expect(year.state(cleaning, "2026-03-06 00:00") == .waiting, "today's cleaning is no longer today's")
        var done = year
        done.enter(cleaning, at: "2026-03-05 17:40")
        let status = done.book.status(of: cleaning, at: dutyMoment("2026-03-05 18:00"))
        #expect(status.state == .done && status.mark?.isLate == false, "the same day is not late")
        #expect(status.next?.dueDate == dutyDate("2026-03-06"))
    }

    @Test("whoever opens at ten to nine has opened today's")
    func beforeTheDoors() throws {
        let opening = try dutyWith("period: daily", "due: opening", "tap: opened", "grace: 15m")
        var year = try DutyYear()
        year.enter(opening, at: "2026-03-05 08:50")
        #expect(year.marks.last?.date == dutyDate("2026-03-05") && year.state(opening, "2026-03-05 09:20") == .done)
        #expect(try DutyYear().state(opening, "2026-03-05 09:15") == .overdue)
    }

    @Test("a whole year of staff who never forget: every open day is due and done, none late")
    func wholeYear() throws {
        let cleaning = try dutyWith("period: daily")
        var year = try DutyYear()
        var (day, open) = (dutyDate("2026-01-01"), 0)
        while day < dutyDate("2027-01-01") {
            let isOpen = year.hours?.intervals(on: day).isEmpty == false
            let state = year.book.status(of: cleaning, at: dutyMoment("\(day) 16:00")).state
            #expect(state == (isOpen ? .due : .waiting), "\(day)")
            if isOpen { year.enter(cleaning, at: "\(day) 16:30") }
            open += isOpen ? 1 : 0
            day = day.next
        }
        #expect(open == 254, "261 weekdays of 2026, 11 of them off, 4 make-up days")
        #expect(year.summary(cleaning, "2026-01-01", "2026-12-31", at: "2027-01-01 08:00") == [open, open, 0])
    }

    @Test("holidays are not due, make-up days are")
    func holidays() throws {
        let (cleaning, year) = (try dutyWith("period: daily"), try DutyYear())
        #expect(year.state(cleaning, "2026-02-18 18:00") == .waiting)
        #expect(year.state(cleaning, "2026-02-28 18:00") == .overdue, "a Saturday that is worked")
        #expect(year.summary(cleaning, "2026-02-01", "2026-02-28", at: "2026-03-01 08:00") == [16, 0, 0])
        #expect(
            year.book.status(of: cleaning, at: dutyMoment("2026-02-14 20:00")).next?.dueDate == dutyDate("2026-02-24"))
    }

    @Test("market days are open days, also on a Sunday")
    func market() throws {
        let hours = try #require(WeeklyHours.Day("07:00-13:00"))
        let year = try DutyYear(market: MarketDays(.endings([1, 4, 7]), hours: hours))
        let cleaning = try dutyWith("period: daily", "grace: 1h")
        #expect(year.state(cleaning, "2026-03-01 14:00") == .overdue, "a Sunday with a market, closed at one")
        #expect(year.state(cleaning, "2026-03-08 14:00") == .waiting)
    }

    @Test("a zone that never closes has a day from midnight to midnight")
    func allDay() throws {
        let cleaning = try dutyWith("period: daily", "due: opening", "grace: 10h")
        var year = try DutyYear(week: "00:00-24:00", weekend: "00:00-24:00")
        year.enter(cleaning, at: "2026-03-04 23:50")
        #expect(year.marks.last?.date == dutyDate("2026-03-04"))
        year.enter(cleaning, at: "2026-03-05 00:10")
        #expect(year.marks.last?.date == dutyDate("2026-03-05") && year.marks.last?.isLate == false)
        #expect(
            year.state(cleaning, "2026-03-05 10:30") == .done && year.state(cleaning, "2026-03-06 10:30") == .overdue)
    }

    @Test("a night that ends at two belongs to the day before")
    func overMidnight() throws {
        let closing = try dutyWith("period: daily", "tap: closed", "grace: 30m")
        var year = try DutyYear(week: "18:00-02:00")
        #expect(year.state(closing, "2026-03-05 01:00") == .due && year.state(closing, "2026-03-05 02:40") == .overdue)
        year.enter(closing, at: "2026-03-05 02:05")
        #expect(year.marks.last?.date == dutyDate("2026-03-04") && year.marks.last?.isLate == false)
        #expect(year.state(closing, "2026-03-05 12:00") == .waiting)
        #expect(year.state(closing, "2026-03-05 19:00") == .due)
    }

    @Test("forgotten yesterday is entered afterwards, and says so")
    func yesterday() throws {
        let cleaning = try dutyWith("period: daily")
        var year = try DutyYear()
        year.enter(cleaning, at: "2026-03-05 09:10", for: "2026-03-04")
        #expect(year.marks.last?.isLate == true && year.state(cleaning, "2026-03-05 09:11") == .due)
        #expect(year.summary(cleaning, "2026-03-02", "2026-03-04", at: "2026-03-05 09:11") == [3, 1, 1])
    }

    @Test("a PC that was off for a week owes the days, and reproaches only for today")
    func off() throws {
        let cleaning = try dutyWith("period: daily")
        var year = try DutyYear()
        year.enter(cleaning, at: "2026-03-06 16:00")
        #expect(year.state(cleaning, "2026-03-16 09:30") == .due)
        #expect(year.summary(cleaning, "2026-03-01", "2026-03-31", at: "2026-03-16 09:30") == [10, 1, 0])
    }

    @Test("a clock that jumps a year and comes back changes nothing")
    func clockJump() throws {
        let cleaning = try dutyWith("period: daily")
        var year = try DutyYear()
        year.enter(cleaning, at: "2026-03-05 16:00")
        let before = year.book.status(of: cleaning, at: dutyMoment("2026-03-05 17:30"))
        _ = year.book.status(of: cleaning, at: dutyMoment("2027-06-01 12:00"))
        _ = year.book.status(of: cleaning, at: WallTime(milliseconds: 0))
        #expect(year.book.status(of: cleaning, at: dutyMoment("2026-03-05 17:30")) == before && before.state == .done)
        year.enter(cleaning, at: "2027-06-01 12:00")
        #expect(year.state(cleaning, "2026-03-06 17:30") == .overdue, "a mark of a day to come does not do today's")
    }

    @Test("nothing is owed for what was before, and nothing is known without hours")
    func beginning() throws {
        let cleaning = try dutyWith("period: daily")
        var year = try DutyYear()
        year.since = dutyDate("2026-03-04")
        #expect(year.summary(cleaning, "2026-03-01", "2026-03-31", at: "2026-03-06 20:00") == [3, 0, 0])
        year.hours = nil
        #expect(year.state(cleaning, "2026-03-05 20:00") == .unknown)
        #expect(year.summary(cleaning, "2026-03-01", "2026-03-31", at: "2026-03-06 20:00") == [0, 0, 0])
    }

    @Test("a duty that nobody knows the rhythm of is never due, and remembers when it was done last")
    func unconfirmed() throws {
        let disinfecting = try dutyWith("period: unconfirmed")
        var year = try DutyYear()
        year.enter(disinfecting, at: "2026-03-05 16:00")
        let status = year.book.status(of: disinfecting, at: dutyMoment("2026-09-05 20:00"))
        #expect(status.state == .unknown && status.mark?.date == dutyDate("2026-03-05") && status.next == nil)
    }

    @Test("what is entered before its first time is kept and told, and does nothing of what comes")
    func ahead() throws {
        let report = try dutyWith("period: monthly", "day: 3")
        var year = try DutyYear()
        year.since = dutyDate("2026-11-22")
        #expect(year.book.status(of: report, at: dutyMoment("2026-11-22 09:00")).mark == nil)
        year.enter(report, at: "2026-11-22 10:00")
        let status = year.book.status(of: report, at: dutyMoment("2026-11-30 10:00"))
        #expect(status.state == .waiting && status.mark?.date == dutyDate("2026-11-22") && status.occurrence == nil)
        #expect(status.next?.dueDate == dutyDate("2026-12-03"))
        let next = year.book.status(of: report, at: dutyMoment("2026-12-01 10:00"))
        #expect(next.state == .due && next.mark == nil)
    }
}
