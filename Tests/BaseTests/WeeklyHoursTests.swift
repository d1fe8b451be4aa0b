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

@Suite("Published hours")
struct WeeklyHoursTests {
    @Test("a day is told in a few words")
    func words() throws {
        #expect(try day("09:00-12:00, 14:00-17:30").spans.map(\.closesAtMinute) == [720, 1050])
        #expect(try day("18:00-00:00") == day("18:00-24:00") && day("休息") == day("closed"))
        #expect(try day("09:00-12:00 12:00-17:00").spans.count == 2, "spans may touch")
    }

    @Test(
        "silence, disorder, overlaps and times no clock shows are not hours",
        arguments: [
            "", ",", "open", "9-17", "09:00", "09:00-09:00", "00:00-00:00", "24:00-02:00", "09:00-24:01",
            "+9:00-17:00", "09:60-10:00", "09:00-17:00 closed", "14:00-17:00 09:00-12:00", "09:00-12:00 11:59-17:00",
            "18:00-02:00 19:00-20:00", "01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00 09:00-10:00",
        ])
    func badWords(_ text: String) { #expect(WeeklyHours.Day(text) == nil) }

    @Test("dates go on over the ends of months and years, and know their weekday")
    func dates() throws {
        let ends = [("2026-12-31", "2027-01-01"), ("2028-02-28", "2028-02-29"), ("2100-02-28", "2100-03-01")]
        #expect(try ends.map { try date($0.0).next.description } == ends.map(\.1))
        #expect(try ends.map { try date($0.1).previous.description } == ends.map(\.0))
        #expect(try date("2026-11-21").weekday == .sat && date("1969-12-31").weekday == .wed)
        #expect(try CivilDate(of: at("2026-11-21 00:00").advanced(byMilliseconds: -1)) == date("2026-11-20"))
        for bad in ["2026-02-29", "2026-13-01", "2026-1-01", "2026-01-01T", ""] { #expect(CivilDate(bad) == nil) }
    }

    @Test("a hall opens on working days, with a pause at noon")
    func hall() throws {
        var hall = WeeklyHours(days: [.fri: try day("09:00-12:00 14:00-17:00"), .mon: try day("10:00-12:00")])
        #expect(try hall.intervals(on: date("2026-11-20")).count == 2 && hall.intervals(on: date("2026-11-21")).isEmpty)
        #expect(try hall.isOpen(at: at("2026-11-20 09:00")) && !hall.isOpen(at: at("2026-11-20 12:00")))
        #expect(try hall.nextChange(after: at("2026-11-20 17:00")) == at("2026-11-23 10:00"), "over the weekend")
        for off in ["2026-11-23", "2026-11-27", "2026-11-30"] { hall.exceptions[try date(off)] = .closed }
        #expect(try hall.nextChange(after: at("2026-11-20 17:00")) == at("2026-12-04 09:00"), "over two weeks")
        hall.days[.fri] = nil
        #expect(try hall.nextChange(after: at("2026-11-30 10:00")) == at("2026-12-07 10:00"), "once a week")
    }

    @Test("a library that never closes is open in one piece, until the day it is closed for once")
    func library() throws {
        var library = WeeklyHours(everyDay: try #require(DayHours("00:00-24:00")), revision: 3)
        let (now, closes, opens) = try (at("2026-12-25 00:00"), at("2030-01-01 00:00"), at("2030-01-02 00:00"))
        #expect(try library.intervals(from: CivilDate(of: now), days: 14) == [now..<at("2027-01-08 00:00")])
        #expect(library.isOpen(at: now) && library.nextChange(after: now) == nil && library.revision == 3)
        library.exceptions[try date("2030-01-01")] = .closed
        #expect([now, closes, opens].map(library.nextChange) == [closes, opens, nil])
    }

    @Test(
        "a night goes on over the ends of a month, a year and a leap February",
        arguments: [("2026-04-30", "2026-05-01"), ("2026-12-31", "2027-01-01"), ("2028-02-29", "2028-03-01")])
    func night(_ evening: String, _ morning: String) throws {
        let hours = WeeklyHours(days: [try date(evening).weekday: try day("18:00-02:00")])
        #expect(try hours.intervals(on: date(evening)) == [at("\(evening) 18:00")..<at("\(morning) 02:00")])
        #expect(try hours.isOpen(at: at("\(morning) 01:59")) && !hours.isOpen(at: at("\(morning) 02:00")))
        #expect(try hours.nextChange(after: at("\(evening) 18:00")) == at("\(morning) 02:00"))
    }

    /// State Council schedule for 2026, as held by the Python package chinesecalendar 1.11.0.
    @Test("National Day closes a week, a Saturday makes up for it, the night before goes to its end")
    func holidays() throws {
        let office = try day("09:00-17:00")
        var hall = WeeklyHours(days: [.wed: try day("18:00-02:00"), .thu: office, .fri: office])
        hall.exceptions[try date("2026-10-10")] = office
        for off in 1...7 { hall.exceptions[try #require(CivilDate(year: 2026, month: 10, day: off))] = .closed }
        #expect(try hall.nextChange(after: at("2026-10-01 01:00")) == at("2026-10-01 02:00"), "Wednesday's night")
        #expect(try hall.nextChange(after: at("2026-10-01 02:00")) == at("2026-10-08 09:00"))
        #expect(try hall.isOpen(at: at("2026-10-10 10:00")) && !hall.isOpen(at: at("2026-10-17 10:00")))
    }
}

/// The second opinion: 24 dates painted minute by minute with the number of the date that opened the minute first.
private struct PaintedCalendar {
    let first: CivilDate
    let hours: WeeklyHours
    var owner = [Int?](repeating: nil, count: 25 * 1440)

    init(_ random: inout SeededGenerator) throws {
        first = try date("2026-01-01").advanced(byDays: .random(in: 0..<3000, using: &random))
        var (week, special): ([Weekday: [Range<Int>]], [CivilDate: [Range<Int>]]) = ([:], [:])
        for weekday in Weekday.allCases { week[weekday] = Self.spans(&random) }
        for _ in 0..<5 { special[first.advanced(byDays: .random(in: 0..<24, using: &random))] = Self.spans(&random) }
        hours = WeeklyHours(days: try week.mapValues(Self.read), exceptions: try special.mapValues(Self.read))
        for index in 0..<24 {
            let (date, midnight) = (first.advanced(byDays: index), index * 1440)
            for minute in (special[date] ?? week[date.weekday] ?? []).joined() where owner[midnight + minute] == nil {
                owner[midnight + minute] = index
            }
        }
    }

    /// On a coarse raster spans often touch, within a date and over midnight.
    private static func spans(_ random: inout SeededGenerator) -> [Range<Int>] {
        let raster = [1, 60, 240].randomElement(using: &random) ?? 1
        let count = Int.random(in: 0...4, using: &random) * 2
        let edges = (0..<count).map { _ in Int.random(in: 0...1439 / raster, using: &random) * raster }.sorted()
        var spans = stride(from: 0, to: count, by: 2).map { edges[$0]..<edges[$0 + 1] }.filter { !$0.isEmpty }
        guard Bool.random(using: &random), let night = spans.popLast()?.lowerBound else { return spans }
        return spans + [night..<1440 + night / 2]
    }

    private static func read(_ spans: [Range<Int>]) throws -> WeeklyHours.Day {
        func clock(_ minute: Int) -> String { "\(padded(minute / 60 % 24, 2)):\(padded(minute % 60, 2))" }
        let words = spans.map { "\(clock($0.lowerBound))-\($0 == 0..<1440 ? "24:00" : clock($0.upperBound))" }
        return try day(words.isEmpty ? "closed" : words.joined(separator: " "))
    }
}

@Suite("Published hours against a painted calendar")
struct PaintedHoursTests {
    @Test("any minute, any date, any next change agree, and no minute counts twice", arguments: UInt64(1)...60)
    func agrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let calendar = try PaintedCalendar(&random)
        let (hours, first, owner) = (calendar.hours, calendar.first, calendar.owner)
        func instant(_ minute: Int) -> WallTime { first.start.advanced(byMilliseconds: Int64(minute) * 60_000) }
        let painted = owner.reduce(into: [Int](repeating: 0, count: 24)) { if let index = $1 { $0[index] += 1 } }
        #expect((1..<24).map { minutes(hours.intervals(on: first.advanced(byDays: $0))) } == Array(painted[1...]))
        let weeks = hours.intervals(from: first.next, days: 14)
        #expect(minutes(weeks) == painted[1...14].reduce(0, +))
        #expect(zip(weeks, weeks.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
        for _ in 0..<50 {
            let minute = Int.random(in: 1440..<20 * 1440, using: &random)
            let time = instant(minute).advanced(byMilliseconds: .random(in: 0..<60_000, using: &random))
            #expect(hours.isOpen(at: time) == (owner[minute] != nil), "\(time)")
            let next = (minute + 1..<24 * 1440).first { (owner[$0] == nil) != (owner[$0 - 1] == nil) }
            #expect(next == nil || hours.nextChange(after: time) == next.map(instant), "\(time)")
        }
    }

    private func minutes(_ intervals: [Range<WallTime>]) -> Int {
        Int(intervals.reduce(0) { $0 + $1.upperBound.milliseconds - $1.lowerBound.milliseconds }) / 60_000
    }
}
