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
    /// Why nothing can be counted here; `nil`: a PC counts.
    package var apart: Apart?

    package enum Apart: String, Sendable, Hashable, Codable {
        /// Was closed down: listed, and no part of any number.
        case retired = "已撤销"
        /// Has no PC with an agent.
        case byHand = "人工检查"
    }

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
        (row.superior.value ?? "\u{FFFD}", types.firstIndex(of: row.type) ?? types.count, numbered(row.zone))
    }

    /// So that z-2 comes before z-12: each number with leading zeros.
    private static func numbered(_ zone: String) -> String {
        zone.replacing(/[0-9]+/) { String(repeating: "0", count: max(0, 32 - $0.output.count)) + $0.output }
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
                PaperField("专区总数", .count(Int64(rows.count { $0.apart != .retired }), unit: "个")),
                PaperField("统计截至", last.map { .date($0) } ?? .unknown("本期尚无已结束的日期")),
            ], signatures: ["制表（签字）", "审核人（签字）", "日期"])
        paper.sections = [summary] + units
        return paper
    }

    /// How many zones are well in each group, and how many nobody can judge.
    private var summary: PaperSection {
        let all = rows.filter { $0.apart == nil }.map(lines)
        let byHand = SheetCell.count(Int64(rows.count { $0.apart == .byHand }), unit: "个")
        let table = SheetGroup.allCases.indices.map { index -> [SheetCell] in
            let tally = Tally(all.map { $0[index].verdict })
            return [
                .text(SheetGroup.allCases[index].name), .count(tally.kept, unit: "个"),
                .count(tally.broken, unit: "个"), .count(tally.rest, unit: "个"), byHand,
            ]
        }
        return PaperSection(
            "一、总体情况",
            [
                .table(
                    PaperTable(
                        [
                            .init("项目", 3), .init("保障到位", 2), .init("有中断", 2), .init("数据不足或未开放", 3),
                            .init("人工检查", 2),
                        ], table))
            ])
    }

    /// Of some verdicts: well, interrupted, and what nobody can judge.
    private struct Tally {
        var (kept, broken, rest): (Int64, Int64, Int64) = (0, 0, 0)

        init(_ verdicts: [SheetVerdict]) {
            for verdict in verdicts {
                switch verdict {
                case .kept: kept += 1
                case .interrupted: broken += 1
                case .insufficient, .noHours: rest += 1
                }
            }
        }
    }

    /// How many of a unit's zones were never out of use in any of the three groups, and how many were in one.
    private func subtotal(_ rows: ArraySlice<DistrictRow>) -> String {
        let counted = rows.filter { $0.apart != .retired }
        let zones = counted.filter { $0.apart == nil }.map { lines($0).map(\.verdict) }
        let kept = zones.count { Tally($0).kept == 3 }
        let broken = zones.count { Tally($0).broken > 0 }
        return "小计：专区\(counted.count)个，三项均保障到位\(kept)个，有中断\(broken)个，其余\(counted.count - kept - broken)个。"
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
            sections.append(
                PaperSection(
                    title, [.table(PaperTable(DistrictSheet.columns, table))], notes: [subtotal(rows[start..<end])]))
        }
        sections.append(
            PaperSection(
                "", [],
                notes: ["正常率＝正常÷（应开放时长－报备停用）；情况不明不算正常，超过5%或缺少日数据超过5%即为数据不足。"]))
        return sections
    }

    private static let columns: [PaperTable.Column] = [
        .init("序号", 5), .init("专区名称", 22), .init("类别", 11), .init("网络正常率", 14), .init("查询设备正常率", 14),
        .init("打印设备正常率", 14), .init("故障数", 10), .init("未办结", 10),
    ]

    private func cells(_ row: DistrictRow, _ number: Int) -> [SheetCell] {
        let rates = lines(row).map { line -> SheetCell in
            if let apart = row.apart { return .unknown(apart.rawValue) }
            return line.rate.cell { .share($0) }
        }
        return [
            .text("\(number)"), .text(row.name), .text(SheetWords.type(row.type)),
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
        package var apart: DistrictRow.Apart?
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
