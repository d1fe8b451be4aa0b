import ZoneTime

/// A full check once a month, by a day that the district's rule names. A pure value over the calendar.
package struct MonthlyCheck: Sendable, Hashable {
    /// Who is told beforehand.
    package enum Reminder: String, Sendable, CaseIterable {
        /// On the last workday before the due day.
        case lastWorkdayBefore
        case none
    }

    /// How the check of this month stands.
    package enum Phase: String, Sendable, Codable {
        case done, later, remind, overdue
    }

    package struct Standing: Sendable, Hashable {
        package var phase: Phase
        package var due: CivilDate
        /// The first day of the reminder.
        package var remindsOn: CivilDate?
    }

    /// 1 to 31; a month that has no such day has it on its last one.
    package var day: Int
    package var remind: Reminder

    package init(day: Int, remind: Reminder = .lastWorkdayBefore) { (self.day, self.remind) = (day, remind) }

    package func due(inMonthOf date: CivilDate) -> CivilDate {
        var last = 31
        while last > 28, CivilDate(year: date.year, month: date.month, day: last) == nil { last -= 1 }
        return CivilDate(year: date.year, month: date.month, day: min(max(1, day), last)) ?? date
    }

    /// `nil` where nobody is to be reminded, or where a month has no workday.
    package func reminder(before due: CivilDate, isWorkday: (CivilDate) -> Bool) -> CivilDate? {
        guard remind == .lastWorkdayBefore else { return nil }
        return (1...31).lazy.map { due.advanced(byDays: -$0) }.first(where: isWorkday)
    }

    /// - Parameters:
    ///   - lastDone: the day of the latest full check.
    ///   - knownSince: what was before, nobody here can tell; a due day before it is not overdue.
    package func standing(
        on today: CivilDate, lastDone: CivilDate?, knownSince: CivilDate?, isWorkday: (CivilDate) -> Bool
    ) -> Standing {
        let (past, next) = dues(around: today)
        func standing(_ phase: Phase, _ due: CivilDate) -> Standing {
            Standing(phase: phase, due: due, remindsOn: reminder(before: due, isWorkday: isWorkday))
        }
        if !isDone(for: past, lastDone, isWorkday), knownSince.map({ $0 <= past }) ?? true {
            return standing(.overdue, past)
        }
        if isDone(for: next, lastDone, isWorkday) { return standing(.done, next) }
        let begins = reminder(before: next, isWorkday: isWorkday) ?? next
        return standing(today >= begins ? .remind : .later, next)
    }

    /// The latest one before today, and the one that comes; today's own is still to come.
    private func dues(around today: CivilDate) -> (past: CivilDate, next: CivilDate) {
        let this = due(inMonthOf: today)
        if this < today { return (this, due(inMonthOf: MonthlyCheck.start(of: today).advanced(byDays: 31))) }
        return (due(inMonthOf: MonthlyCheck.start(of: today).previous), this)
    }

    private static func start(of date: CivilDate) -> CivilDate {
        CivilDate(year: date.year, month: date.month, day: 1) ?? date
    }

    /// In the month of the due day; who does it at the reminder, in the month before, has done it too.
    private func isDone(for due: CivilDate, _ lastDone: CivilDate?, _ isWorkday: (CivilDate) -> Bool) -> Bool {
        guard let lastDone else { return false }
        let first = MonthlyCheck.start(of: due)
        return lastDone >= min(first, reminder(before: due, isWorkday: isWorkday) ?? first)
    }
}
