import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

extension HoursJSON {
    /// - Parameters:
    ///   - closure: the hold by which staff have closed the zone.
    ///   - first: the first of `days`; `nil` is today.
    ///   - now: decides what `today` and `open` are.
    init(_ hours: OpeningCalendar?, closure: Hold?, from first: CivilDate?, days count: Int, now: WallTime) {
        self.init()
        self.closure = closure.map(ClosureJSON.init)
        guard let hours else { return }
        let today = CivilDate(of: now)
        let spans = HoursJSON.spans(hours.day(today))
        open = hours.isOpen(at: now) && closure == nil
        (self.today, opens, closes) = (spans, spans.first?.opens, spans.last?.closes)
        week = HoursJSON.week(hours.week)
        maintenance = hours.maintenance.map(HoursJSON.week)
        (revision, nextChange) = (hours.revision, hours.nextChange(after: now))
        let plans = (0..<count).map { hours.plan((first ?? today).advanced(byDays: $0)) }
        days = plans.map(DayJSON.init)
        calendar = CalendarJSON(hours, plans)
        notices = HoursJSON.notices(hours, plans.map(\.date.year), today)
    }

    /// The next year is announced in November: from December on a missing file is told, whatever days are shown.
    private static func notices(_ hours: OpeningCalendar, _ shown: [Int], _ today: CivilDate) -> [String]? {
        guard let name = hours.holidays?.calendar else { return nil }
        let years = Set(shown).union(today.month == 12 ? [today.year, today.year + 1] : [])
        let unknown = years.filter { !hours.calendar.knows($0) }.sorted()
        return unknown.isEmpty ? nil : unknown.map { notice(name, $0) }
    }

    mutating func addUnexplained(_ lapses: [HoursRecord.Lapse]) {
        guard !lapses.isEmpty else { return }
        unexplained = lapses.map { lapse in
            LapseJSON(
                code: lapse.code.rawValue, date: lapse.date, from: lapse.from, to: lapse.to, minutes: lapse.minutes)
        }
    }

    private static func notice(_ calendar: String, _ year: Int) -> String {
        "没有\(year)年的节假日安排，暂按每周时间开放：请更新软件，或在 /etc/zone-agent/calendars/\(calendar)/\(year).yaml 补充。 "
            + "The holidays of \(year) are not known, the weekly hours count: update the software, or add "
            + "/etc/zone-agent/calendars/\(calendar)/\(year).yaml."
    }

    private static func week(_ hours: WeeklyHours) -> [String: [SpanJSON]] {
        Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0.rawValue, spans(hours.day($0))) })
    }

    fileprivate static func spans(_ day: WeeklyHours.Day) -> [SpanJSON] { day.spans.map(SpanJSON.init) }
}

extension HoursJSON.ClosureJSON {
    init(_ hold: Hold) { self.init(since: hold.since, until: hold.until, reason: hold.reason) }
}

extension HoursJSON.DayJSON {
    fileprivate init(_ plan: OpeningCalendar.Plan) {
        self.init(
            date: plan.date.description, weekday: plan.date.weekday.rawValue, spans: HoursJSON.spans(plan.day),
            reason: plan.reason.rawValue, holiday: plan.marked?.holiday)
        if case .worked(let weekday?, _) = plan.marked { insteadOf = weekday.rawValue }
    }
}

extension HoursJSON.CalendarJSON {
    fileprivate init?(_ hours: OpeningCalendar, _ plans: [OpeningCalendar.Plan]) {
        guard let holidays = hours.holidays else { return nil }
        let years = Set(plans.map(\.date.year)).sorted()
        let sources = years.compactMap { year in hours.calendar.years[year].map { ("\(year)", $0.source) } }
        self.init(
            id: holidays.calendar, sources: Dictionary(uniqueKeysWithValues: sources),
            unknownYears: years.filter { !hours.calendar.knows($0) })
    }
}

extension HoursJSON.SpanJSON {
    fileprivate init(_ span: WeeklyHours.Span) {
        func text(_ minute: Int) -> String {
            let inDay = minute > 1440 ? minute - 1440 : minute
            return "\(padded(inDay / 60, 2)):\(padded(inDay % 60, 2))"
        }
        self.init(opens: text(span.opensAtMinute), closes: text(span.closesAtMinute))
    }
}
