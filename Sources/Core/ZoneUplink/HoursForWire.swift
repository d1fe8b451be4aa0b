import ZoneModel
import ZoneTime
import ZoneWire

/// The published opening hours as the hub gets them: fourteen days of instants, so that the hub needs no calendar.
package enum HoursForWire {
    package static let days = 14

    /// The configured revision. For hours without one, and for those that follow a calendar, a number made from them,
    /// from 2^31 on, that changes with them: the hub asks for hours when the number is another one, and a calendar's
    /// files change while the revision stays. 0 for no hours.
    package static func revision(_ hours: OpeningCalendar?) -> Int64 {
        guard let hours else { return 0 }
        guard hours.revision == 0 || hours.holidays != nil else { return hours.revision }
        // FNV-1a with 32 bits.
        let print = parts(hours).joined(separator: ";").utf8.reduce(UInt32(0x811C_9DC5)) {
            ($0 ^ UInt32($1)) &* 0x0100_0193
        }
        return 1 << 31 | Int64(print >> 1)
    }

    /// All that the intervals depend on, as texts.
    private static func parts(_ hours: OpeningCalendar) -> [String] {
        func text(_ day: WeeklyHours.Day) -> String {
            day.spans.map { "\($0.opensAtMinute)-\($0.closesAtMinute)" }.joined(separator: ",")
        }
        var parts = Weekday.allCases.map { text(hours.week.day($0)) }
        parts += hours.week.exceptions.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }
        if let market = hours.market {
            switch market.rhythm {
            case .endings(let digits): parts.append("market \(digits.sorted())=\(text(market.hours))")
            case .every(let days, let first): parts.append("market \(days) \(first)=\(text(market.hours))")
            }
        }
        guard let holidays = hours.holidays else { return parts }
        let rule =
            switch holidays.rule {
            case .closed: "closed"
            case .asUsual: "open"
            case .asOn(let weekday): weekday.rawValue
            case .hours(let day): text(day)
            }
        parts.append("revision \(hours.revision) holidays \(rule)")
        return parts
            + hours.calendar.dates.sorted().map { date in
                switch hours.calendar.day(date) {
                case .off, nil: "\(date)"
                case .worked(let weekday, _): "\(date) \(weekday?.rawValue ?? "")"
                }
            }
    }

    /// What begins on the fourteen dates from yesterday on, and the rest of a night that yesterday began with: in
    /// order, joined where it touches. A night or round-the-clock hours end where they end, also after the last date.
    /// - Parameter hours: `nil` when none are configured: no intervals.
    package static func intervals(_ hours: OpeningCalendar?, at now: WallTime) -> [Heartbeat.OpenInterval] {
        let first = CivilDate(of: now).previous
        return (hours?.intervals(from: first.previous, days: days + 1) ?? [])
            .filter { $0.upperBound > first.start }
            .map { .init(opens: max($0.lowerBound, first.start), closes: $0.upperBound) }
    }
}
