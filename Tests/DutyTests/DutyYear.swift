import Testing
import ZoneModel
import ZonePolicy
import ZoneTime

/// A zone with a week, holidays and make-up days as in 2026, and the marks that its staff have entered.
struct DutyYear {
    var hours: OpeningCalendar?
    var marks: [DutyMark] = []
    var since: CivilDate? = dutyDate("2026-01-01")

    init(week: String = "09:00-17:00", weekend: String = "closed", market: MarketDays? = nil) throws {
        let (work, rest) = (try #require(WeeklyHours.Day(week)), try #require(WeeklyHours.Day(weekend)))
        let days = Weekday.allCases.map { ($0, $0 == .sat || $0 == .sun ? rest : work) }
        hours = OpeningCalendar(
            week: WeeklyHours(days: Dictionary(uniqueKeysWithValues: days)),
            holidays: .init(calendar: "cn", rule: .closed), market: market,
            calendar: HolidayCalendar([CalendarYear(year: 2026, source: "某通知", days: DutyYear.marked)]))
    }

    /// Spring festival and the National Day week, each with its make-up days.
    private static var marked: [CivilDate: CalendarDay] {
        var days: [CivilDate: CalendarDay] = [:]
        for day in 15...23 { days[dutyDate("2026-02-\(day)")] = .off(holiday: "春节") }
        for day in 1...7 { days[dutyDate("2026-10-0\(day)")] = .off(holiday: "国庆节") }
        for day in ["2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"] {
            days[dutyDate(day)] = .worked(insteadOf: nil, holiday: "调休")
        }
        return days
    }

    /// Staff enter it, as the agent would take it.
    mutating func enter(_ duty: Duty, at time: String, for day: String? = nil, kind: DutyMark.Kind = .done) {
        let now = dutyMoment(time)
        let meant = day == nil && kind == .done ? book.meant(by: duty, at: now) : nil
        let chosen =
            day.map(dutyDate) ?? meant.map { min(CivilDate(of: now), $0.dates.upperBound) } ?? CivilDate(of: now)
        let occurrence = meant ?? book.occurrence(of: duty, on: chosen)
        marks.append(
            DutyMark(
                duty: duty.id, kind: kind, date: chosen, at: now, role: "staff",
                isLate: kind == .done && (occurrence.map { now >= $0.late } ?? false)))
    }

    var book: DutyBook {
        DutyBook(hours: hours, marks: marks, since: since.map { [dutySlug("d"): $0] } ?? [:])
    }

    func state(_ duty: Duty, _ time: String) -> DutyStatus.State { book.status(of: duty, at: dutyMoment(time)).state }

    func summary(_ duty: Duty, _ from: String, _ through: String, at time: String) -> [Int] {
        let summary = book.summary(of: duty, from: dutyDate(from), through: dutyDate(through), at: dutyMoment(time))
        return [summary.due, summary.done, summary.late]
    }
}

func dutySlug(_ text: String) -> Slug { Slug(text) ?? Slug(.queryPC, 99) }
func dutyDate(_ text: String) -> CivilDate { CivilDate(text) ?? CivilDate(of: WallTime(milliseconds: 0)) }

/// `2026-03-05 09:30`, zone time.
func dutyMoment(_ text: String) -> WallTime {
    let parts = text.split(separator: " ")
    let clock = parts[1].split(separator: ":").compactMap { Int64($0) }
    return dutyDate(String(parts[0])).start.advanced(byMilliseconds: (clock[0] * 60 + clock[1]) * 60_000)
}

/// A duty `d` with these lines.
func dutyWith(_ lines: String...) throws -> Duty {
    let more = lines.map { "    \($0)\n" }.joined()
    let text =
        "district: 某区\ntitle: 规则\nduties:\n  - id: d\n    notice: 一号\n    clause: 第一条\n    text: 每日清洁\n    required: yes\n"
        + more
    return try #require(try PolicyFile(text: text, file: "p.yaml").sections.duties.first)
}
