import ZoneModel
import ZoneTime
import ZoneYAML

private typealias Day = WeeklyHours.Day

extension HoursKeeping {
    /// How hours are kept; where nothing else is said, no hours are published.
    private static let keys: Set<String> = ["grace", "sign", "maintenance"]

    /// `hours: "09:00-17:00"` for every day, or a mapping with the days of the week, what changes them, and how they are
    /// kept.
    static func read(
        _ root: inout LayeredSection
    ) throws(FileComplaint) -> (hours: OpeningCalendar?, keeping: HoursKeeping) {
        let short = Expected(
            "09:00-17:00 或 00:00-24:00 这样的时间，或 mon 到 sun 各一行",
            "hours such as 09:00-17:00 or 00:00-24:00, or a mapping with mon to sun")
        var keeping = HoursKeeping()
        if root.isText("hours") {
            let daily = try root.value(
                "hours", expecting: { $0.contains("-") ? HoursMistake.expected($0) : short }, Day.init)
            let days = daily.map { day in Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) }) }
            return (days.map { OpeningCalendar(week: WeeklyHours(days: $0)) }, keeping)
        }
        guard var section = try root.section("hours") else { return (nil, keeping) }
        let isPublished = section.keys.isEmpty || section.keys.contains { !keys.contains($0) }
        let hours = try OpeningCalendar(in: &section)
        keeping.grace =
            try section.value("grace", expected: "a duration from 1m to 4h, such as 10m", HoursKeeping.grace)
            ?? keeping.grace
        keeping.sign = try section.value("sign", expected: "dark or keep", Sign.init) ?? keeping.sign
        try section.finish()
        root.absorb(section)
        return (isPublished ? hours : nil, keeping)
    }

    private static func grace(_ text: String) -> Duration? {
        Duration(shortText: text).flatMap { (.seconds(60) ... .seconds(4 * 3600)).contains($0) ? $0 : nil }
    }
}

extension OpeningCalendar {
    fileprivate init(in section: inout LayeredSection) throws(FileComplaint) {
        self.init(
            week: try WeeklyHours(in: &section), holidays: try Holidays(in: &section),
            market: try MarketDays(in: &section), maintenance: try OpeningCalendar.readMaintenance(&section))
    }

    private static func readMaintenance(_ section: inout LayeredSection) throws(FileComplaint) -> WeeklyHours? {
        guard var windows = try section.section("maintenance") else { return nil }
        var days: [Weekday: Day] = [:]
        for weekday in Weekday.allCases {
            days[weekday] = try windows.value(weekday.rawValue, expecting: HoursMistake.expected, Day.init)
        }
        try windows.finish()
        section.absorb(windows)
        return WeeklyHours(days: days)
    }
}

extension WeeklyHours {
    fileprivate init(in section: inout LayeredSection) throws(FileComplaint) {
        var days: [Weekday: Day] = [:]
        for weekday in Weekday.allCases {
            days[weekday] = try section.value(weekday.rawValue, expecting: HoursMistake.expected, Day.init)
        }
        let revision = try section.value("revision", expected: "a whole number from 1") {
            Int64($0).flatMap { $0 > 0 ? $0 : nil }
        }
        var exceptions: [CivilDate: Day] = [:]
        if var dates = try section.section("exceptions") {
            for key in dates.keys {
                guard let date = CivilDate(key) else {
                    throw dates.complaint(key, expected: "a date such as 2026-10-01")
                }
                exceptions[date] = try dates.required(key, expecting: HoursMistake.expected, Day.init)
            }
            section.absorb(dates)
        }
        self.init(days: days, exceptions: exceptions, revision: revision ?? 0)
    }
}

extension OpeningCalendar.Holidays {
    fileprivate init?(in section: inout LayeredSection) throws(FileComplaint) {
        let name = try section.value("calendar", expected: "the name of a calendar, such as cn", Slug.init)
        let rule = try section.value(
            "holidays", expected: "closed, open, one of mon to sun, or times such as 09:00-12:00",
            OpeningCalendar.HolidayRule.init)
        guard let name else {
            guard rule == nil else {
                throw section.complaint("calendar", expected: "a calendar such as cn, which says what holidays are")
            }
            return nil
        }
        self.init(calendar: name.text, rule: rule ?? .closed)
    }
}

extension OpeningCalendar.HolidayRule {
    fileprivate init?(_ text: String) {
        if text == "open" {
            self = .asUsual
        } else if let weekday = Weekday(rawValue: text) {
            self = .asOn(weekday)
        } else if let day = Day(text) {
            self = day == .closed ? .closed : .hours(day)
        } else {
            return nil
        }
    }
}

extension MarketDays {
    fileprivate init?(in section: inout LayeredSection) throws(FileComplaint) {
        guard var market = try section.section("market") else { return nil }
        let endings = try market.value("endings", expected: "digits such as 1 4 7", MarketDays.digits)
        let days = try market.value("every", expected: "2 to 31 days") {
            Int($0).flatMap { MarketDays.spacing.contains($0) ? $0 : nil }
        }
        let first = try market.value("from", expected: "a date such as 2026-10-01") { CivilDate($0) }
        let hours = try market.required("hours", expecting: HoursMistake.expected, Day.init)
        switch (endings, days, first) {
        case (let endings?, nil, nil): self.init(.endings(endings), hours: hours)
        case (nil, let days?, let first?): self.init(.every(days: days, from: first), hours: hours)
        case (nil, _?, nil): throw market.complaint("from", expected: "a market day from which every is counted")
        default: throw market.complaint("endings", expected: "either endings, or every and from")
        }
        try market.finish()
        section.absorb(market)
    }

    /// `1 4 7` or `1,4,7`: one to ten digits, each once.
    private static func digits(_ text: String) -> Set<Int>? {
        let words = text.split { $0 == " " || $0 == "," }
        let digits = words.compactMap { $0.utf8.count == 1 ? Int($0) : nil }
        let all = Set(digits)
        return !words.isEmpty && digits.count == words.count && all.count == digits.count ? all : nil
    }
}
