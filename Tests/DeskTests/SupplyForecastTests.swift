import Testing
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

/// A zone whose toner and pages are known exactly, seen as its printer would tell them.
struct SupplyStory {
    static let printer = DeviceID(.printer, 1)
    static let weekdays = WeeklyHours(
        days: Dictionary(
            uniqueKeysWithValues: Weekday.allCases.prefix(5).compactMap { day in
                WeeklyHours.Day("09:00-17:00").map { (day, $0) }
            }))

    /// Percent of toner that an open day costs.
    var perDay: Double
    /// The printer tells its level in steps of this.
    var step = 1
    /// Of ten open days, on how many somebody prints.
    var busyOfTen = 10
    var days = 40
    var refillsBelow: Double?
    var isOnAtWeekends = true

    /// Rows, and the toner that is really there in the end.
    func tell(from first: CivilDate, seed: UInt64) -> (rows: [SupplyDay], level: Double, today: CivilDate) {
        var random = SeededGenerator(seed: seed)
        var (level, pages, date, rows) = (97.0, 12_000, first, [SupplyDay]())
        func told() -> Int { Int(level) / step * step }
        for _ in 0..<days {
            let isOpen = !Self.weekdays.day(date).spans.isEmpty
            if isOpen || isOnAtWeekends {
                let (before, counted) = (told(), pages)
                if isOpen, Int.random(in: 0..<10, using: &random) < busyOfTen {
                    let share = Double.random(in: 0.6...1.4, using: &random) * 10 / Double(busyOfTen)
                    level = max(0, level - perDay * share)
                    pages += Int(20 * share)
                }
                if let limit = refillsBelow, level < limit { level = 100 }
                rows.append(Self.day(date, .supply, "black", before, told()))
                rows.append(Self.day(date, .pages, "", counted, pages))
            }
            date = date.next
        }
        return (rows, level, date)
    }

    static func day(
        _ date: CivilDate, _ part: SupplyDay.Part, _ name: String, _ first: Int, _ last: Int, serial: String? = "A1"
    ) -> SupplyDay {
        SupplyDay(device: printer, date: date, part: part, name: name, serial: serial, first: first, last: last)
    }

    static func forecast(_ rows: [SupplyDay], _ percent: Int?, _ today: CivilDate, fillsUp: Bool = false)
        -> SupplyForecast
    {
        SupplyForecast(
            rows, levels: [.init(.supply, "black", percent: percent, fillsUp: fillsUp)], today: today
        ) { !weekdays.day($0).spans.isEmpty }
    }
}

extension SupplyForecast {
    var range: ClosedRange<Int>? { if case .openDays(let days)? = lines.first?.left { days } else { nil } }
    var doubt: Doubt? { if case .unknown(let doubt)? = lines.first?.left { doubt } else { nil } }
}

@Suite("How long toner lasts: near the truth or not known, whatever the printer tells")
struct SupplyForecastTests {
    private let monday: CivilDate

