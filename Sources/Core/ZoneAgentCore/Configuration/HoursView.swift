import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

extension HoursJSON {
    /// - Parameters:
    ///   - state: what closes the devices: the same word for people.
    ///   - first: the first of `days`; `nil` is today.
    ///   - now: decides what `today` is.
    ///   - complaints: what is wrong with the calendar's files.
    init(
        _ hours: OpeningCalendar?, _ state: HoursNow, from first: CivilDate?, days count: Int, now: WallTime,
        clock: ClockQuality = .synced, complaints: [FileComplaint] = []
    ) {
        self.init()
        closure = state.closure.map(ClosureJSON.init)
        guard let hours else { return }
        let today = CivilDate(of: now)
        let spans = HoursJSON.spans(hours.day(today))
        open = state.isOpen
        (self.today, opens, closes) = (spans, spans.first?.opens, spans.last?.closes)
        week = HoursJSON.week(hours.week)
        maintenance = hours.maintenance.map(HoursJSON.week)
        revision = hours.revision
        // An empty battery says any hour, and nothing opens or closes by it.
        if clock != .unsynced { nextChange = hours.nextChange(after: now) }
        let plans = (0..<count).map { hours.plan((first ?? today).advanced(byDays: $0)) }
        days = plans.map(DayJSON.init)
        calendar = CalendarJSON(hours, plans)
        let told =
            (clock == .unsynced ? [HoursJSON.clockNotice] : [])
            + HoursJSON.notices(hours, plans.map(\.date.year), today, complaints)
        notices = told.isEmpty ? nil : told
    }

    private static let clockNotice =
        "时钟还没有校准：暂按开放处理，不会按时间关闭；显示的日期可能不对。请检查网络或对时。 "
        + "The clock is not synchronised: the zone counts as open and nothing closes by its hours; the dates shown may be "
        + "wrong. Check the network, or set the time."

    /// The next year is announced in November: from December on a missing file is told, whatever days are shown.
    private static func notices(
        _ hours: OpeningCalendar, _ shown: [Int], _ today: CivilDate, _ complaints: [FileComplaint]
    ) -> [String] {
        guard let name = hours.holidays?.calendar else { return [] }
        let years = Set(shown).union(today.month == 12 ? [today.year, today.year + 1] : [])
        return years.filter { !hours.calendar.knows($0) }.sorted().map { year in
            complaints.first { $0.concerns(year) }.map { notice($0, year) } ?? notice(name, year)
        }
    }

    /// The file is there, and what it says is not used.
    private static func notice(_ complaint: FileComplaint, _ year: Int) -> String {
        "没有使用\(year)年的节假日，暂按每周时间开放，文件有错：\(complaint.zh)。改正后运行 zonectl config reload。 "
            + "The holidays of \(year) are not used, the weekly hours count: the file has a mistake: \(complaint.english). "
            + "Correct it, then run zonectl config reload."
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

extension FileComplaint {
    /// Of the year's own file, whatever it ends in, or of the line that names the calendar.
    fileprivate func concerns(_ year: Int) -> Bool {
        field == "hours.calendar" || ["yaml", "yml"].contains { file.hasSuffix("/\(year).\($0)") }
    }
}
