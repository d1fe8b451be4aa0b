import ZoneDays
import ZoneModel
import ZoneTime

/// The blocks of a sheet, in the words of the notices.
struct SheetBlocks {
    let sheet: Sheet

    private var facts: SheetFacts { sheet.facts }

    /// 1 三项保障.
    var groups: PaperSection {
        let table = PaperTable(
            [
                .init("项目", 11), .init("应开放时长", 10), .init("正常", 10), .init("故障", 9), .init("其中未启用", 9),
                .init("报备停用", 9), .init("情况不明", 9), .init("平台中断", 9), .init("正常率", 9), .init("结论", 9),
                .init("数据来源", 9),
            ], sheet.groups.map(row))
        return PaperSection("一、三项保障", [.table(table)] + months, notes: groupNotes)
    }

    private func row(_ line: SheetGroupLine) -> [SheetCell] {
        let buckets = SheetMinutes(line.buckets)
        return [
            .text(line.group.name), span(buckets.published), span(buckets.up), span(buckets.down),
            span(buckets.notOpened), span(buckets.maintenance), span(buckets.unknown), outages,
            line.rate.cell { .share($0) }, .text(line.verdict.text), .text(source(line.group)),
        ]
    }

    /// Without a single day nothing is 0.
    private func span(_ seconds: Int64) -> SheetCell {
        facts.days.isEmpty ? .unknown(facts.daysReason ?? "无日数据") : .span(seconds: seconds)
    }

    private var outages: SheetCell {
        facts.outages.cell { stretches in
            stretches.isEmpty ? .text("无") : .span(seconds: stretches.reduce(0) { $0 + length($1) })
        }
    }

    private func length(_ stretch: SheetStretch) -> Int64 {
        let end = stretch.to ?? sheet.dates.last?.next.start ?? stretch.from
        return max(0, (end.milliseconds - stretch.from.milliseconds) / 1000)
    }

    private func source(_ group: SheetGroup) -> String {
        let watches = Set((facts.devices.value ?? []).filter { group.kinds.contains($0.kind) }.map(\.watch))
        return watches == ["person"] ? "人工检查" : watches.contains("person") ? "系统、人工检查" : "系统"
    }

    private var groupNotes: [String] {
        var notes = sheet.groups.compactMap { line in line.verdict.why.map { "\(line.group.name)数据不足：\($0)。" } }
        let missing = sheet.missingDates
        if !missing.isEmpty, missing.count < sheet.dates.count {
            let shown = missing.prefix(10).map { "\($0.month)月\($0.day)日" }.joined(separator: "、")
            notes.append("缺少数据的日期：\(shown)\(missing.count > 10 ? "等\(missing.count)日" : "")。")
        }
        for stretch in (facts.outages.value ?? []).prefix(5) {
            let end = stretch.to.map(SheetWords.moment) ?? "仍未恢复"
            notes.append("平台中断：\(SheetWords.moment(stretch.from)) 至 \(end)，不计入专区责任。")
        }
        notes.append("正常率＝正常÷（应开放时长－报备停用）；情况不明不算正常，超过5%即为数据不足。")
        return notes
    }

    /// A quarter or a year month by month.
    private var months: [PaperPart] {
        guard !facts.period.months.isEmpty, let asOf = CivilDate(facts.asOf) else { return [] }
        let rows = facts.period.months.map { month -> [SheetCell] in
            let days = facts.days.filter { day in CivilDate(day.date).map(month.contains) ?? false }
            let over = month.dates(through: asOf).count
            return [.text(month.title)]
                + SheetGroup.allCases.map { group in
                    let line = SheetGroupLine(group, days, dates: over, reason: facts.daysReason)
                    return over == 0 ? .unknown("未到") : line.rate.cell { .share($0) }
                }
        }
        let columns = [PaperTable.Column("月份", 1)] + SheetGroup.allCases.map { .init("\($0.name)（正常率）", 1) }
        return [.table(PaperTable(columns, rows))]
    }

    /// 2 设备清单.
    var devices: PaperSection {
        let columns: [PaperTable.Column] = [
            .init("设备", 16), .init("性质", 9), .init("型号", 16), .init("序列号", 14), .init("资产编号", 13), .init("位置", 14),
            .init("状态", 10), .init("来源", 8),
        ]
        guard case .value(let devices) = facts.devices else { return missing("二、设备清单", columns, facts.devices) }
        let rows = devices.map { device -> [SheetCell] in
            let name = SheetWords.kind(device.kind) + (device.id.map { "（\($0)）" } ?? "")
            return [
                .text(name), device.required.cell { .text(SheetWords.requirement($0)) }, .optional(device.model),
                .optional(device.serial), device.asset.cell { .text($0) }, .optional(device.place), .text(device.state),
                .text(SheetWords.source(device.watch)),
            ]
        }
        let words = devices.map(\.required.value) + (facts.demands?.value ?? []).map(\.required)
        let list = PaperPart.table(PaperTable(columns, rows, empty: "清单上没有设备"))
        return PaperSection(
            "二、设备清单", [demands, list].compactMap(\.self),
            notes: words.contains("unconfirmed") ? ["“待确认”：依据、条款或现场情况还没有人核对，不作为缺项。"] : [])
    }

    private func missing<Value>(
        _ title: String, _ columns: [PaperTable.Column], _ known: Known<Value>
    ) -> PaperSection {
        guard case .unknown(let reason) = known else { return PaperSection(title, []) }
        return PaperSection(title, [.table(PaperTable(columns, [], empty: "—（\(reason)）"))])
    }

    /// 3 故障台账.
    var cases: PaperSection {
        let columns: [PaperTable.Column] = [
            .init("编号", 12), .init("发现时间", 11), .init("设备", 11), .init("现象", 16), .init("发现方式", 8),
            .init("联系厂家", 10), .init("修复", 10), .init("历时", 9), .init("答复", 10), .init("办结", 10),
        ]
        let heals = sheet.count("healed").cell { .count($0, unit: "次") }.text
        let notes = ["系统自恢复次数：\(heals)。"]
        guard case .value(let cases) = facts.cases else {
            var section = missing("三、故障台账", columns, facts.cases)
            section.notes = notes
            return section
        }
        return PaperSection(
            "三、故障台账", [.table(PaperTable(columns, cases.map(row), empty: "本期无故障登记"))], notes: notes)
    }

    private func row(_ one: SheetCase) -> [SheetCell] {
        func moment(_ at: WallTime?) -> SheetCell { at.map { .moment($0) } ?? .text("—") }
        let end = one.fixed ?? one.closed
        let open = SheetCell.text(one.declined == nil ? "未修复" : "—")
        let lasted = end.map { SheetCell.span(seconds: ($0.milliseconds - one.foundAt.milliseconds) / 1000) } ?? open
        let isEarlier = CivilDate(of: one.foundAt).year != facts.period.first.year
        return [
            .text(one.number),
            isEarlier
                ? .text("\(CivilDate(of: one.foundAt).year)年\(SheetWords.moment(one.foundAt))") : .moment(one.foundAt),
            .text(one.device), .text(one.symptom),
            .text(SheetWords.finder(one.foundBy)), moment(one.vendorContacted), moment(one.fixed), lasted,
            moment(one.answered), one.declined.map { .text("不予受理：\($0)") } ?? moment(one.closed),
        ]
    }
}
