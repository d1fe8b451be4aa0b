import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneTime

/// The published hours of each date as they were in force on it: a moment counts by the hours in force at that moment. So
/// what is changed later, or while the PC is off, changes nothing of a date that is over. A pure value; what it says is new
/// has to be on the disk before it counts.
struct KeptHours: Sendable {
    /// A PC that is switched off for so many dates finds them as they were promised.
    static let ahead = 92
    /// What the record of a date holds. Whoever changes the hours all the time changes that date no more.
    private static let mostStretches = 16

    fileprivate struct Seen: Sendable, Hashable {
        var today: CivilDate
        var hours: OpeningCalendar?
    }

    private(set) var dates: [CivilDate: [Range<WallTime>]]
    private var seen: Seen?

    init(_ restored: [HoursOfDate]) { dates = Dictionary(restored.map { ($0.date, $0.open) }) { $1 } }

    /// - Returns: what is other than before.
    mutating func look(at now: WallTime, _ hours: OpeningCalendar?) -> [HoursOfDate] {
        let look = Seen(today: CivilDate(of: now), hours: hours)
        guard seen != look else { return [] }
        seen = look
        var next = underWay(look, now)
        for day in 1...KeptHours.ahead {
            let date = look.today.advanced(byDays: day)
            next[date] = look.published(date)
        }
        let changed = next.filter { dates[$0.key] != $0.value && $0.value.count <= KeptHours.mostStretches }
        dates.merge(changed) { $1 }
        return changed.map { HoursOfDate(date: $0.key, open: $0.value) }.sorted { $0.date < $1.date }
    }

    /// Of today, and of a night that yesterday began with: what has passed as it was kept, what comes by the hours in
    /// force now. Without other hours that is what was kept, so that each restart may look again.
    private func underWay(_ look: Seen, _ now: WallTime) -> [CivilDate: [Range<WallTime>]] {
        let (today, yesterday) = (look.today, look.today.previous)
        let (day, night) = (look.published(today), look.published(yesterday))
        var (rest, next) = (night.from(now), [CivilDate: [Range<WallTime>]]())
        if let kept = dates[yesterday] {
            // Of a date that is over and may be closed nothing changes: a night that only the new hours know is today's.
            if now < PublishedHours.end(of: yesterday, kept) {
                next[yesterday] = (kept.before(now) + rest).merged
                rest = []
            }
        } else if !rest.isEmpty {
            next[yesterday] = night
            rest = []
        }
        next[today] = dates[today].map { ($0.before(now) + rest + day.from(now)).merged } ?? (rest + day).merged
        return next
    }
}

extension KeptHours.Seen {
    fileprivate func published(_ date: CivilDate) -> [Range<WallTime>] {
        hours.map { PublishedHours.of(date, in: $0) } ?? []
    }
}

extension [Range<WallTime>] {
    fileprivate func before(_ time: WallTime) -> Self {
        filter { $0.lowerBound < time }.map { $0.lowerBound..<Swift.min($0.upperBound, time) }
    }

    fileprivate func from(_ time: WallTime) -> Self {
        filter { time < $0.upperBound }.map { Swift.max($0.lowerBound, time)..<$0.upperBound }
    }

    /// Joined where they touch.
    fileprivate var merged: Self {
        reduce(into: []) { merged, stretch in
            guard let last = merged.last, last.upperBound == stretch.lowerBound else { return merged.append(stretch) }
            merged[merged.count - 1] = last.lowerBound..<stretch.upperBound
        }
    }
}
