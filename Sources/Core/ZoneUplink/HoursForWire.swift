import ZoneModel
import ZoneTime
import ZoneWire

/// The published opening hours as the hub gets them: fourteen days of instants, so that the hub needs no calendar.
package enum HoursForWire {
    package static let days = 14

    /// The configured revision; for hours without one a number made from them, from 2^31 on, that changes with them: the
    /// hub asks for hours when the number is another one. 0 for no hours.
    package static func revision(_ hours: WeeklyHours?) -> Int64 {
        guard let hours else { return 0 }
        guard hours.revision == 0 else { return hours.revision }
        func text(_ day: WeeklyHours.Day?) -> String {
            (day?.spans ?? []).map { "\($0.opensAtMinute)-\($0.closesAtMinute)" }.joined(separator: ",")
        }
        let week = Weekday.allCases.map { text(hours.days[$0]) }
        let dates = hours.exceptions.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }
        // FNV-1a with 32 bits.
        let print = (week + dates).joined(separator: ";").utf8.reduce(UInt32(0x811C_9DC5)) {
            ($0 ^ UInt32($1)) &* 0x0100_0193
        }
        return 1 << 31 | Int64(print >> 1)
    }

    /// What begins on the fourteen dates from yesterday on, and the rest of a night that yesterday began with: in
    /// order, joined where it touches. A night or round-the-clock hours end where they end, also after the last date.
    /// - Parameter hours: `nil` when none are configured: no intervals.
    package static func intervals(_ hours: WeeklyHours?, at now: WallTime) -> [Heartbeat.OpenInterval] {
        let first = CivilDate(of: now).previous
        return (hours?.intervals(from: first.previous, days: days + 1) ?? [])
            .filter { $0.upperBound > first.start }
            .map { .init(opens: max($0.lowerBound, first.start), closes: $0.upperBound) }
    }
}
