import ZoneModel
import ZoneTime

/// One time at which a duty is due.
package struct Occurrence: Sendable, Hashable {
    /// A mark for any of these dates does it.
    package let dates: ClosedRange<CivilDate>
    /// The date that a sheet counts it under.
    package let dueDate: CivilDate
    /// From when it can be done, and so is what somebody means who names no date.
    package let opens: WallTime
    /// From when somebody is reminded of it.
    package let asks: WallTime
    package let due: WallTime
    package let overdue: WallTime
    /// From when on it can only be entered afterwards, with its date; `nil`: it stays open until it is done.
    package let ends: WallTime?
    /// Marks made from here on are late.
    package let late: WallTime

    func isOpen(at time: WallTime) -> Bool { time >= opens && ends.map { time < $0 } ?? true }
}

/// Which dates count, in a zone with these hours.
struct DutyDates: Sendable {
    let hours: OpeningCalendar

    func isOpen(_ date: CivilDate) -> Bool { !hours.intervals(on: date).isEmpty }

    /// When people go home; the end of the date where nobody comes.
    func close(_ date: CivilDate) -> WallTime { hours.intervals(on: date).last?.upperBound ?? date.next.start }

    /// The last open date up to `date`, else the first one after it, within `dates`: what is due on a day off is to be
    /// done before.
    func openDate(by date: CivilDate, within dates: ClosedRange<CivilDate>) -> CivilDate? {
        var day = min(date, dates.upperBound)
        while day >= dates.lowerBound {
            if isOpen(day) { return day }
            day = day.previous
        }
        day = date.next
        while day <= dates.upperBound {
            if isOpen(day) { return day }
            day = day.next
        }
        return nil
    }
}

/// The times of duties that do not ask when they were done last.
extension DutyDates {
    /// Staff come before the doors open, and go home after they have closed.
    private static let before: Int64 = 4 * 3_600_000
    private static let after: Int64 = 2 * 3_600_000

    /// What is due on that date.
    func daily(_ date: CivilDate, _ end: Duty.Due, _ grace: Duration) -> Occurrence? {
        let intervals = hours.intervals(on: date)
        guard let first = intervals.first?.lowerBound, let last = intervals.last?.upperBound else { return nil }
        let due = end == .opening ? first : last
        // A night that ends at two belongs to the date before, until the next one begins.
        let goneHome = last.advanced(byMilliseconds: DutyDates.after)
        let nextOpening = hours.intervals(on: date.next).first?.lowerBound ?? goneHome
        let ends = max(date.next.start, min(goneHome, nextOpening))
        return Occurrence(
            dates: date...date, dueDate: date,
            opens: max(date.start, first.advanced(byMilliseconds: -DutyDates.before)), asks: first, due: due,
            overdue: due.advanced(byMilliseconds: grace.milliseconds), ends: ends, late: ends)
    }

    /// What is due in these dates, by `day`; it can be made up for until the same of the next ones is due.
    func periodic(
        _ dates: ClosedRange<CivilDate>, by day: CivilDate, until next: WallTime?, _ grace: Duration
    ) -> Occurrence? {
        guard let dueDate = openDate(by: day, within: dates) else { return nil }
        let due = close(dueDate)
        let overdue = due.advanced(byMilliseconds: grace.milliseconds)
        return Occurrence(
            dates: dates, dueDate: dueDate, opens: dates.lowerBound.start, asks: dates.lowerBound.start, due: due,
            overdue: overdue, ends: max(next ?? dates.upperBound.next.start, dates.upperBound.next.start), late: overdue
        )
    }

    func week(of date: CivilDate) -> ClosedRange<CivilDate> {
        let monday = date.advanced(byDays: -(Weekday.allCases.firstIndex(of: date.weekday) ?? 0))
        return monday...monday.advanced(byDays: 6)
    }

    func month(of date: CivilDate) -> ClosedRange<CivilDate> {
        let first = date.advanced(byDays: 1 - date.day)
        // The 28th and four days are always in the next month.
        let inNext = first.advanced(byDays: 31)
        return first...inNext.advanced(byDays: -inNext.day)
    }
}
