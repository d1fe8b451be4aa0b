import Testing
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneAgentCore

@Suite("When the zone opened and closed is told once")
struct HoursBookTests {
    /// A day of looks as they come: one each second would show nothing more.
    private func pass(
        _ book: inout HoursBook, _ hours: OpeningCalendar?, from: String, to: String, closure: Hold? = nil
    ) throws -> [String] {
        var told: [String] = []
        var now = try zoneTime(from)
        while now <= (try zoneTime(to)) {
            told += book.look(at: now, hours, closure: closure).map(text)
            now = now.advanced(byMilliseconds: 30_000)
        }
        return told
    }

    private func text(_ news: HoursBook.News) -> String {
        let word = news.isOpen ? "opened" : "closed"
        let until = news.until.map { " until \(ZoneCivil.text($0).dropFirst(5).prefix(11))" } ?? ""
        let since = ZoneCivil.text(news.since).dropFirst(5).prefix(11)
        return "\(word) \(since) \(news.reason.word)\(until)\(news.isLate ? " late" : "")"
    }

    private func hold(_ since: String, until: String? = nil) throws -> Hold {
        Hold(
            subject: Hold.zone, mode: .closed, setter: "staff", reason: "停电", since: try zoneTime(since),
            until: try until.map(zoneTime))
    }

