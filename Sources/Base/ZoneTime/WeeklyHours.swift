import ZoneModel

/// The published opening hours of a zone: a week that repeats, and dates that differ from it (public holidays, 调休).
/// 开放时间与镇公共服务中心作息时间保持一致 (濯水府发〔2021〕66号); 24小时图书馆 (梁平府办发〔2021〕88号).
package struct WeeklyHours: Timetable {
    /// In minutes from the midnight at which the date begins; `closesAtMinute` above 1440 is on the next date.
    package struct Span: Sendable, Hashable {
        package let opensAtMinute: Int
        package let closesAtMinute: Int

        /// `09:00-12:00`, `18:00-02:00`, `00:00-24:00`. The same time twice is `nil`: does it mean all day or nothing?
        package init?(_ text: some StringProtocol) {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, ends[0] != ends[1] else { return nil }
            guard let opens = DayHours("\(ends[0])-24:00")?.opensAtMinute else { return nil }
            let closes = ends[1] == "00:00" ? 1440 : DayHours("00:00-\(ends[1])")?.closesAtMinute
            guard let closes else { return nil }
            (opensAtMinute, closesAtMinute) = (opens, closes > opens ? closes : closes + 1440)
        }

        fileprivate init(_ hours: DayHours) {
            (opensAtMinute, closesAtMinute) = (hours.opensAtMinute, hours.closesAtMinute)
        }
    }

    /// What begins on one date: none to four spans in order that do not overlap. They may touch.
    package struct Day: Sendable, Hashable {
        package static let closed = Day(spans: [])
        package let spans: [Span]

        /// `09:00-12:00 14:00-17:00` (commas separate too), `closed`, `休息`.
        package init?(_ text: String) {
            let words = text.split { $0 == " " || $0 == "," }
            let isClosed = words == ["closed"] || words == ["休息"]
            let spans = isClosed ? [] : words.compactMap { Span($0) }
            guard isClosed || (1...4).contains(words.count) && spans.count == words.count else { return nil }
            guard zip(spans, spans.dropFirst()).allSatisfy({ $0.closesAtMinute <= $1.opensAtMinute }) else {
                return nil
            }
            self.spans = spans
        }

        fileprivate init(spans: [Span]) { self.spans = spans }
    }

    /// A weekday that is not here is closed.
    package var days: [Weekday: Day]
    /// Replaces the weekday's hours. Hours of the date before that run past midnight stay.
    package var exceptions: [CivilDate: Day]
    /// Of the configuration that said so; 0 is none.
    package var revision: Int64

    package init(days: [Weekday: Day], exceptions: [CivilDate: Day] = [:], revision: Int64 = 0) {
        (self.days, self.exceptions, self.revision) = (days, exceptions, revision)
    }

    /// The short form: the same hours on all days.
    package init(everyDay hours: DayHours, revision: Int64 = 0) {
        let day = Day(spans: [Span(hours)])
        self.init(days: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) }), revision: revision)
    }

    package func day(_ date: CivilDate) -> Day { exceptions[date] ?? day(date.weekday) }

    /// The rule, without exceptions.
    package func day(_ weekday: Weekday) -> Day { days[weekday] ?? .closed }

    package var specialDates: Set<CivilDate> { Set(exceptions.keys) }
    package var rhythmDays: Int { 8 }
}
