import Testing
import ZoneConfig
import ZoneModel
import ZoneTime
import ZoneYAML

@Suite("Opening hours in agent.yaml")
struct HoursFormTests {
    private func day(_ text: String) throws -> WeeklyHours.Day { try #require(WeeklyHours.Day(text)) }

    @Test("a week, the dates that differ, and the revision")
    func week() throws {
        let text = """
            hours:
              revision: 12
              mon: 09:00-12:00 14:00-17:00
              fri: 18:00-02:00
              sat: 休息
              exceptions:
                2026-10-01: closed
                2026-10-10: 09:00-12:00,14:00-16:00
            """
        let hours = try #require(try Layers.read(Layers.least + text).config.hours)
        #expect(hours.revision == 12)
        #expect(hours.days == [.mon: try day("09:00-12:00 14:00-17:00"), .fri: try day("18:00-02:00"), .sat: .closed])
        let holiday = try #require(CivilDate("2026-10-01"))
        let makeUp = try #require(CivilDate("2026-10-10"))
        #expect(hours.exceptions == [holiday: .closed, makeUp: try day("09:00-12:00 14:00-16:00")])
        #expect(hours.day(makeUp).spans.count == 2 && hours.day(makeUp.next) == .closed, "an absent day is closed")
    }

    @Test("without hours there are none, an empty mapping never opens, one line is for every day")
    func forms() throws {
        #expect(try Layers.read(Layers.least).config.hours == nil)
        #expect(try Layers.read(Layers.least + "hours:").config.hours == nil)
        #expect(try Layers.read(Layers.least + "hours: {}").config.hours?.days.isEmpty == true)
        let library = try #require(try Layers.read(Layers.least + "hours: 00:00-24:00").config.hours)
        #expect(library.days.count == 7 && library.revision == 0 && library.exceptions.isEmpty)
        #expect(library.nextChange(after: WallTime(milliseconds: 1_790_000_000_000)) == nil)
    }

    @Test(
        "a mistake names its key",
        arguments: [
            ("hours: morning", "hours"), ("hours:\n  - mon", "hours"), ("hours:\n  mon: morning", "hours.mon"),
            ("hours:\n  mon: 09:00-09:00", "hours.mon"), ("hours:\n  mon: 09:00-12:00 11:00-13:00", "hours.mon"),
            ("hours:\n  mon: 1:00-2:00", "hours.mon"), ("hours:\n  mon:\n    - closed", "hours.mon"),
            ("hours:\n  monday: closed", "hours.monday"), ("hours:\n  revision: 0", "hours.revision"),
            ("hours:\n  revision: next", "hours.revision"),
            ("hours:\n  exceptions: closed", "hours.exceptions"),
            ("hours:\n  exceptions:\n    2026-02-30: closed", "hours.exceptions.2026-02-30"),
            ("hours:\n  exceptions:\n    10-01: closed", "hours.exceptions.10-01"),
            ("hours:\n  exceptions:\n    2026-10-01: maybe", "hours.exceptions.2026-10-01"),
            ("hours:\n  exceptions:\n    2026-10-01:", "hours.exceptions.2026-10-01"),
        ])
    func mistakes(_ text: String, _ field: String) {
        let found = Layers.complaint(Layers.least + text)
        #expect(found?.field == field && found?.file == "site.yaml")
        let inRemote = Layers.complaint(Layers.least, text)
        #expect(inRemote?.field == field && inRemote?.file == "remote.yaml")
    }

    private static let short = "hours: 09:00-17:00"
    private static let long = "hours:\n  revision: 4\n  mon: 10:00-12:00"

    @Test("the hub's hours replace the site's, also where one is a line and the other a week")
    func otherForm() throws {
        let week = try Layers.read(Layers.least + Self.short, Self.long).config.hours
        #expect(week?.days == [.mon: try day("10:00-12:00")] && week?.revision == 4)
        let daily = try #require(try Layers.read(Layers.least + Self.long, Self.short).config.hours)
        let office = try day("09:00-17:00")
        #expect(daily.days.count == 7 && daily.days.values.allSatisfy { $0 == office })
    }

    @Test(
        "locked hours stay the site's, in whatever form the hub sends others",
        arguments: [[short, long], [long, short]])
    func lockedForm(_ texts: [String]) throws {
        let result = try Layers.read(Layers.least + "locked: [hours]\n" + texts[0], texts[1])
        #expect(try result.config.hours == Layers.read(Layers.least + texts[0]).config.hours)
        #expect(result.origins.ignored == ["hours"])
    }
}
