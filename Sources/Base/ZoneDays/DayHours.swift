import ZoneModel
import ZoneTime

/// Which published intervals belong to a date, by a rule that needs nothing but the intervals: agent and hub must share
/// them out alike, and the hub knows no calendar.
package enum PublishedHours {
    private static let day: Int64 = 86_400_000

    /// What begins on the date; of what lasts a day or longer (round the clock) the part between its two midnights.
    /// - Parameter intervals: in order, joined where they touch, with those of the date before and after.
    package static func of(_ date: CivilDate, in intervals: [Range<WallTime>]) -> [Range<WallTime>] {
        let (begin, end) = (date.start, date.next.start)
        return intervals.compactMap { interval in
            guard interval.upperBound.milliseconds - interval.lowerBound.milliseconds >= day else {
                return begin <= interval.lowerBound && interval.lowerBound < end ? interval : nil
            }
            let (from, to) = (max(begin, interval.lowerBound), min(end, interval.upperBound))
            return from < to ? from..<to : nil
        }
    }

    package static func of(_ date: CivilDate, in hours: some Timetable) -> [Range<WallTime>] {
        of(date, in: hours.intervals(from: date.previous.previous, days: 5))
    }

    /// From when on a date is reckoned: with its hours, or with the date if it has none.
    package static func begin(of date: CivilDate, _ published: [Range<WallTime>]) -> WallTime {
        published.first?.lowerBound ?? date.start
    }

    /// From when on a date can be closed: after its hours, or at its end if it has none.
    package static func end(of date: CivilDate, _ published: [Range<WallTime>]) -> WallTime {
        published.last?.upperBound ?? date.next.start
    }
}
