import ZoneModel

/// Raw values are the words of configuration files.
package enum Weekday: String, Sendable, CaseIterable { case mon, tue, wed, thu, fri, sat, sun }

/// A day of the calendar in a zone (UTC+8, proleptic Gregorian).
package struct CivilDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// The date people in the zone write at that instant.
    package init(of instant: WallTime) {
        let civil = ZoneCivil.time(instant)
        (year, month, day) = (civil.year, civil.month, civil.day)
    }

    /// `2026-11-21`; `nil` for anything else, also for dates that do not exist.
    package init?(_ text: String) {
        guard let utc = WallTime(rfc3339: "\(text)T00:00:00Z") else { return nil }
        self.init(of: utc.advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds))
    }

    package init?(year: Int, month: Int, day: Int) {
        self.init("\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))")
    }

    package var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    /// 00:00 in the zone, where the date begins.
    package var start: WallTime {
        CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0).asUTC
            .advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds)
    }

    package func advanced(byDays days: Int) -> CivilDate {
        CivilDate(of: start.advanced(byMilliseconds: Int64(days) * 86_400_000))
    }

    package var next: CivilDate { advanced(byDays: 1) }
    package var previous: CivilDate { advanced(byDays: -1) }
    package var weekday: Weekday {
        let days = (start.milliseconds + ZoneCivil.offsetMilliseconds) / 86_400_000
        // 1970-01-01 was a Thursday; before it the remainder is negative.
        return Weekday.allCases[Int(((days + 3) % 7 + 7) % 7)]
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

/// The published opening hours of a zone: a week that repeats, and dates that differ from it (public holidays, 调休).
/// 开放时间与镇公共服务中心作息时间保持一致 (濯水府发〔2021〕66号); 24小时图书馆 (梁平府办发〔2021〕88号).
package struct WeeklyHours: Sendable, Hashable {
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

    package func day(_ date: CivilDate) -> Day { exceptions[date] ?? days[date.weekday] ?? .closed }

    /// What begins on the date. Minutes that a night before still covers stay with that night: none counts twice.
    package func intervals(on date: CivilDate) -> [Range<WallTime>] {
        let midnight = date.start
        let nightEnds = (day(date.previous).spans.last?.closesAtMinute ?? 0) - 1440
        func instant(_ minute: Int) -> WallTime { midnight.advanced(byMilliseconds: Int64(minute) * 60_000) }
        return day(date).spans.filter { $0.closesAtMinute > nightEnds }
            .map { instant(max($0.opensAtMinute, nightEnds))..<instant($0.closesAtMinute) }
    }

    /// What begins on `days` dates, joined where it touches. For a night under way, begin with the date before.
    package func intervals(from first: CivilDate, days: Int) -> [Range<WallTime>] {
        (0..<max(0, days)).flatMap { intervals(on: first.advanced(byDays: $0)) }.reduce(into: []) { merged, interval in
            guard let last = merged.last, last.upperBound == interval.lowerBound else { return merged.append(interval) }
            merged[merged.count - 1] = last.lowerBound..<interval.upperBound
        }
    }

    package func isOpen(at time: WallTime) -> Bool {
        let date = CivilDate(of: time)
        return [date.previous, date].contains { intervals(on: $0).contains { $0.contains(time) } }
    }

    /// When it opens or closes next; `nil` when it never does again (always open, or closed for good).
    package func nextChange(after time: WallTime) -> WallTime? {
        let today = CivilDate(of: time)
        // The next dates show every weekday. Where they bring no change, only a later exception can.
        return ([today] + exceptions.keys.filter { $0 > today }.sorted()).lazy
            .compactMap { firstChange(after: time, near: $0) }.first
    }

    private func firstChange(after time: WallTime, near date: CivilDate) -> WallTime? {
        (-1...8).lazy.flatMap { intervals(on: date.advanced(byDays: $0)) }.flatMap { [$0.lowerBound, $0.upperBound] }
            .first { $0 > time && isOpen(at: $0) != isOpen(at: $0.advanced(byMilliseconds: -1)) }
    }
}
