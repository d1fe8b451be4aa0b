import FoundationEssentials
import Testing
import ZoneConfig
import ZoneTestKit
import ZoneTime
import ZoneWire
import ZoneYAML

/// The files that are shipped.
enum ShippedCalendar {
    static let years = 2019...2026

    static func text(_ year: Int) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "packaging/calendars/cn/\(year).yaml")
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    static func calendar(_ years: ClosedRange<Int> = years) throws -> HolidayCalendar {
        HolidayCalendar(try years.map { try CalendarYear(text: try text($0), file: "cn/\($0).yaml") })
    }
}

/// `cn-holidays.json`: the weekdays off and weekend days worked, as held by the Python package chinesecalendar 1.11.0.
private struct SecondOpinion: Decodable {
    struct Year: Decodable {
        var weekdaysOff: [String]
        var weekendsWorked: [String]
    }

    var years: [String: Year]

    static func year(_ year: Int) throws -> Year {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/cn-holidays.json")
        let all = try WireCoding.decode(SecondOpinion.self, Array(try Data(contentsOf: file)))
        return try #require(all.years["\(year)"])
    }
}

@Suite("The shipped calendar of holidays")
struct ShippedCalendarTests {
    private func dates(of year: Int) throws -> [CivilDate] {
        let first = try #require(CivilDate(year: year, month: 1, day: 1))
        return (0..<366).map { first.advanced(byDays: $0) }.filter { $0.year == year }
    }

    @Test(
        "has the workdays that each year had",
        arguments: zip(ShippedCalendar.years, [250, 249, 250, 249, 249, 251, 248, 248]))
    func workdays(_ year: Int, _ count: Int) throws {
        let calendar = try ShippedCalendar.calendar()
        let isWorked = { (date: CivilDate) in
            switch calendar.day(date) {
            case .off: false
            case .worked: true
            case nil: ![.sat, .sun].contains(date.weekday)
            }
        }
        #expect(try dates(of: year).filter(isWorked).count == count)
    }

    @Test("agrees date by date with a second opinion", arguments: ShippedCalendar.years)
    func agrees(_ year: Int) throws {
        let calendar = try ShippedCalendar.calendar()
        let (dates, other) = (try dates(of: year), try SecondOpinion.year(year))
        let isWeekend = { (date: CivilDate) in [.sat, .sun].contains(date.weekday) }
        let off = dates.filter { date in
            if case .off = calendar.day(date) { !isWeekend(date) } else { false }
        }
        let worked = dates.filter { date in
            if case .worked = calendar.day(date) { true } else { false }
        }
        #expect(off.map(\.description) == other.weekdaysOff)
        #expect(worked.map(\.description) == other.weekendsWorked && worked.allSatisfy(isWeekend))
    }

    @Test("makes up for weekdays that the same holiday took", arguments: ShippedCalendar.years)
    func madeUp(_ year: Int) throws {
        let calendar = try ShippedCalendar.calendar()
        for date in try dates(of: year) {
            guard case .worked(let weekday?, let holiday) = calendar.day(date) else { continue }
            let near = (-20...20).map { date.advanced(byDays: $0) }
            let taken = near.filter { calendar.day($0) == .off(holiday: holiday) }
            #expect(taken.contains { $0.weekday == weekday }, "\(date) for a \(weekday)")
        }
    }

    @Test("knows the New Year that begins in December, and nothing of years that are not announced")
    func edges() throws {
        let calendar = try ShippedCalendar.calendar()
        let eve = try #require(CivilDate("2022-12-31"))
        #expect(calendar.day(eve) == .off(holiday: "元旦") && calendar.day(eve.previous) == nil)
        #expect(calendar.knows(2026) && !calendar.knows(2027) && !calendar.knows(2018))
        #expect(try ShippedCalendar.calendar(2022...2022).day(eve) == nil, "the notice of 2023 says so")
        #expect(try calendar.day(#require(CivilDate("2026-10-10"))) == .worked(insteadOf: .wed, holiday: "国庆节"))
    }
}