    @Test("an ordinary day, with its lunch; the first look tells what is so now")
    func day() throws {
        var book = HoursBook(HoursRecord())
        #expect(
            try pass(&book, Timetables.office, from: "2026-11-20 08:00", to: "2026-11-20 20:00") == [
                "closed 11-19 17:00 weekday until 11-20 09:00 late", "opened 11-20 09:00 weekday until 11-20 12:00",
                "closed 11-20 12:00 weekday until 11-20 14:00", "opened 11-20 14:00 weekday until 11-20 17:00",
                "closed 11-20 17:00 weekday until 11-23 09:00",
            ])
    }

    @Test("a PC that was off over a boundary tells it on the next start, with its true time, once")
    func off() throws {
        var book = HoursBook(HoursRecord())
        _ = try pass(&book, Timetables.plain, from: "2026-11-20 08:00", to: "2026-11-20 16:00")
        var later = HoursBook(try WireCoding.decode(HoursRecord.self, try WireCoding.encode(book.record)))
        let told = [
            "closed 11-20 17:00 weekday until 11-21 09:00 late", "opened 11-21 09:00 weekday until 11-21 17:00 late",
        ]
        #expect(try pass(&later, Timetables.plain, from: "2026-11-21 09:30", to: "2026-11-21 10:00") == told)
        var again = HoursBook(later.record)
        #expect(try pass(&again, Timetables.plain, from: "2026-11-21 10:10", to: "2026-11-21 11:00") == [])
    }

    @Test("a holiday and the Saturday that is worked for one")
    func holidays() throws {
        var book = HoursBook(HoursRecord())
        _ = book.look(at: try zoneTime("2026-09-30 18:00"), Timetables.office, closure: nil)
        let told = try pass(&book, Timetables.office, from: "2026-09-30 18:00", to: "2026-10-08 09:01")
        #expect(told == ["opened 10-08 09:00 weekday until 10-08 12:00"])
        _ = try pass(&book, Timetables.office, from: "2026-10-08 09:01", to: "2026-10-10 08:59")
        let worked = try pass(&book, Timetables.office, from: "2026-10-10 08:59", to: "2026-10-10 09:01")
        #expect(worked == ["opened 10-10 09:00 makeUpDay until 10-10 12:00"])
    }

    @Test("staff close and open again: told with the reason closure; an end out of hours opens nothing")
    func closure() throws {
        var book = HoursBook(HoursRecord())
        _ = try pass(&book, Timetables.plain, from: "2026-11-20 08:00", to: "2026-11-20 10:00")
        let hold = try hold("2026-11-20 10:00", until: "2026-11-20 11:00")
        let closed = book.look(at: try zoneTime("2026-11-20 10:00"), Timetables.plain, closure: hold)
        #expect(closed.map(text) == ["closed 11-20 10:00 closure until 11-20 11:00"] && closed[0].why == "停电")
        let opened = book.look(at: try zoneTime("2026-11-20 11:00"), Timetables.plain, closure: nil)
        #expect(opened.map(text) == ["opened 11-20 11:00 closure until 11-20 17:00"])
        let late = try self.hold("2026-11-20 16:00", until: "2026-11-20 20:00")
        _ = book.look(at: try zoneTime("2026-11-20 16:00"), Timetables.plain, closure: late)
        #expect(
            try pass(&book, Timetables.plain, from: "2026-11-20 16:30", to: "2026-11-20 19:00", closure: late) == [])
        #expect(
            try pass(&book, Timetables.plain, from: "2026-11-20 20:00", to: "2026-11-21 09:00") == [
                "opened 11-21 09:00 weekday until 11-21 17:00"
            ])
    }

    @Test("a closure that ended while the PC was off ends at its time, not at the next start")
    func closureOverNight() throws {
        var book = HoursBook(HoursRecord())
        let hold = try hold("2026-11-20 10:00", until: "2026-11-21 10:00")
        _ = try pass(&book, Timetables.plain, from: "2026-11-20 08:00", to: "2026-11-20 09:59")
        _ = book.look(at: try zoneTime("2026-11-20 10:00"), Timetables.plain, closure: hold)
        let told = book.look(at: try zoneTime("2026-11-21 11:00"), Timetables.plain, closure: nil)
        #expect(told.map(text) == ["opened 11-21 10:00 closure until 11-21 17:00 late"])
        #expect(book.record.past.map(\.ended) == [try zoneTime("2026-11-21 10:00")])
    }

    @Test("other hours in the middle of the day: told when they change what is so, and not before")
    func configuration() throws {
        var book = HoursBook(HoursRecord())
        _ = try pass(&book, Timetables.plain, from: "2026-11-20 08:00", to: "2026-11-20 12:00")
        let shorter = Timetables.daily("10:00-16:00")
        #expect(try pass(&book, shorter, from: "2026-11-20 12:01", to: "2026-11-20 15:59") == [])
        #expect(
            try pass(&book, shorter, from: "2026-11-20 15:59", to: "2026-11-20 16:01") == [
                "closed 11-20 16:00 weekday until 11-21 10:00"
            ])
        let longer = Timetables.daily("10:00-20:00")
        #expect(
            try pass(&book, longer, from: "2026-11-20 16:30", to: "2026-11-20 17:00") == [
                "opened 11-20 16:30 configuration until 11-20 20:00"
            ])
        #expect(try pass(&book, nil, from: "2026-11-20 17:30", to: "2026-11-22 17:00") == [], "no hours: always open")
        #expect(
            try pass(&book, Timetables.plain, from: "2026-11-22 17:30", to: "2026-11-22 17:31") == [
                "closed 11-22 17:30 configuration until 11-23 09:00"
            ])
    }

    @Test("a clock that is set back repeats nothing; one that was years ahead goes on from what is so now")
    func clock() throws {
        var book = HoursBook(HoursRecord())
        _ = try pass(&book, Timetables.plain, from: "2026-11-20 08:00", to: "2026-11-20 17:10")
        #expect(try pass(&book, Timetables.plain, from: "2026-11-19 18:00", to: "2026-11-20 18:00") == [])
        let ahead = try pass(&book, Timetables.plain, from: "2026-11-29 10:00", to: "2026-11-29 10:01")
        #expect(ahead.count == 17 && ahead.allSatisfy { $0.hasSuffix("late") })
        #expect(
            try pass(&book, Timetables.plain, from: "2026-11-20 19:00", to: "2026-11-21 09:00") == [
                "closed 11-20 19:00 clock until 11-21 09:00", "opened 11-21 09:00 weekday until 11-21 17:00",
            ])
    }

    @Test("a zone that never closes tells nothing, but for a closure")
    func always() throws {
        for hours in [Timetables.always, nil] {
            var book = HoursBook(HoursRecord())
            #expect(try pass(&book, hours, from: "2026-11-20 08:00", to: "2026-11-22 08:00") == [])
            let hold = try hold("2026-11-22 09:00")
            let told = book.look(at: try zoneTime("2026-11-22 09:00"), hours, closure: hold)
            #expect(told.map(text) == ["closed 11-22 09:00 closure"])
        }
    }
}

@Suite("Over whole years, whatever happens to the PC")
struct HoursYearsTests {
    private struct Walk {
        let hours: OpeningCalendar
        var random: SeededGenerator
        var book = HoursBook(HoursRecord())
        var news: [HoursBook.News] = []
        var now: WallTime
        /// The latest moment at which there was a look.
        var latest: WallTime
        /// As on the disk: written with news, and now and then.
        var stored = HoursRecord()

