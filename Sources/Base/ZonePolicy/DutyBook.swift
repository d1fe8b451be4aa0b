import ZoneModel
import ZoneTime

/// What is due, done and overdue. A pure function of the policy's duties, the zone's hours, the marks and the time: the
/// same on every PC, after every restart, and whatever the clock did in between.
package struct DutyBook: Sendable {
    /// How far a rhythm is followed from one end to the other, in days.
    static let farthest = 800

    private let dates: DutyDates?
    /// The zone's own hours may include Sundays; a workday is everybody's.
    private let calendar: HolidayCalendar
    private let marks: [Slug: [DutyMark]]
    private let since: [Slug: CivilDate]

    /// - Parameters:
    ///   - hours: `nil`: nobody has published any; then nothing with a date is due, and workdays are Monday to Friday.
    ///   - since: when each duty became known here. Nothing is owed for what was before.
    package init(hours: OpeningCalendar?, marks: [DutyMark], since: [Slug: CivilDate]) {
        dates = hours.map { DutyDates(hours: $0) }
        calendar = hours?.calendar ?? HolidayCalendar()
        self.marks = Dictionary(grouping: marks, by: \.duty).mapValues { list in
            list.sorted { ($0.date, $0.at) < ($1.date, $1.at) }
        }
        self.since = since
    }

    func done(_ duty: Slug) -> [DutyMark] { marks[duty, default: []].filter { $0.kind == .done } }

    /// The first mark for one of these dates.
    package func mark(of duty: Slug, in range: ClosedRange<CivilDate>) -> DutyMark? {
        done(duty).first { range.contains($0.date) }
    }

    // MARK: a moment

    package func status(of duty: Duty, at now: WallTime) -> DutyStatus {
        guard dates != nil || !duty.rhythm.asksForHours, duty.rhythm != .unconfirmed else {
            return DutyStatus(state: .unknown, mark: done(duty.id).last)
        }
        let all = around(duty, CivilDate(of: now))
        let open = all.first { $0.mark == nil && $0.occurrence.isOpen(at: now) && $0.occurrence.asks <= now }
        if let open {
            let state: DutyStatus.State = now >= open.occurrence.overdue ? .overdue : .due
            return DutyStatus(state: state, occurrence: open.occurrence, next: next(all, open.occurrence, now))
        }
        // What is done stays done for as long as it would have been open.
        let last = all.last { $0.mark != nil && ($0.occurrence.isOpen(at: now) || $0.occurrence.due > now) }
        if let last, last.occurrence.opens <= now {
            return DutyStatus(
                state: .done, occurrence: last.occurrence, mark: last.mark, next: next(all, last.occurrence, now))
        }
        return DutyStatus(state: .waiting, mark: unasked(duty, all, CivilDate(of: now)), next: next(all, nil, now))
    }

    /// What was entered last though nothing was due: on a day off, or before its first time. It is kept and told, and
    /// does nothing of what comes.
    private func unasked(_ duty: Duty, _ all: [Entry], _ today: CivilDate) -> DutyMark? {
        guard let mark = done(duty.id).last, (today.advanced(byDays: -reach(duty))...today).contains(mark.date) else {
            return nil
        }
        return all.contains { $0.mark == mark } ? nil : mark
    }

    private func next(_ all: [Entry], _ current: Occurrence?, _ now: WallTime) -> Occurrence? {
        all.first { $0.mark == nil && $0.occurrence.due > now && $0.occurrence != current }?.occurrence
    }

    /// What somebody means who says "done" and no date.
    package func meant(by duty: Duty, at now: WallTime) -> Occurrence? {
        around(duty, CivilDate(of: now)).first { $0.mark == nil && $0.occurrence.isOpen(at: now) }?.occurrence
    }

    /// The occurrence that a date belongs to.
    package func occurrence(of duty: Duty, on date: CivilDate) -> Occurrence? {
        occurrences(of: duty, from: date.advanced(byDays: -40), through: date.advanced(byDays: 40))
            .first { $0.occurrence.dates.contains(date) }?.occurrence
    }

    // MARK: a period

    /// - Parameter now: what is not due yet by then is not counted, unless it is done.
    package func summary(
        of duty: Duty, from first: CivilDate, through last: CivilDate, at now: WallTime
    ) -> DutySummary {
        summaries(of: duty, from: first, through: last, at: now).values.reduce(into: DutySummary(duty: duty.id)) {
            $0.due += $1.due
            $0.done += $1.done
            $0.late += $1.late
        }
    }

    /// The same by the date under which it counts; dates without anything are absent.
    package func summaries(
        of duty: Duty, from first: CivilDate, through last: CivilDate, at now: WallTime
    ) -> [CivilDate: DutySummary] {
        var found: [CivilDate: DutySummary] = [:]
        for entry in occurrences(of: duty, from: first, through: last) {
            let date = entry.occurrence.dueDate
            guard (first...last).contains(date), entry.mark != nil || entry.occurrence.overdue <= now else { continue }
            var summary = found[date] ?? DutySummary(duty: duty.id)
            if let mark = entry.mark {
                summary.done += 1
                if mark.isLate { summary.late += 1 }
            }
            summary.due += 1
            found[date] = summary
        }
        return found
    }

    // MARK: occurrences

    /// An occurrence, and the mark that did it.
    struct Entry: Sendable {
        var occurrence: Occurrence
        var mark: DutyMark?
    }

    private func around(_ duty: Duty, _ today: CivilDate) -> [Entry] {
        let reach = reach(duty)
        return occurrences(of: duty, from: today.advanced(byDays: -reach), through: today.advanced(byDays: reach))
    }

    /// A month back is still open until this month's is due; ten days off in a row are the most there are.
    private func reach(_ duty: Duty) -> Int { if case .daily = duty.rhythm { 14 } else { 62 } }

    /// Those that are due from `first` through `last`, and those next to them that may be; in order.
    func occurrences(of duty: Duty, from first: CivilDate, through last: CivilDate) -> [Entry] {
        if case .after(_, let workdays) = duty.rhythm { return triggered(duty, workdays) }
        // What nobody has known for a day yet, nobody owes.
        guard let begin = since[duty.id] else { return [] }
        let last = min(last, max(first, begin).advanced(byDays: DutyBook.farthest))
        guard first <= last else { return [] }
        switch duty.rhythm {
        case .everyDays(let days): return repeated(duty, days, begin, from: first, through: last)
        case .after, .unconfirmed: return []
        case .daily, .weekly, .monthly:
            guard let dates else { return [] }
            return fixed(duty, dates, from: max(first, begin), through: last)
                .filter { $0.dueDate >= begin }
                .map { Entry(occurrence: $0, mark: mark(of: duty.id, in: $0.dates)) }
        }
    }

    private func fixed(
        _ duty: Duty, _ dates: DutyDates, from first: CivilDate, through last: CivilDate
    ) -> [Occurrence] {
        var found: [Occurrence] = []
        var date = first
        while date <= last {
            switch duty.rhythm {
            case .weekly(let day):
                let week = dates.week(of: date)
                found += [periodic(week, dates, duty) { $0.advanced(byDays: day.number) }].compactMap { $0 }
                date = week.upperBound.next
            case .monthly(let day):
                let month = dates.month(of: date)
                found += [periodic(month, dates, duty) { $0.advanced(byDays: day - 1) }].compactMap { $0 }
                date = month.upperBound.next
            case .daily(let end):
                found += [dates.daily(date, end, duty.grace)].compactMap { $0 }
                date = date.next
            default: return found
            }
        }
        return found
    }

    /// - Parameter day: of the first date of a period, by when it is due; behind its end it is its last.
    private func periodic(
        _ period: ClosedRange<CivilDate>, _ dates: DutyDates, _ duty: Duty, by day: (CivilDate) -> CivilDate
    ) -> Occurrence? {
        let after = period.upperBound.next
        let next: ClosedRange<CivilDate> =
            if case .weekly = duty.rhythm { dates.week(of: after) } else { dates.month(of: after) }
        let until = dates.openDate(by: min(day(after), next.upperBound), within: next).map(dates.close)
        return dates.periodic(
            period, by: min(day(period.lowerBound), period.upperBound), until: until, duty.grace)
    }

    /// Counted from the day on which it was done last, so that what was done early or late moves all that follow.
    private func repeated(
        _ duty: Duty, _ days: Int, _ begin: CivilDate, from first: CivilDate, through last: CivilDate
    ) -> [Entry] {
        let marks = done(duty.id).filter { $0.date >= begin }
        // Every mark begins the count anew, so that nobody needs to know what was long before.
        let oldest = first.advanced(byDays: -DutyBook.farthest / 2)
        var base = marks.last { $0.date < first }?.date ?? max(begin.previous, oldest)
        var entries: [Entry] = []
        while base <= last, entries.count < DutyBook.farthest * 2 {
            let occurrence = occurrence(duty, days, after: base)
            let mark = marks.first { occurrence.dates.contains($0.date) }
            entries.append(Entry(occurrence: occurrence, mark: mark))
            base = mark?.date ?? occurrence.dueDate
        }
        return entries
    }

    private func occurrence(_ duty: Duty, _ days: Int, after base: CivilDate) -> Occurrence {
        let range = base.next...base.advanced(byDays: days)
        let dueDate = dates?.openDate(by: range.upperBound, within: range) ?? range.upperBound
        let due = dates?.close(dueDate) ?? dueDate.next.start
        let overdue = due.advanced(byMilliseconds: duty.grace.milliseconds)
        // It can be made up for until it is due once more.
        let all = base.next...dueDate.advanced(byDays: days - 1)
        return Occurrence(
            dates: all, dueDate: dueDate, opens: base.next.start, asks: dueDate.start, due: due, overdue: overdue,
            ends: all.upperBound.next.start, late: overdue)
    }

    /// One for each time that it has begun. Who is asked twice has done the first one first.
    private func triggered(_ duty: Duty, _ workdays: Int) -> [Entry] {
        var rest = done(duty.id)[...]
        return marks[duty.id, default: []].filter { $0.kind == .begun }.map { begun in
            let dueDate = calendar.workday(workdays, after: begun.date)
            let due = dueDate.next.start
            let overdue = due.advanced(byMilliseconds: duty.grace.milliseconds)
            let occurrence = Occurrence(
                dates: begun.date...dueDate.advanced(byDays: DutyBook.farthest), dueDate: dueDate,
                opens: begun.date.start, asks: begun.date.start, due: due, overdue: overdue, ends: nil, late: overdue)
            rest = rest.drop { $0.date < begun.date }
            return Entry(occurrence: occurrence, mark: rest.popFirst())
        }
    }
}

extension Duty.Rhythm {
    /// Days that follow from each other need no hours, though they are better with them.
    fileprivate var asksForHours: Bool {
        switch self {
        case .daily, .weekly, .monthly: true
        case .everyDays, .after, .unconfirmed: false
        }
    }
}

extension Weekday {
    /// Days after Monday.
    fileprivate var number: Int { Weekday.allCases.firstIndex(of: self) ?? 0 }
}
