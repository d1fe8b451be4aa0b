/// Milliseconds since 1970-01-01T00:00:00Z, as the wall clock says (it may step: see `MonoTime`).
package struct WallTime: Sendable, Hashable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }
    package func advanced(byMilliseconds delta: Int64) -> WallTime { .init(milliseconds: milliseconds + delta) }
}

/// Milliseconds since boot by CLOCK_BOOTTIME: goes on during sleep, never steps, starts again at each boot.
package struct MonoTime: Sendable, Hashable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: MonoTime, right: MonoTime) -> Bool { left.milliseconds < right.milliseconds }
    package func since(_ earlier: MonoTime) -> Duration { .milliseconds(milliseconds - earlier.milliseconds) }
    package func advanced(by delta: Duration) -> MonoTime { .init(milliseconds: milliseconds + delta.milliseconds) }
}

extension Duration {
    /// Whole milliseconds, towards zero.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// How far the wall clock of an event is to be trusted.
package enum ClockQuality: String, Sendable, Codable { case synced, unsynced, stepped }

/// Date and time of day without a zone; proleptic Gregorian calendar.
package struct CivilTime: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var millisecond: Int

    package init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int = 0) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second, self.millisecond) = (hour, minute, second, millisecond)
    }

    /// Days-to-date after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    package init(utc time: WallTime) {
        let days = floorDivide(time.milliseconds, 86_400_000)
        let inDay = Int(time.milliseconds - days * 86_400_000)
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, hour: inDay / 3_600_000,
            minute: inDay / 60_000 % 60, second: inDay / 1000 % 60, millisecond: inDay % 1000)
    }

    /// The inverse of `init(utc:)`; fields must be in their calendar ranges.
    package var asUTC: WallTime {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let inDay = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
        return WallTime(milliseconds: days * 86_400_000 + Int64(inDay))
    }
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}
