import ZoneModel

/// Hours that begin on dates. What each date has is the rule's to say; what follows from it is the same for all.
package protocol Timetable: Sendable, Hashable {
    func day(_ date: CivilDate) -> WeeklyHours.Day

    /// Dates on which the rhythm does not hold.
    var specialDates: Set<CivilDate> { get }

    /// What does not change within so many days of the rhythm never does.
    var rhythmDays: Int { get }
}

extension Timetable {
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
        var special = specialDates.filter { $0 > today }.sorted()[...]
        var (date, last) = (today.previous, today.advanced(byDays: rhythmDays))
        while true {
            while date <= last {
                if let change = change(on: date, after: time) { return change }
                if date == special.first { last = max(last, special.removeFirst().advanced(byDays: rhythmDays)) }
                date = date.next
            }
            // Where the rhythm brings no change, only a later special date can.
            guard let next = special.first else { return nil }
            (date, last) = (next.previous, next.advanced(byDays: rhythmDays))
        }
    }

    private func change(on date: CivilDate, after time: WallTime) -> WallTime? {
        intervals(on: date).lazy.flatMap { [$0.lowerBound, $0.upperBound] }
            .first { $0 > time && isOpen(at: $0) != isOpen(at: $0.advanced(byMilliseconds: -1)) }
    }
}