    init() throws { monday = try #require(CivilDate("2026-09-07")) }

    struct Zone: Sendable, CustomTestStringConvertible {
        var story: SupplyStory
        var testDescription: String {
            "\(story.perDay) % a day in steps of \(story.step), \(story.busyOfTen) busy days of ten, "
                + "refilled below \(story.refillsBelow ?? 0)"
        }
    }

    static let zones: [Zone] =
        [0.6, 1.5, 2.5].flatMap { perDay in
            [1, 10].flatMap { step in
                [10, 4].map { Zone(story: SupplyStory(perDay: perDay, step: step, busyOfTen: $0)) }
            }
        } + [
            Zone(story: SupplyStory(perDay: 6, refillsBelow: 15)),
            Zone(story: SupplyStory(perDay: 6, step: 10, refillsBelow: 15)),
            Zone(story: SupplyStory(perDay: 2.5, step: 5, isOnAtWeekends: false)),
        ]

    @Test("the truth is in or near the range; where it is not known, it says so", arguments: zones, [8, 14, 40])
    func truth(_ zone: Zone, days: Int) {
        var (story, said, near) = (zone.story, 0, 0)
        story.days = days
        for seed in Seeds.first(40) {
            let (rows, level, today) = story.tell(from: monday, seed: seed)
            let told = Int(level) / story.step * story.step
            let forecast = SupplyStory.forecast(rows, told, today)
            guard let range = forecast.range else {
                #expect(forecast.doubt == .hardlyUsed)
                continue
            }
            let left = level / story.perDay
            said += 1
            if Double(range.lowerBound) <= left * 1.3 + 2, Double(range.upperBound) >= left * 0.7 - 2 { near += 1 }
        }
        #expect(near >= said * 95 / 100, "\(near) of \(said)")
        // Forty days of toner that moves a percent at a time are enough for anybody.
        #expect(said > 0 || story.step == 10)
    }

    @Test("thirty days of twenty pages: about so many a day, and a range that one can order by")
    func plain() throws {
        let (rows, level, today) = SupplyStory(perDay: 2.5, days: 30).tell(from: monday, seed: 1)
        let forecast = SupplyStory.forecast(rows, Int(level), today)
        let range = try #require(forecast.range)
        let pages = try #require(forecast.pagesPerOpenDay)
        #expect(forecast.openDays == 22 && (17...23).contains(pages))
        #expect(range.upperBound <= range.lowerBound * 2 + 2, "\(range)")
        #expect(forecast == SupplyStory.forecast(rows.shuffled(), Int(level), today), "in any order")
    }

    @Test("four days are too few, one day is far too few, and a day that has not ended is none")
    func fewDays() throws {
        for days in 0...4 {
            let (rows, _, today) = SupplyStory(perDay: 20, days: days).tell(from: monday, seed: 1)
            let now = SupplyStory.day(today, .supply, "black", 60, 3)
            let forecast = SupplyStory.forecast(rows + [now], 3, today)
            #expect(forecast.doubt == .fewerThan5Days && forecast.pagesPerOpenDay == nil && forecast.openDays == days)
        }
        let (rows, _, saturday) = SupplyStory(perDay: 6, days: 5).tell(from: monday, seed: 1)
        #expect(SupplyStory.forecast(rows, 60, saturday).range != nil)
    }

    /// `last` of each day by its number; each begins where the one before ended.
    private func levels(_ last: [Int], serial: (Int) -> String? = { _ in "A1" }) -> (
        rows: [SupplyDay], today: CivilDate
    ) {
        var (rows, before) = ([SupplyDay](), 100)
        for (number, level) in last.enumerated() {
            let date = monday.advanced(byDays: number / 5 * 7 + number % 5)
            rows.append(SupplyStory.day(date, .supply, "black", before, level, serial: serial(number)))
            before = level
        }
        return (rows, monday.advanced(byDays: last.count / 5 * 7 + last.count % 5))
    }

    @Test("a refill is no use, at night or in the middle of a day")
    func refill() throws {
        let plain = levels((1...20).map { 100 - 2 * $0 })
        let expected = try #require(SupplyStory.forecast(plain.rows, 60, plain.today).range)
        #expect(expected.contains(30))
        let filled = levels((1...20).map { $0 <= 10 ? 100 - 2 * $0 : 160 - 2 * $0 })
        let range = try #require(SupplyStory.forecast(filled.rows, 60, filled.today).range)
        #expect(range.contains(30) && abs(range.lowerBound - expected.lowerBound) <= 4, "\(range), not \(expected)")
        var night = plain.rows
        for number in 10..<20 {
            (night[number].first, night[number].last) = (night[number].first + 20, night[number].last + 20)
        }
        let byNight = try #require(SupplyStory.forecast(night, 60, plain.today).range)
        #expect(byNight.contains(30))
    }

    @Test("a level misread for one day does not decide")
    func misread() throws {
        let (rows, today) = levels((1...20).map { $0 == 9 ? 0 : 100 - 2 * $0 })
        let range = try #require(SupplyStory.forecast(rows, 60, today).range)
        #expect(range.contains(27) && range.lowerBound >= 15, "\(range)")
    }

    @Test("a counter that stands, steps back or runs wild promises nothing")
    func counter() {
        func pages(_ count: (Int) -> (Int, Int)) -> Int? {
            let rows = (0..<12).map { number in
                SupplyStory.day(
                    monday.advanced(byDays: number / 5 * 7 + number % 5), .pages, "", count(number).0, count(number).1)
            }
            return SupplyStory.forecast(rows, 50, monday.advanced(byDays: 16)).pagesPerOpenDay
        }
        #expect(pages { (1000 + 20 * $0, 1020 + 20 * $0) } == 20)
        #expect(pages { _ in (1000, 1000) } == nil, "stands")
        #expect(pages { (5000 - 20 * $0, 4980 - 20 * $0) } == nil, "steps back")
        #expect(pages { _ in (0, .max) } == nil, "no printer prints that")
        #expect(pages { _ in (.min, .max) } == nil, "more than a number holds")
        let wild = pages { (1000 + 20 * $0 + ($0 > 5 ? 9000 : 0), 1020 + 20 * $0 + ($0 > 4 ? 9000 : 0)) } ?? 0
        #expect((20...26).contains(wild), "one wild day: \(wild)")
    }

    @Test("a level that the device does not know, or that cannot be")
    func unknown() {
        let (rows, today) = levels((1...20).map { 100 - 2 * $0 })
        for percent in [nil, -1, 101] { #expect(SupplyStory.forecast(rows, percent, today).doubt == .levelUnknown) }
        let still = levels(Array(repeating: 100, count: 20))
        #expect(SupplyStory.forecast(still.rows, 100, still.today).doubt == .hardlyUsed)
        let renamed = SupplyForecast(
            rows, levels: [.init(.supply, "Black Cartridge", percent: 60)], today: today
        ) { _ in true }
        #expect(renamed.doubt == .fewerThan5Days, "another name is another cartridge")
    }

    @Test("another device under the same name begins anew; one that does not say its number goes on")
    func serial() {
        let falls = (1...20).map { 100 - 2 * $0 }
        let swapped = levels(falls) { $0 < 17 ? "A1" : "B2" }
        #expect(SupplyStory.forecast(swapped.rows, 60, swapped.today).doubt == .fewerThan5Days)
        let shy = levels(falls) { $0 % 3 == 0 ? nil : "A1" }
        #expect(SupplyStory.forecast(shy.rows, 60, shy.today).range != nil)
    }

    @Test("a clock that was far ahead or far behind for a while changes nothing")
    func clock() {
        let (rows, today) = levels((1...20).map { 100 - 2 * $0 })
        let expected = SupplyStory.forecast(rows, 60, today)
        let strays = ["2037-01-01", "1970-01-01", "2020-05-05"].compactMap { CivilDate($0) }.map { date in
            SupplyStory.day(date, .supply, "black", 100, 0)
        }
        #expect(strays.count == 3 && SupplyStory.forecast(strays + rows, 60, today) == expected)
    }

    @Test("closed days are no days, whether the PC is on or not; what is used on them counts")
    func weekends() throws {
        let (off, _, today) = SupplyStory(perDay: 2, isOnAtWeekends: false).tell(from: monday, seed: 3)
        let (on, level, _) = SupplyStory(perDay: 2).tell(from: monday, seed: 3)
        let forecast = SupplyStory.forecast(on, Int(level), today)
        #expect(on.count > off.count && SupplyStory.forecast(off, Int(level), today) == forecast)
        let saturday = monday.advanced(byDays: 5)
        let busy = on.map { day in
            guard day.date == saturday, day.part == .pages else { return day }
            return SupplyStory.day(saturday, .pages, "", day.first - 30, day.last)
        }
        #expect(SupplyStory.forecast(busy, Int(level), today).openDays == forecast.openDays + 1)
    }

    @Test("what fills up is full when what runs out would be empty")
    func waste() {
        let (rows, today) = levels((1...20).map { 100 - 2 * $0 })
        let mirrored = rows.map {
            SupplyStory.day($0.date, .supply, "black", 100 - $0.first, 100 - $0.last, serial: $0.serial)
        }
        let expected = SupplyStory.forecast(rows, 60, today).range
        #expect(expected != nil && SupplyStory.forecast(mirrored, 40, today, fillsUp: true).range == expected)
    }
}
