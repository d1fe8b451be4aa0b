import ZoneModel

/// Raw values are the words of configuration files.
package enum Weekday: String, Sendable, CaseIterable { case mon, tue, wed, thu, fri, sat, sun }

/// A day of the calendar in a zone (UTC+8, proleptic Gregorian).
package struct CivilDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// The date people in the zone write at that instant.
    package init(of instant: WallTime) {
        let civil = ZoneCivil.time(instant)
        (year, month, day) = (civil.year, civil.month, civil.day)
    }

    /// `2026-11-21`; `nil` for anything else, also for dates that do not exist.
    package init?(_ text: String) {
        guard let utc = WallTime(rfc3339: "\(text)T00:00:00Z") else { return nil }
        self.init(of: utc.advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds))
    }

    package init?(year: Int, month: Int, day: Int) {
        self.init("\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))")
    }

    package var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    /// 00:00 in the zone, where the date begins.
    package var start: WallTime {
        CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0).asUTC
            .advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds)
    }

    package func advanced(byDays days: Int) -> CivilDate {
        CivilDate(of: start.advanced(byMilliseconds: Int64(days) * 86_400_000))
    }

    package var next: CivilDate { advanced(byDays: 1) }
    package var previous: CivilDate { advanced(byDays: -1) }
    package var weekday: Weekday {
        let days = (start.milliseconds + ZoneCivil.offsetMilliseconds) / 86_400_000
        // 1970-01-01 was a Thursday; before it the remainder is negative.
        return Weekday.allCases[Int(((days + 3) % 7 + 7) % 7)]
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}
