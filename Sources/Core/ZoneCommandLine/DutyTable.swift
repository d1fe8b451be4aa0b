import ZoneModel
import ZoneTime
import ZoneWire

/// Duties and check-lists for people.
package enum DutyTable {
    package static func text(_ list: DutyListJSON) -> String {
        guard !list.duties.isEmpty else {
            return "没有登记日常工作，见 docs/duties.md。 No duties are listed; see docs/duties.md.\n"
        }
        var table = TextTable(
            header: ["日常工作 DUTY", "内容 TEXT", "何时 WHEN", "状态 STATE", "期限 BY", "登记 DONE", "本月 MONTH"])
        for duty in list.duties {
            table.add([
                duty.id, called(duty), when(duty), state(duty.state),
                (duty.dueBy ?? duty.nextBy).map { ZoneCivil.text($0) } ?? "—", done(duty), month(duty.thisMonth),
            ])
        }
        return "\(list.date)\(doubt(list.doubt))\n\n" + table.text
    }

    package static func line(_ duty: DutyJSON) -> String {
        "\(duty.id) \(called(duty))：\(state(duty.state)) \(done(duty))\n"
    }

    package static func text(_ list: CheckListJSON) -> String {
        var table = TextTable(header: ["编号 ID", "物品 THING", "应有 NEEDS", "情况 STANDING", "检查 LOOKED", "文件 FILE"])
        for item in list.items {
            table.add([
                item.id, item.text + asked(item.required), "≥ \(item.count)", standing(item.standing), looked(item),
                item.file.map { FormsTable.state($0) } ?? "",
            ])
        }
        let counts = "有 \(list.count("there"))，缺 \(list.count("missing"))，待确认 \(list.count("unconfirmed"))"
        return "\(list.id) \(list.text)（\(Words.cited(list.notice, list.clause))）：\(counts)\n\(table.text)"
    }

    private static func asked(_ required: String) -> String {
        switch required {
        case "yes": ""
        case "no": "（选做）"
        default: "（待确认）"
        }
    }

    private static func called(_ duty: DutyJSON) -> String { duty.name.map { "\($0)：\(duty.text)" } ?? duty.text }

    private static func when(_ duty: DutyJSON) -> String {
        // Once is enough for two things that nobody has confirmed.
        if duty.rhythm == "unconfirmed", duty.required != "no" { return "定期（待确认）" }
        return rhythm(duty.rhythm, trigger: duty.trigger) + asked(duty.required)
    }

    private static func rhythm(_ text: String, trigger: String?) -> String {
        let parts = text.split(separator: " ").map(String.init)
        let days = ["mon": "一", "tue": "二", "wed": "三", "thu": "四", "fri": "五", "sat": "六", "sun": "日"]
        switch (parts.first, parts.last) {
        case ("daily", "opening"): return "每个开放日，开门时"
        case ("daily", _): return "每个开放日"
        case ("weekly", let day?): return "每周\(days[day] ?? day)前"
        case ("monthly", let day?): return "每月\(day)日前"
        case ("every", let days?): return "每\(days)天"
        case ("unconfirmed", _): return "定期（待确认）"
        case ("after", let days?): return "\(trigger ?? parts.dropFirst().first ?? "")后\(days)个工作日内"
        default: return text
        }
    }

    package static func state(_ state: String) -> String {
        switch state {
        case "done": "● 已登记 done"
        case "due": "○ 待做 due"
        case "overdue": "✕ 过期 overdue"
        case "waiting": "— 未到时间 waiting"
        default: "? 不明 unknown"
        }
    }

    private static func done(_ duty: DutyJSON) -> String {
        guard let at = duty.doneAt else { return "—" }
        return ZoneCivil.text(at) + (duty.doneBy.map { " " + Words.role($0) } ?? "")
            + (duty.late == true ? "（补登 late）" : "") + (duty.ahead == true ? "（提前 ahead）" : "")
    }

    private static func month(_ count: DutyJSON.CountJSON?) -> String {
        guard let count else { return "—" }
        return "应 \(count.due) 实 \(count.done)" + (count.late > 0 ? "（补登 \(count.late)）" : "")
    }

    package static func standing(_ standing: String) -> String {
        switch standing {
        case "there": "● 有 there"
        case "missing": "✕ 缺 missing"
        default: "? 待确认 unconfirmed"
        }
    }

    private static func looked(_ item: CheckListJSON.ItemJSON) -> String {
        guard let at = item.checkedAt else { return "—" }
        let found =
            switch item.found {
            case .integer(let count): "\(count)，"
            default: ""
            }
        return found + ZoneCivil.date(at) + (item.checkedBy.map { " " + Words.role($0) } ?? "")
    }

    private static func doubt(_ doubt: String?) -> String {
        switch doubt {
        case "clockUnknown": "　电脑日期不对，暂不判断。 The clock is wrong: nothing is judged."
        case "notChosen":
            "　没有选定本地规则（agent.yaml 的 policy），以下只供参考。 No policy is chosen: this is to look at, nothing is overdue."
        case "hoursUnknown": "　没有公布开放时间，按日、按周、按月的工作不判断。 No hours are published: nothing with a date is judged."
        default: ""
        }
    }
}
