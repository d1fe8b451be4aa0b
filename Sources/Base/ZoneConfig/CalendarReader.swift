import ZoneModel
import ZoneTime
import ZoneYAML

extension CalendarYear {
    /// In bytes; a year has about one thousand.
    package static let longestFile = 64 << 10
    private static let years = 2000...2100
    private static let mostHolidays = 40
    private static let longestHoliday = 31

    /// Reads `YEAR.yaml` as docs/hours.md describes it.
    /// - Throws: the first complaint. Nothing of a file with a mistake is used.
    package init(text: String, file: String) throws(FileComplaint) {
        guard text.utf8.count <= CalendarYear.longestFile else {
            throw FileComplaint(
                file: file, line: 1, field: "", expected: "at most \(CalendarYear.longestFile >> 10) KiB")
        }
        var root = try YAMLSection(text: text, file: file)
        let year = try root.required("year", expected: "the year that names the file, 2000 to 2100") { text in
            Int(text).flatMap { CalendarYear.years.contains($0) && file.hasSuffix("\($0).yaml") ? $0 : nil }
        }
        let source = try root.required("source", expected: "the notice, at most 200 characters", CalendarYear.line(200))
        _ = try root.value("checked", expected: "against what, at most 200 characters", CalendarYear.line(200))
        let holidays = try root.sections("holidays")
        guard !holidays.isEmpty, holidays.count <= CalendarYear.mostHolidays else {
            throw root.complaint("holidays", expected: "1 to \(CalendarYear.mostHolidays) holidays")
        }
        try root.finish()
        var days: [CivilDate: CalendarDay] = [:]
        for section in holidays { try CalendarYear.read(section, of: year, into: &days) }
        self.init(year: year, source: source, days: days)
    }

    private static func read(
        _ holiday: YAMLSection, of year: Int, into days: inout [CivilDate: CalendarDay]
    ) throws(FileComplaint) {
        var holiday = holiday
        let name = try holiday.required("name", expected: "a name of at most 40 characters", line(40))
        let span = "\(year)-10-01, or \(year)-10-01 to \(year)-10-07, at most \(longestHoliday) days"
        for date in try holiday.required("off", expected: span, { dates($0, of: year) }) {
            guard days.updateValue(.off(holiday: name), forKey: date) == nil else {
                throw holiday.complaint("off", expected: "each date once (not \(date) again)")
            }
        }
        if var worked = try holiday.section("worked") {
            for key in worked.keys {
                guard let date = dates(key, of: year)?.first, [.sat, .sun].contains(date.weekday) else {
                    throw worked.complaint(key, expected: "a Saturday or Sunday such as \(year)-10-10")
                }
                let weekday = try worked.required(key, expected: "mon to fri, or unknown", WorkedFor.init).weekday
                guard days.updateValue(.worked(insteadOf: weekday, holiday: name), forKey: date) == nil else {
                    throw worked.complaint(key, expected: "each date once, and no day off")
                }
            }
        }
        try holiday.finish()
    }

    /// `2026-10-01`, or `2026-10-01 to 2026-10-07`: of the year, or of the December before.
    private static func dates(_ text: String, of year: Int) -> [CivilDate]? {
        let ends = text.split(separator: " to ", omittingEmptySubsequences: false).map { CivilDate(String($0)) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
            return nil
        }
        let isOfYear = last.year == year && (first.year == year || first.year == year - 1 && first.month == 12)
        guard isOfYear || last.year == year - 1 && first.month == 12 else { return nil }
        let dates = (0...longestHoliday).map { first.advanced(byDays: $0) }.prefix { $0 <= last }
        return dates.count <= longestHoliday ? Array(dates) : nil
    }

    private static func line(_ limit: Int) -> (String) -> String? {
        { text in
            let plain = text.cleaned(limit: limit + 1)
            return plain.allSatisfy(\.isWhitespace) || plain.unicodeScalars.count > limit ? nil : plain
        }
    }
}

/// The weekday whose work is done on a weekend day.
private struct WorkedFor {
    let weekday: Weekday?

    init?(_ text: String) {
        weekday = Weekday(rawValue: text)
        let isWorkday = weekday.map { ![.sat, .sun].contains($0) } ?? (text == "unknown")
        guard isWorkday else { return nil }
    }
}