        mutating func look() {
            let told = book.look(at: now, hours, closure: nil)
            for each in told {
                #expect(each.since <= now, "never in the future")
                #expect(each.isLate == (now.milliseconds - each.since.milliseconds > HoursBook.lateAfter))
            }
            news += told
            latest = max(latest, now)
            if !told.isEmpty || Int.random(in: 0..<4, using: &random) == 0 { stored = book.record }
        }

        /// A restart, a jump of the clock, some hours without power, or a boundary that is met as it comes.
        mutating func step() throws {
            let hour: Int64 = 3_600_000
            switch Int.random(in: 0..<20, using: &random) {
            case 0: book = HoursBook(try WireCoding.decode(HoursRecord.self, try WireCoding.encode(stored)))
            case 1:
                let back = now.advanced(byMilliseconds: -Int64.random(in: 0..<36 * hour, using: &random))
                now = max(back, latest.advanced(byMilliseconds: -40 * hour))
            case 2: now = now.advanced(byMilliseconds: Int64.random(in: 0..<72 * hour, using: &random))
            case 3:
                book = HoursBook(stored)
                now = now.advanced(byMilliseconds: Int64.random(in: 0..<400 * hour, using: &random))
            case 4..<8: now = now.advanced(byMilliseconds: Int64.random(in: 0..<20 * hour, using: &random))
            default:
                let next = hours.nextChange(after: now) ?? now.advanced(byMilliseconds: 24 * hour)
                now = next.advanced(byMilliseconds: Int64.random(in: 0..<50_000, using: &random))
            }
            look()
        }
    }

    @Test(
        "each boundary of 2024 to 2027 is told exactly once and in its turn, through restarts, jumps and nights without power",
        arguments: Timetables.all.map(\.0), Seeds.first(1))
    func years(_ name: String, _ seed: UInt64) throws {
        let hours = try #require(Timetables.all.first { $0.0 == name }?.1)
        let start = try zoneTime("2024-01-01 00:00")
        var walk = Walk(hours: hours, random: SeededGenerator(seed: seed), now: start, latest: start)
        walk.look()
        let before = walk.news.count
        while walk.now < (try zoneTime("2028-01-01 00:00")) { try walk.step() }
        let told = walk.news.dropFirst(before).map(\.since)
        let last = walk.latest
        let due = hours.spans(from: try #require(CivilDate("2023-12-29")), through: CivilDate(of: last))
            .flatMap { [$0.range.lowerBound, $0.range.upperBound] }.filter { $0 > start && $0 <= last }
        #expect(told == due, "seed \(seed)")
        #expect(zip(walk.news, walk.news.dropFirst()).allSatisfy { $0.isOpen != $1.isOpen }, "they alternate")
        #expect(name == "always" ? due.isEmpty : due.count > 1400)
    }

    @Test(
        "with closures and other hours at any time: they alternate, and what was told last is so",
        arguments: Seeds.first(2))
    func disturbed(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (now, book, hold) = (try zoneTime("2024-01-01 00:00"), HoursBook(HoursRecord()), Hold?.none)
        var hours: OpeningCalendar? = Timetables.office
        var told: Bool?
        for step in 0..<4000 {
            now = now.advanced(byMilliseconds: Int64.random(in: 1000..<9 * 3_600_000, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0: hours = Timetables.all.map(\.1).randomElement(using: &random)
            case 1: hours = nil
            case 2:
                let until = now.advanced(byMilliseconds: Int64.random(in: 1000..<40 * 3_600_000, using: &random))
                hold = Hold(
                    subject: Hold.zone, mode: .closed, setter: "staff", since: now,
                    until: Bool.random(using: &random) ? until : nil)
            case 3: hold = nil
            case 4: book = HoursBook(try WireCoding.decode(HoursRecord.self, try WireCoding.encode(book.record)))
            default: break
            }
            if let until = hold?.until, until <= now { hold = nil }
            for news in book.look(at: now, hours, closure: hold) {
                #expect(news.isOpen != told && news.since <= now, "seed \(seed), step \(step)")
                told = news.isOpen
            }
            let isOpen = (hours?.isOpen(at: now) ?? true) && hold == nil
            #expect(told ?? true == isOpen, "seed \(seed), step \(step)")
        }
    }
}
