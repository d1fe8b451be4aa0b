import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneTime

/// One stretch of published hours, joined where hours touch.
struct HoursSpan: Sendable, Hashable {
    var range: Range<WallTime>
    /// On which it begins.
    var date: CivilDate
    var reason: OpeningCalendar.Reason
}

extension OpeningCalendar {
    /// What begins on the dates from `first` to `last`. A stretch under way at the first midnight looks as if it began
    /// there: begin two dates earlier than what is asked for.
    /// - Parameter kept: dates with the hours that were in force on them.
    func spans(
        from first: CivilDate, through last: CivilDate, kept: [CivilDate: [Range<WallTime>]] = [:]
    ) -> [HoursSpan] {
        var spans: [HoursSpan] = []
        var date = first
        while date <= last {
            let reason = plan(date).reason
            for range in kept[date] ?? intervals(on: date) {
                if let before = spans.last, before.range.upperBound == range.lowerBound {
                    spans[spans.count - 1].range = before.range.lowerBound..<range.upperBound
                } else {
                    spans.append(HoursSpan(range: range, date: date, reason: reason))
                }
            }
            date = date.next
        }
        return spans
    }

    /// The date with whose hours that moment goes: of a night the date on which it began.
    func date(at time: WallTime) -> CivilDate {
        let (today, yesterday) = (CivilDate(of: time), CivilDate(of: time).previous)
        return PublishedHours.of(yesterday, in: self).contains { $0.contains(time) } ? yesterday : today
    }

    /// The end of the hours of the date, or of the next date that has any after `time`.
    func endOfDay(after time: WallTime) -> WallTime {
        let today = CivilDate(of: time)
        for day in -1...31 {
            let end = intervals(on: today.advanced(byDays: day)).last?.upperBound
            if let end, end > time { return end }
        }
        return time.advanced(byMilliseconds: 86_400_000)
    }
}

extension HoursSpan {
    /// What is left of it when staff had closed the zone meanwhile.
    func without(_ closures: [HoursRecord.Closure]) -> [HoursSpan] {
        closures.reduce([self]) { spans, closure in
            spans.flatMap { $0.without(closure.since..<max(closure.since, closure.over)) }
        }
    }

    private func without(_ other: Range<WallTime>) -> [HoursSpan] {
        guard range.overlaps(other) else { return [self] }
        let parts = [
            range.lowerBound..<max(range.lowerBound, other.lowerBound),
            min(range.upperBound, other.upperBound)..<range.upperBound,
        ]
        return parts.filter { !$0.isEmpty }.map { HoursSpan(range: $0, date: date, reason: reason) }
    }
}

extension HoursRecord.Closure {
    /// When it was over or will be; far away when nobody has said.
    var over: WallTime { ended ?? until ?? WallTime(milliseconds: .max / 2) }
}
