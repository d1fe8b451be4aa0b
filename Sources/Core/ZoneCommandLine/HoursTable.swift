import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

package enum HoursTable {
    package static func text(_ hours: HoursJSON) -> String {
        let closure = hours.closure.map { closed($0) + "\n" } ?? ""
        guard let days = hours.days else {
            return closure + "没有设置开放时间，见 docs/hours.md。 No opening hours are configured; see docs/hours.md.\n"
        }
        var table = TextTable(header: ["日期 DATE", "星期 DAY", "开放 OPEN", "原因 WHY"])
        for day in days { table.add([day.date, weekday(day.weekday), spans(day.spans), why(day)]) }
        return closure + now(hours) + "\n\n" + table.text + (notes(hours).map { $0 + "\n" }.joined())
    }

    private static func now(_ hours: HoursJSON) -> String {
        let next = hours.changesNext.map { "，下次变化 next change \(ZoneCivil.text($0).prefix(16))" } ?? ""
        return (hours.open == true ? "● 现在开放 open now" : "○ 现在不开放 closed now") + next
    }

    private static func closed(_ closure: HoursJSON.ClosureJSON) -> String {
        let end = closure.until.map { "到 until \(ZoneCivil.text($0).prefix(16))" } ?? "直到有人恢复 until it is released"
        let reason = closure.reason.map { "：\($0.cleaned())" } ?? ""
        let since = ZoneCivil.text(closure.since).prefix(16)
        return "▲ 工作人员已关闭专区\(reason)。 Staff have closed the zone. 从 since \(since) \(end)"
    }

    private static func notes(_ hours: HoursJSON) -> [String] {
        var lines = (hours.unexplained ?? []).map(lapse)
        lines += (hours.notices ?? []).map { "▲ " + $0.cleaned(limit: 800) }
        for (year, source) in (hours.calendar?.sources ?? [:]).sorted(by: { $0.key < $1.key }) {
            lines.append("\(year)：\(source.cleaned())")
        }
        for weekday in Weekday.allCases {
            guard let windows = hours.maintenance?[weekday.rawValue], !windows.isEmpty else { continue }
            lines.append("维护时段 maintenance \(self.weekday(weekday.rawValue)) \(spans(windows))")
        }
        return lines.isEmpty ? [] : [""] + lines
    }

    private static func lapse(_ lapse: HoursJSON.LapseJSON) -> String {
        func text(_ time: WallTime) -> Substring { ZoneCivil.text(time).prefix(16) }
        let what =
            lapse.code == ConditionCode.zoneOpenedLate.rawValue ? "未按时启用 opened late" : "开放时间内关闭 off within hours"
        return "▲ \(lapse.date) \(what)：\(text(lapse.from)) – \(text(lapse.to))，\(lapse.minutes) 分钟 min。"
            + "请说明原因 say why: zonectl hours reason \"…\""
    }

    private static func spans(_ spans: [HoursJSON.SpanJSON]) -> String {
        let words = spans.map { "\($0.opens)-\($0.isOvernight ? "次日 next day " : "")\($0.closes)" }
        return words.isEmpty ? "不开放 closed" : words.joined(separator: " ")
    }

    static func why(_ day: HoursJSON.DayJSON) -> String {
        let name = day.holiday ?? ""
        switch day.reason {
        case "weekday": return ""
        case "holiday": return "\(name)放假 holiday"
        case "makeUpDay": return "\(name)调休上班\(day.insteadOf.map { "（补\(weekday($0))）" } ?? "") make-up workday"
        case "marketDay": return "逢场日 market day" + (name.isEmpty ? "" : "（\(name)）")
        case "exception": return "另行公布 exception" + (name.isEmpty ? "" : "（\(name)）")
        default: return day.reason
        }
    }

    private static func weekday(_ word: String) -> String {
        let names = ["mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日"]
        return "\(names[word] ?? "") \(word)"
    }
}

extension HoursJSON.SpanJSON {
    fileprivate var isOvernight: Bool { closes <= opens }

    fileprivate func range(on date: CivilDate) -> Range<WallTime>? {
        func time(_ text: String) -> WallTime? {
            let parts = text.split(separator: ":").compactMap { Int64($0) }
            guard parts.count == 2 else { return nil }
            return date.start.advanced(byMilliseconds: (parts[0] * 60 + parts[1]) * 60_000)
        }
        guard let from = time(opens), var to = time(closes) else { return nil }
        if isOvernight { to = to.advanced(byMilliseconds: 86_400_000) }
        return from < to ? from..<to : nil
    }
}

extension HoursJSON {
    /// When people will find it otherwise than now: a closure by staff outlasts what was published.
    fileprivate var changesNext: WallTime? {
        guard let closure else { return nextChange }
        guard let end = closure.until else { return nil }
        let ranges = (days ?? []).flatMap { day in
            CivilDate(day.date).map { date in day.spans.compactMap { $0.range(on: date) } } ?? []
        }
        let isWithinHours = !ranges.contains { $0.lowerBound == nextChange }
        if let nextChange, isWithinHours, end < nextChange { return end }
        return ranges.first { end < $0.upperBound }.map { max($0.lowerBound, end) }
    }
}

extension Technician {
    /// - Parameter first: a date such as `2026-10-01`; `nil` is today.
    package func hours(from first: String?, days: Int, asJSON: Bool) async throws {
        let from = first.map { "&from=\(PathSegment.encode($0))" } ?? ""
        let hours = try await agent.get(HoursJSON.self, "/v1/hours?days=\(max(0, days))\(from)")
        show(asJSON ? try WireCoding.text(hours) + "\n" : HoursTable.text(hours))
    }

    /// Why hours were missed.
    package func explainHours(_ reason: String) async throws {
        _ = try await agent.post(HoursJSON.self, "/v1/hours/reason", HoursReasonRequest(reason: reason))
        show("已登记原因。 The reason is entered.\n")
    }
}
