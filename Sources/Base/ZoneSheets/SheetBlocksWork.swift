import ZoneModel

/// What people did and what was used.
extension SheetBlocks {
    private static let usualDuties = ["启用检查", "清洁", "消毒"]

    /// 4 日常管理.
    var daily: PaperSection {
        var rows: [[SheetCell]] =
            switch sheet.facts.duties {
            case .value(let duties): duties.map(row)
            case .unknown(let reason):
                SheetBlocks.usualDuties.map { [.text($0), .unknown(reason), .unknown(reason), .text("")] }
            }
        let facts = sheet.facts
        rows.append([.text("空白表"), .text(""), .text(""), facts.forms.cell { .text($0) }])
        rows.append([
            .text("意见箱开箱"), .text(""), facts.boxOpenings.cell { .count($0, unit: "次") }, .text(""),
        ])
        rows.append([.text("收费公示"), .text(""), .text(""), facts.fees.cell { .text($0) }])
        let columns: [PaperTable.Column] = [.init("项目", 3), .init("应做", 2), .init("实做", 2), .init("说明", 6)]
        return PaperSection("四、日常管理", [.table(PaperTable(columns, rows))])
    }

    private func row(_ duty: SheetDuty) -> [SheetCell] {
        let lacking = duty.done < duty.due ? "少\(duty.due - duty.done)日" : nil
        let note = [lacking, duty.note].compactMap(\.self).joined(separator: "；")
        return [.text(duty.name), .count(duty.due, unit: "日"), .count(duty.done, unit: "日"), .text(note)]
    }

    /// 5 使用情况.
    var use: PaperSection {
        func line(_ name: String, _ known: Known<Int64>, _ unit: String, _ note: String = "") -> [SheetCell] {
            [.text(name), known.cell { .count($0, unit: unit) }, .text(note)]
        }
        let reported = sheet.facts.cases.map { cases in
            Int64(cases.count { $0.foundBy == "citizen" && $0.isFound(in: sheet.facts.period) })
        }
        let rows = [
            line("查询次数（触摸会话）", sheet.count("touchSessions"), "次", "相隔60秒以上算另一次"),
            line("打印页（已确认）", sheet.count("pagesProven"), "页", "打印机计数证实已出纸"),
            line("打印页（未确认）", sheet.count("pagesUnproven"), "页", "已送打印，未能证实出纸"),
            line("复印页", sheet.count("copies"), "页"), line("检出投递数", sheet.count("deposits"), "次", "意见箱感应，不等于意见件数"),
            line("群众反映", reported, "件"),
        ]
        let columns: [PaperTable.Column] = [.init("项目", 4), .init("数量", 3), .init("说明", 6)]
        return PaperSection("五、使用情况", [.table(PaperTable(columns, rows))])
    }

    /// 6 存在问题 / 改进意见.
    var remarks: PaperSection {
        PaperSection(
            "六、存在问题和改进意见",
            [
                .essay(label: "存在问题", text: sheet.facts.remarks.problems, lines: 2),
                .essay(label: "改进意见", text: sheet.facts.remarks.improvements, lines: 2),
            ])
    }

    /// 7 整改落实.
    var rectification: PaperSection {
        PaperSection("七、整改落实", [.essay(label: "整改落实", text: sheet.facts.remarks.rectification, lines: 2)])
    }
}
