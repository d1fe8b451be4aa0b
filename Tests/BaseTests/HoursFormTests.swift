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
        #expect(
            hours.week.days == [.mon: try day("09:00-12:00 14:00-17:00"), .fri: try day("18:00-02:00"), .sat: .closed])
        let holiday = try #require(CivilDate("2026-10-01"))
        let makeUp = try #require(CivilDate("2026-10-10"))
        #expect(hours.week.exceptions == [holiday: .closed, makeUp: try day("09:00-12:00 14:00-16:00")])
        #expect(hours.day(makeUp).spans.count == 2 && hours.day(makeUp.next) == .closed, "an absent day is closed")
    }

    @Test("without hours there are none, an empty mapping never opens, one line is for every day")
    func forms() throws {
        #expect(try Layers.read(Layers.least).config.hours == nil)
        #expect(try Layers.read(Layers.least + "hours:").config.hours == nil)
        #expect(try Layers.read(Layers.least + "hours: {}").config.hours?.week.days.isEmpty == true)
        for text in ["{sign: dark}", "{sign: dark, grace: 5m, maintenance: {wed: 02:00-04:00}}"] {
            let kept = try Layers.read(Layers.least + "hours: " + text).config
            #expect(kept.hours == nil && kept.hoursKeeping.sign == .dark, "how they are kept is no week without hours")
        }
        #expect(try Layers.read(Layers.least + "hours: {sign: dark, sat: closed}").config.hours != nil)
        let library = try #require(try Layers.read(Layers.least + "hours: 00:00-24:00").config.hours)
        #expect(library.week.days.count == 7 && library.revision == 0 && library.week.exceptions.isEmpty)
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

    @Test(
        "a mistake says what is wrong, each language in its own half",
        arguments: [
            ("09:00-25:00", "没有“25:00”", "“25:00” is none"),
            ("09:00-12:00 11:00-13:00", "“11:00-13:00”在“09:00-12:00”", "overlap"),
            ("09：00-17：00", "不用“：”", "not “：”"), ("9:00-17:00", "两位数", "two digits"),
            ("09:00-09:00", "00:00-24:00", "round the clock"),
            ("07:00-08:00 09:00-10:00 11:00-12:00 13:00-14:00 15:00-16:00", "四段", "four"),
            ("09:00-12:00-13:00", "“09:00-12:00-13:00”不是", "is not"), ("morning", "休息", "closed, or up to four"),
        ])
    func words(_ text: String, _ zh: String, _ en: String) {
        for form in ["hours:\n  mon: \"\(text)\"", "hours:\n  exceptions:\n    2026-10-01: \"\(text)\""] {
            let found = Layers.complaint(Layers.least + form)
            #expect(
                found?.zh.contains(zh) == true && found?.english.contains(en) == true, "\(String(describing: found))")
            #expect(found?.zh.contains(" is ") == false && found?.zh.contains("times") == false)
        }
        #expect(text == "morning" || Layers.complaint(Layers.least + "hours: \"\(text)\"")?.zh.contains(zh) == true)
    }

    @Test("a calendar of holidays, market days and times of maintenance; each key is described")
    func more() throws {
        let text = """
            hours:
              fri: 09:00-15:00
              calendar: cn
              holidays: fri
              market: {endings: "1, 4 7", hours: 07:00-14:00}
              maintenance: {wed: 02:00-04:00}
            """
        let read = try Layers.read(Layers.least + text)
        let hours = try #require(read.config.hours)
        #expect(hours.holidays == .init(calendar: "cn", rule: .asOn(.fri)) && hours.calendar.years.isEmpty)
        #expect(hours.market == MarketDays(.endings([1, 4, 7]), hours: try day("07:00-14:00")))
        #expect(hours.maintenance?.days == [.wed: try day("02:00-04:00")])
        #expect(read.origins.values.keys.allSatisfy { ConfigurationKey.describing($0) != nil })
    }

    private static let rules: [(String, OpeningCalendar.HolidayRule)] = [
        ("", .closed), ("  holidays: closed\n", .closed), ("  holidays: 休息\n", .closed),
        ("  holidays: open\n", .asUsual), ("  holidays: sun\n", .asOn(.sun)),
    ]

    @Test("what a statutory day off means: closed if nothing is said", arguments: rules)
    func holidayRules(_ line: String, _ rule: OpeningCalendar.HolidayRule) throws {
        let hours = try Layers.read(Layers.least + "hours:\n  calendar: cn\n" + line).config.hours
        #expect(hours?.holidays == .init(calendar: "cn", rule: rule))
    }

    @Test("market days every so many days from one that is known, holidays with times of their own")
    func everyFewDays() throws {
        let text = """
            hours:
              calendar: cn
              holidays: 10:00-12:00
              market:
                every: 3
                from: 2026-11-21
                hours: 07:00-12:00
            """
        let hours = try #require(try Layers.read(Layers.least + text).config.hours)
        let first = try #require(CivilDate("2026-11-21"))
        #expect(hours.market?.rhythm == .every(days: 3, from: first))
        #expect(hours.holidays?.rule == .hours(try day("10:00-12:00")))
    }

    private static let market = "hours:\n  market:\n    hours: 07:00-12:00\n"

    private static let alsoMistaken: [[String]] = [
        ["hours:\n  calendar: ../etc", "hours.calendar"], ["hours:\n  holidays: closed", "hours.calendar"],
        ["hours:\n  calendar: cn\n  holidays: maybe", "hours.holidays"],
        ["hours:\n  market:\n    endings: 1", "hours.market.hours"], [market, "hours.market.endings"],
        ["\(market)    endings: 1 1", "hours.market.endings"], ["\(market)    endings: 14", "hours.market.endings"],
        ["\(market)    endings: 1\n    every: 3", "hours.market.endings"],
        ["\(market)    every: 3", "hours.market.from"], ["\(market)    every: 1", "hours.market.every"],
        ["\(market)    every: 3\n    from: 21.11.2026", "hours.market.from"],
        ["\(market)    lunar: 3", "hours.market.endings"],
        ["hours:\n  maintenance:\n    daily: 02:00-04:00", "hours.maintenance.daily"],
        ["hours:\n  maintenance:\n    wed: at night", "hours.maintenance.wed"],
        ["hours:\n  grace: 30s", "hours.grace"], ["hours:\n  grace: 5h", "hours.grace"],
        ["hours:\n  grace: soon", "hours.grace"], ["hours:\n  grace:\n    - 10m", "hours.grace"],
        ["hours:\n  sign: off", "hours.sign"],
    ]

    @Test("a mistake in them names its key too", arguments: alsoMistaken)
    func furtherMistakes(_ mistake: [String]) {
        let found = Layers.complaint(Layers.least + mistake[0])
        #expect(found?.field == mistake[1] && found?.file == "site.yaml", "\(found as Any)")
    }

    @Test("how late may be, and what signs do: ten minutes and nothing, if nothing is said")
    func keeping() throws {
        let silent = try Layers.read(Layers.least + Self.short).config.hoursKeeping
        #expect(silent.grace == .seconds(600) && silent.sign == .keep)
        let read = try Layers.read(Layers.least + "hours: {mon: closed, grace: 15m, sign: dark}")
        #expect(read.config.hoursKeeping.grace == .seconds(900) && read.config.hoursKeeping.sign == .dark)
        #expect(read.origins.values.keys.allSatisfy { ConfigurationKey.describing($0) != nil })
        let complaint = Layers.complaint(Layers.least + "hours:\n  mon: closed\n  grace: 0m")
        #expect(complaint?.file == "site.yaml" && complaint.map { $0.line > 2 } == true)
    }

    private static let short = "hours: 09:00-17:00"
    private static let long = "hours:\n  revision: 4\n  mon: 10:00-12:00"

    @Test("the hub's hours replace the site's, also where one is a line and the other a week")
    func otherForm() throws {
        let week = try Layers.read(Layers.least + Self.short, Self.long).config.hours
        #expect(week?.week.days == [.mon: try day("10:00-12:00")] && week?.revision == 4)
        let daily = try #require(try Layers.read(Layers.least + Self.long, Self.short).config.hours)
        let office = try day("09:00-17:00")
        #expect(daily.week.days.count == 7 && daily.week.days.values.allSatisfy { $0 == office })
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
