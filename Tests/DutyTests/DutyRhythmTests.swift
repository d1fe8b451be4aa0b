import Testing
import ZoneModel
import ZonePolicy
import ZoneTestKit
import ZoneTime

@Suite("What is due each week and month, and after something")
struct DutyRhythmTests {
    @Test("weekly by Friday: any day of the week does it, and a holiday moves it to the day before")
    func weekly() throws {
        let weekly = try dutyWith("period: weekly", "day: fri")
        var year = try DutyYear()
        // Else the week before would still be asked for on that Monday.
        year.since = dutyDate("2026-03-02")
        #expect(
            year.book.status(of: weekly, at: dutyMoment("2026-03-02 10:00")).occurrence?.dueDate
                == dutyDate("2026-03-06"))
        // The National Day week is off from Thursday; Wednesday is the last day on which anybody comes.
        let moved = year.book.occurrence(of: weekly, on: dutyDate("2026-09-29"))
        #expect(moved?.dueDate == dutyDate("2026-09-30"))
        year.enter(weekly, at: "2026-03-03 10:00")
        #expect(year.state(weekly, "2026-03-06 18:00") == .done)
        #expect(year.summary(weekly, "2026-03-02", "2026-03-08", at: "2026-03-09 08:00") == [1, 1, 0])
    }

    @Test("a week without an open day asks for nothing")
    func emptyWeek() throws {
        let (weekly, year) = (try dutyWith("period: weekly"), try DutyYear())
        #expect(year.book.occurrence(of: weekly, on: dutyDate("2026-02-18")) == nil)
        #expect(year.summary(weekly, "2026-02-16", "2026-02-22", at: "2026-03-01 08:00") == [0, 0, 0])
    }

    @Test("last week's can be made up for until this week's is due; entered then, it is late")
    func madeUp() throws {
        let weekly = try dutyWith("period: weekly", "day: wed")
        var year = try DutyYear()
        year.since = dutyDate("2026-03-02")
        #expect(
            year.state(weekly, "2026-03-07 12:00") == .overdue && year.state(weekly, "2026-03-10 12:00") == .overdue)
        year.enter(weekly, at: "2026-03-10 12:00")
        #expect(year.marks.last?.date == dutyDate("2026-03-08") && year.marks.last?.isLate == true)
        #expect(year.state(weekly, "2026-03-10 12:01") == .due, "this week's is still to do")
        year.enter(weekly, at: "2026-03-11 12:00")
        #expect(year.summary(weekly, "2026-03-01", "2026-03-31", at: "2026-03-11 20:00") == [2, 2, 1])
    }

    @Test(
        "monthly by the 3rd and by the end of the month: on the last open day before",
        arguments: [
            (3, "2026-03-01", "2026-03-03"), (3, "2026-05-01", "2026-05-01"), (3, "2026-10-01", "2026-10-08"),
            (31, "2026-02-01", "2026-02-28"), (31, "2026-04-01", "2026-04-30"), (31, "2026-05-01", "2026-05-29"),
            (30, "2026-02-01", "2026-02-28"),
        ])
    func monthly(_ day: Int, _ month: String, _ due: String) throws {
        let monthly = try dutyWith("period: monthly", "day: \(day)")
        #expect(try DutyYear().book.occurrence(of: monthly, on: dutyDate(month))?.dueDate == dutyDate(due))
    }

    @Test("a whole year of months: twelve due, whichever day somebody does it")
    func months() throws {
        let monthly = try dutyWith("period: monthly")
        var year = try DutyYear()
        for month in 1...12 where month != 6 {
            let day = "2026-\(month < 10 ? "0" : "")\(month)-11"
            year.enter(monthly, at: "\(day) 10:00", for: day)
        }
        #expect(year.summary(monthly, "2026-01-01", "2026-12-31", at: "2027-01-01 08:00") == [12, 11, 0])
        #expect(year.state(monthly, "2026-07-15 10:00") == .overdue, "June's, until July's is due")
    }

    @Test("every seven days counts from the day on which it was done")
    func everyDays() throws {
        let disinfecting = try dutyWith("everyDays: 7")
        var year = try DutyYear()
        year.since = dutyDate("2026-03-02")
        #expect(year.state(disinfecting, "2026-03-05 12:00") == .waiting)
        #expect(year.state(disinfecting, "2026-03-06 12:00") == .due, "the 8th is a Sunday: due the Friday before")
        year.enter(disinfecting, at: "2026-03-06 12:00")
        #expect(year.state(disinfecting, "2026-03-12 12:00") == .done)
        #expect(
            year.state(disinfecting, "2026-03-13 12:00") == .due
                && year.state(disinfecting, "2026-03-16 9:00") == .overdue)
        year.enter(disinfecting, at: "2026-03-16 10:00")
        #expect(year.marks.last?.isLate == true)
        #expect(
            year.book.status(of: disinfecting, at: dutyMoment("2026-03-17 10:00")).next?.dueDate
                == dutyDate("2026-03-23"))
        #expect(year.summary(disinfecting, "2026-03-01", "2026-03-31", at: "2026-03-23 20:00") == [3, 2, 1])
    }

    @Test("ten workdays after something: holidays do not count, make-up days do, and it stays until it is done")
    func after() throws {
        let printing = try dutyWith("after: bulletin.issued", "workdays: 10")
        var year = try DutyYear()
        #expect(year.state(printing, "2026-02-09 10:00") == .waiting)
        year.enter(printing, at: "2026-02-09 10:00", kind: .begun)
        let status = year.book.status(of: printing, at: dutyMoment("2026-02-10 10:00"))
        // 10, 11, 12, 13, the 14th that is worked, then 24 to 27, and the 28th that is worked.
        #expect(status.state == .due && status.occurrence?.dueDate == dutyDate("2026-02-28"))
        #expect(
            year.state(printing, "2026-03-01 00:00") == .overdue && year.state(printing, "2026-06-01 00:00") == .overdue
        )
        year.enter(printing, at: "2026-06-01 09:00")
        #expect(year.marks.last?.isLate == true && year.state(printing, "2026-06-01 09:01") == .done)
    }

    @Test("without published hours a workday is Monday to Friday, and no Saturday")
    func afterWithoutHours() throws {
        let printing = try dutyWith("after: bulletin.issued", "workdays: 10")
        var year = try DutyYear()
        year.enter(printing, at: "2026-03-06 10:00", kind: .begun)
        let book = DutyBook(hours: nil, marks: year.marks, since: [:])
        let status = book.status(of: printing, at: dutyMoment("2026-03-09 10:00"))
        #expect(status.state == .due && status.occurrence?.dueDate == dutyDate("2026-03-20"))
    }

    @Test("what has begun twice is owed twice, the first one first")
    func afterTwice() throws {
        let printing = try dutyWith("after: bulletin.issued", "workdays: 2")
        var year = try DutyYear()
        year.enter(printing, at: "2026-03-02 10:00", kind: .begun)
        year.enter(printing, at: "2026-03-03 10:00", kind: .begun)
        year.enter(printing, at: "2026-03-03 11:00")
        #expect(
            year.book.status(of: printing, at: dutyMoment("2026-03-04 10:00")).occurrence?.dueDate
                == dutyDate("2026-03-05"))
        #expect(year.summary(printing, "2026-03-01", "2026-03-31", at: "2026-03-06 10:00") == [2, 1, 0])
    }

    @Test("whatever was entered when, done is never more than due, and late never more than done")
    func anyMarks() throws {
        var random = SeededGenerator(seed: 37)
        let rhythms = ["period: daily", "period: weekly", "period: monthly", "everyDays: 9", "everyDays: 1"]
        for rhythm in rhythms {
            let duty = try dutyWith(rhythm)
            for _ in 0..<8 {
                var year = try DutyYear()
                for _ in 0..<Int.random(in: 0...40, using: &random) {
                    let day = dutyDate("2026-01-01").advanced(byDays: Int.random(in: 0...364, using: &random))
                    year.enter(duty, at: "\(day) 1\(Int.random(in: 0...9, using: &random)):00")
                }
                let counts = year.summary(duty, "2026-01-01", "2026-12-31", at: "2027-01-05 08:00")
                #expect(counts[1] <= counts[0] && counts[2] <= counts[1] && counts[0] <= 365, "\(rhythm) \(counts)")
            }
        }
    }
}
