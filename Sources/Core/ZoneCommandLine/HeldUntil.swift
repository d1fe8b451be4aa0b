import ZoneModel
import ZoneTime

/// When a hold ends, as people write it in Beijing time: `17:30` (the next one) or `2026-11-23T09:00`.
package struct HeldUntil: Sendable, Hashable {
    package struct Unreadable: Error, CustomStringConvertible {
        package var description: String {
            "应为 17:30 或 2026-11-23T09:00。 --until: expected 17:30 or 2026-11-23T09:00."
        }
    }

    private let date: CivilDate?
    private let minute: Int

    package init(_ text: String) throws(Unreadable) {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " }).map(String.init)
        guard (1...2).contains(parts.count), let minute = HeldUntil.minute(parts[parts.count - 1]) else {
            throw Unreadable()
        }
        self.minute = minute
        date = parts.count == 2 ? CivilDate(parts[0]) : nil
        guard parts.count == 1 || date != nil else { throw Unreadable() }
    }

    private static func minute(_ text: String) -> Int? { DayHours("\(text)-24:00")?.opensAtMinute }

    package func time(after now: WallTime) -> WallTime {
        func time(_ date: CivilDate) -> WallTime { date.start.advanced(byMilliseconds: Int64(minute) * 60_000) }
        if let date { return time(date) }
        let today = CivilDate(of: now)
        return time(today) > now ? time(today) : time(today.next)
    }
}
