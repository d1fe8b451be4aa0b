/// What a notice says of a date that is not as its weekday.
package enum CalendarDay: Sendable, Hashable {
    /// A day off, be it a weekday or part of a weekend.
    case off(holiday: String)
    /// A weekend day that is worked, and the weekday whose work is done then; `nil` where nobody knows it.
    case worked(insteadOf: Weekday?, holiday: String)

    package var holiday: String {
        switch self {
        case .off(let name), .worked(_, let name): name
        }
    }
}

/// One year's notice. Its holidays may begin in the last days of the December before (元旦).
package struct CalendarYear: Sendable, Hashable {
    package let year: Int
    /// The notice, for people.
    package let source: String
    package let days: [CivilDate: CalendarDay]

    package init(year: Int, source: String, days: [CivilDate: CalendarDay]) {
        (self.year, self.source, self.days) = (year, source, days)
    }
}

/// Statutory days off and make-up workdays, for the years whose notices are known. Each November the State Council
/// announces one year: what comes after is unknown, not free of holidays.
package struct HolidayCalendar: Sendable, Hashable {
    /// Longer than any row of days off, in days.
    private static let longestBreak = 62

    package private(set) var years: [Int: CalendarYear]

    /// - Parameter years: of two for one year the later counts.
    package init(_ years: [CalendarYear] = []) {
        self.years = Dictionary(years.map { ($0.year, $0) }) { _, later in later }
    }

    /// `nil` for a date that is as its weekday, and for all of a year that is not known.
    package func day(_ date: CivilDate) -> CalendarDay? {
        // The later notice knows more about the end of December.
        (date.month == 12 ? years[date.year + 1]?.days[date] : nil) ?? years[date.year]?.days[date]
    }

    /// Monday to Friday, and what a notice says otherwise; a date of a year that is not known is as its weekday.
    package func isWorkday(_ date: CivilDate) -> Bool {
        switch day(date) {
        case .off: false
        case .worked: true
        case nil: date.weekday != .sat && date.weekday != .sun
        }
    }

    /// The last of so many workdays; the first is the one after `date`: 自次日起算.
    package func workday(_ count: Int, after date: CivilDate) -> CivilDate {
        var (day, left) = (date, count)
        let end = date.advanced(byDays: count * 2 + HolidayCalendar.longestBreak)
        while left > 0, day < end {
            day = day.next
            if isWorkday(day) { left -= 1 }
        }
        return day
    }

    package func knows(_ year: Int) -> Bool { years[year] != nil }

    package var dates: Set<CivilDate> { Set(years.values.flatMap(\.days.keys)) }
}
