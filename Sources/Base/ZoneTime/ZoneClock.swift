// Purpose: time as something that is handed in, and the zone's own civil time (UTC+8). No Foundation.
import ZoneModel

/// Where the time comes from. Programs use `SystemClock`; tests crank `ManualClock` by hand.
package protocol ZoneClock: Sendable {
    /// Never steps; the same for all processes until the next boot.
    func mono() -> MonoTime
    /// May step at any moment.
    func wall() -> WallTime
    func quality() -> ClockQuality
    /// Returns early, by throwing, only when the task is cancelled.
    func sleep(until deadline: MonoTime) async throws
}

extension ZoneClock {
    package func sleep(for duration: Duration) async throws {
        try await sleep(until: mono().advanced(by: duration))
    }
}

/// Civil time in a zone: mainland China has one offset and no summer time, so +08:00 is a constant of the law and
/// not a question for a time-zone database (which a static binary may lack and then silently answers GMT).
package enum ZoneCivil {
    package static let offsetMilliseconds: Int64 = 8 * 3_600_000

    package static func time(_ instant: WallTime) -> CivilTime {
        CivilTime(utc: instant.advanced(byMilliseconds: offsetMilliseconds))
    }

    /// `2026-11-21 11:35:00`, for people.
    package static func text(_ instant: WallTime) -> String {
        let civil = time(instant)
        return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2)) "
            + "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
    }

    /// `2026-11-21`: the day in the zone.
    package static func date(_ instant: WallTime) -> String { String(text(instant).prefix(10)) }

    /// `2小时5分`, for people: at most two units.
    package static func spanInChinese(_ span: Duration) -> String {
        let seconds = max(0, span.components.seconds)
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        if days > 0 { return hours > 0 ? "\(days)天\(hours)小时" : "\(days)天" }
        if hours > 0 { return minutes > 0 ? "\(hours)小时\(minutes)分" : "\(hours)小时" }
        return minutes > 0 ? "\(minutes)分" : "\(seconds)秒"
    }
}

/// Opening hours of one day in minutes from midnight, zone time; 1440 is midnight at the end of the day.
package struct DayHours: Sendable, Hashable {
    package let opensAtMinute: Int
    package let closesAtMinute: Int

    /// `09:00-17:00`; `00:00-24:00` is open round the clock. `nil` for anything else.
    package init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let opens = DayHours.minute(ends[0]), let closes = DayHours.minute(ends[1]) else {
            return nil
        }
        guard opens < closes else { return nil }
        (opensAtMinute, closesAtMinute) = (opens, closes)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        // `Int` reads a sign too, which no clock shows.
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(digits.contains) }) else {
            return nil
        }
        guard let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        let total = hour * 60 + minute
        return total <= 1440 ? total : nil
    }
}

/// Waits that fail grow: random(0, min(base * 2^n, cap)), "full jitter".
package struct Backoff: Sendable {
    package let base: Duration
    package let cap: Duration
    package private(set) var failures = 0

    package init(base: Duration = .seconds(1), cap: Duration = .seconds(300)) { (self.base, self.cap) = (base, cap) }

    package mutating func reset() { failures = 0 }

    /// The next wait; `random` gives a fraction in 0..<1 and is handed in by tests.
    package mutating func next(random: () -> Double = { Double.random(in: 0..<1) }) -> Duration {
        let ceiling = min(cap, base * (1 << min(failures, 20)))
        failures += 1
        return ceiling * random()
    }
}
