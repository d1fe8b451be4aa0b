import ZoneDays
import ZoneModel
import ZoneTime

/// One zone's line in the district's overview.
package struct DistrictRow: Sendable, Hashable, Codable {
    package var zone: String
    /// As on the sign.
    package var name: String
    package var type: String
    package var superior: Known<String>
    package var days: [SheetDay]
    package var daysReason: String?
    /// Faults that were found in the period.
    package var faults: Known<Int64>
    /// Of them, those that are not closed.
    package var open: Known<Int64>
    /// Why nothing can be counted here, such as 已撤销 or 人工检查.
    package var apart: String?

    package init(zone: String, name: String, type: String, superior: Known<String> = .unknown("未登记")) {
        (self.zone, self.name, self.type, self.superior) = (zone, name, type, superior)
        (days, daysReason) = ([], SheetFacts.unwired)
        (faults, open) = (.unknown(SheetFacts.unwired), .unknown(SheetFacts.unwired))
    }
}

/// All zones of a district over a period: 138 lines of 138, also where nothing was heard. A quarter is the circular
/// (季度通报), unit by unit.
package struct DistrictSheet: Sendable, Hashable {
    package let district: String
    package let period: SheetPeriod
    package let rows: [DistrictRow]
    private let dates: Int
    private let last: CivilDate?

    package init(district: String, period: SheetPeriod, asOf: CivilDate, rows: [DistrictRow]) {
        (self.district, self.period) = (district, period)
        self.rows = rows.sorted { DistrictSheet.key($0) < DistrictSheet.key($1) }
        let over = period.dates(through: asOf)
        (dates, last) = (over.count, over.last)
    }

    private static let types = ["hall", "township", "archive", "library", "village"]

    /// Those without a unit come last.
    private static func key(_ row: DistrictRow) -> (String, Int, String) {
        (row.superior.value ?? "\u{FFFD}", types.firstIndex(of: row.type) ?? types.count, row.zone)
    }

    package func lines(_ row: DistrictRow) -> [SheetGroupLine] {
        SheetGroup.allCases.map { SheetGroupLine($0, row.days, dates: dates, reason: row.daysReason) }
    }

    package var title: String {
        let name = district.cleaned(limit: 60)
        return switch period {
        case .quarter: "\(name)政务公开专区运行情况季度通报（\(period.title)）"
        default: "\(name)政务公开专区运行情况汇总表（\(period.title)）"
        }
    }

    package var paper: Paper {
        var paper = Paper(
            title: title,
            head: [
                PaperField("专区总数", .count(Int64(rows.count), unit: "个")),
                PaperField("统计截至", last.map { .date($0) } ?? .unknown("本期尚无已结束的日期")),
            ], signatures: ["制表（签字）", "审核人（签字）", "日期"])
        paper.sections = [summary] + units
        return paper
    }

    /// How many zones are well in each group, and how many nobody can judge.
    private var summary: PaperSection {
        let counted = rows.filter { $0.apart == nil }
        let all = counted.map(lines)
        let table = SheetGroup.allCases.indices.map { index -> [SheetCell] in
            let group = all.map { $0[index] }
            let kept = group.count { $0.verdict == .kept }
            let broken = group.count { if case .interrupted = $0.verdict { true } else { false } }
            return [
                .text(SheetGroup.allCases[index].name), .text("\(kept)/\(rows.count)"),
                .count(Int64(broken), unit: "个"), .count(Int64(rows.count - kept - broken), unit: "个"),
            ]
        }
        return PaperSection(
            "一、总体情况",
            [
                .table(
                    PaperTable(
                        [.init("项目", 3), .init("保障到位", 2), .init("有中断", 2), .init("数据不足或未开放", 3)], table))
            ])
    }

    private var units: [PaperSection] {
        var sections: [PaperSection] = []
        var number = 0
        let names = rows.map { $0.superior.value ?? "" }
        for start in rows.indices where start == 0 || names[start] != names[start - 1] {
            let end = names[start...].firstIndex { $0 != names[start] } ?? rows.count
            let table = rows[start..<end].map { row -> [SheetCell] in
                number += 1
                return cells(row, number)
            }
            let title = names[start].isEmpty ? "主管单位未登记" : "主管单位：\(names[start].cleaned(limit: 60))"
            sections.append(PaperSection(title, [.table(PaperTable(DistrictSheet.columns, table))]))
        }
        sections.append(
            PaperSection(
                "", [],
                notes: ["正常率＝正常÷（应开放时长－报备停用）；情况不明不算正常，超过5%或缺少日数据超过5%即为数据不足。"]))
        return sections
    }

    private static let columns: [PaperTable.Column] = [
        .init("序号", 5), .init("专区名称", 20), .init("类别", 10), .init("主管单位", 14), .init("网络正常率", 11),
        .init("查询设备正常率", 11), .init("打印设备正常率", 11), .init("故障数", 9), .init("未办结", 9),
    ]

    private func cells(_ row: DistrictRow, _ number: Int) -> [SheetCell] {
        let rates = lines(row).map { line -> SheetCell in
            if let apart = row.apart { return .unknown(apart) }
            return line.rate.cell { .share($0) }
        }
        return [
            .text("\(number)"), .text(row.name), .text(SheetWords.type(row.type)), row.superior.cell { .text($0) },
        ] + rates + [row.faults.cell { .count($0, unit: "件") }, row.open.cell { .count($0, unit: "件") }]
    }
}

/// The overview for programs.
package struct DistrictJSON: Sendable, Hashable, Codable {
    package struct ZoneLine: Sendable, Hashable, Codable {
        package var zone: String
        package var name: String
        package var type: String
        package var superior: Known<String>
        package var groups: [FrozenSheet.GroupJSON]
        package var faults: Known<Int64>
        package var open: Known<Int64>
        package var apart: String?
    }

    package var district: String
    package var period: SheetPeriod
    package var zones: [ZoneLine]

    package init(_ sheet: DistrictSheet) {
        (district, period) = (sheet.district, sheet.period)
        zones = sheet.rows.map { row in
            ZoneLine(
                zone: row.zone, name: row.name, type: row.type, superior: row.superior,
                groups: sheet.lines(row).map(FrozenSheet.GroupJSON.init), faults: row.faults, open: row.open,
                apart: row.apart)
        }
    }
}