@Suite("A calendar's file")
struct CalendarFileTests {
    static let good = """
        year: 2026
        source: 某通知
        checked: 某表
        holidays:
          - name: 元旦
            off: 2025-12-31 to 2026-01-02
          - name: 国庆节
            off: 2026-10-01 to 2026-10-07
            worked:
              2026-09-20: tue
              2026-10-10: unknown
          - name: 中秋节
            off: 2026-09-25

        """

    private func complaint(_ text: String, file: String = "cn/2026.yaml") -> FileComplaint? {
        do throws(FileComplaint) {
            _ = try CalendarYear(text: text, file: file)
            return nil
        } catch { return error }
    }

    @Test("says which dates are off and which are worked")
    func reads() throws {
        let year = try CalendarYear(text: Self.good, file: "cn/2026.yaml")
        #expect(year.year == 2026 && year.source == "某通知" && year.days.count == 13)
        let calendar = HolidayCalendar([year])
        func day(_ text: String) throws -> CalendarDay? { calendar.day(try #require(CivilDate(text))) }
        #expect(try day("2025-12-31") == .off(holiday: "元旦") && day("2026-10-08") == nil)
        #expect(try day("2026-10-10") == .worked(insteadOf: nil, holiday: "国庆节"))
        let later = HolidayCalendar([year, CalendarYear(year: 2026, source: "更正", days: [:])])
        #expect(later.knows(2026) && later.dates.isEmpty, "a later file replaces the year")
    }

    private static let mistaken: [(String, String, String, Int)] = [
        ("year: 2026", "year: 1999", "year", 1), ("year: 2026", "year: 2025", "year", 1),
        ("source: 某通知", "", "source", 1), ("name: 元旦", "name: ' '", "holidays[0].name", 5),
        ("2025-12-31 to 2026-01-02", "2026-01-02 to 2026-01-01", "holidays[0].off", 6),
        ("2025-12-31 to 2026-01-02", "2025-11-30 to 2026-01-02", "holidays[0].off", 6),
        ("2025-12-31 to 2026-01-02", "2026-01-01 bis 2026-01-02", "holidays[0].off", 6),
        ("to 2026-10-07", "to 2026-11-07", "holidays[1].off", 8),
        ("off: 2026-09-25", "off: 2026-10-03", "holidays[2].off", 13),
        ("off: 2026-09-25", "off: 2027-01-01", "holidays[2].off", 13),
        ("2026-09-20: tue", "2026-09-21: tue", "holidays[1].worked.2026-09-21", 10),
        ("2026-09-20: tue", "2026-09-20: sat", "holidays[1].worked.2026-09-20", 10),
        ("2026-09-20: tue", "2026-10-03: tue", "holidays[1].worked.2026-10-03", 10),
        ("checked: 某表", "cheked: 某表", "cheked", 3),
    ]

    @Test("names file, line and field of a mistake", arguments: mistaken)
    func mistakes(_ old: String, _ new: String, _ field: String, _ line: Int) {
        let found = complaint(Self.good.replacing(old, with: new))
        #expect(found?.field == field && found?.file == "cn/2026.yaml" && found?.line == line, "\(found as Any)")
    }

    @Test("without a holiday, with too many bytes, cut off or full of noise is refused, never half used")
    func hostile() {
        #expect(complaint("year: 2026\nsource: x\n")?.field == "holidays")
        #expect(complaint(Self.good + String(repeating: "#", count: CalendarYear.longestFile))?.line == 1)
        #expect(complaint(Self.good, file: "cn/2025.yaml")?.field == "year")
        for end in Self.good.indices { _ = complaint(String(Self.good[..<end])) }
        var random = SeededGenerator(seed: 33)
        for _ in 0..<300 { _ = complaint(String(decoding: random.bytes(120), as: UTF8.self)) }
    }
}
