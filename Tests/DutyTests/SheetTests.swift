import Testing
import ZoneDays
import ZoneModel
import ZoneSheets
import ZoneTestKit
import ZoneTime

@Suite("The sheet of a zone")
struct SheetTests {
    private func sheet() throws -> Sheet {
        try Sheet(
            try ExampleMonth.facts(), issue: SheetIssue(revision: 1, issuedAt: ExampleMonth.issuedAt))
    }

    @Test("title, blocks and foot are those of the notices")
    func layout() throws {
        let paper = try sheet().paper
        #expect(paper.title == "示例镇政务公开专区设施设备运行情况月报表（2026年3月）")
        #expect(paper.head.map(\.label) == ["填报单位（盖章）", "主管单位", "专区类别", "报送单位", "报送日期", "统计截至"])
        #expect(
            paper.sections.map(\.title) == [
                "一、三项保障", "二、设备清单", "三、故障台账", "四、日常管理", "五、使用情况", "六、存在问题和改进意见", "七、整改落实",
            ])
        #expect(paper.signatures == ["检查人（签字）", "审核人（签字）", "日期"])
    }

    @Test("the numbers of the three groups follow from the days")
    func groups() throws {
        let rows = try rows(of: 0, in: sheet().paper)
        #expect(
            rows == [
                ["网络畅通", "176小时", "175小时30分", "20分", "0分", "0分", "10分", "2小时30分", "99.71%", "有中断（1日）", "系统"],
                [
                    "查询设备可用", "176小时", "175小时15分", "45分", "45分", "0分", "0分", "2小时30分", "99.57%", "有中断（1日）", "系统",
                ],
                [
                    "打印设备可用", "176小时", "170小时55分", "2小时5分", "0分", "3小时", "0分", "2小时30分", "98.79%", "有中断（1日）",
                    "系统、人工检查",
                ],
            ])
    }

    @Test("a case with its times, and how long it took")
    func cases() throws {
        let rows = try rows(of: 2, in: sheet().paper)
        #expect(
            rows.first == [
                "〔2026〕第0012号", "3月5日 09:12", "打印机（printer-1）", "打印机卡纸，暂时不能打印", "系统", "3月5日 09:40", "3月5日 11:17",
                "2小时5分", "3月5日 11:30", "3月5日 14:00",
            ])
        #expect(rows.last?.suffix(3) == ["未修复", "—", "—"])
        #expect(try sheet().paper.sections[2].notes == ["系统自恢复次数：22次。"])
    }

    @Test("what nobody delivers is a dash with its reason, never a 0")
    func nothing() throws {
        let head = SheetHead(name: "示例村政务公开专区", type: "village")
        let last = ExampleMonth.period.last
        let sheet = try Sheet(SheetFacts(zone: "v", period: ExampleMonth.period, asOf: last, head: head))
        for group in sheet.groups { #expect(group.verdict.text == "数据不足") }
        let cells = sheet.paper.sections.flatMap(\.parts).flatMap { part -> [String] in
            guard case .table(let table) = part else { return [] }
            return table.rows.flatMap { $0.map(\.text) } + (table.rows.isEmpty ? [table.empty] : [])
        }
        #expect(cells.contains("—（未接入）"))
        for cell in cells { #expect(!cell.hasPrefix("0"), "\(cell)") }
        #expect(sheet.paper.sections[0].notes.first == "网络畅通数据不足：缺31日数据（未接入）。")
    }

    @Test("a demo says so before everything else")
    func demo() throws {
        var facts = try ExampleMonth.facts()
        facts.head.isDemo = true
        let paper = try Sheet(facts).paper
        #expect(paper.banner == "演示专区，数据不作考核依据")
        #expect(paper.stamp?.line.hasPrefix("草稿，未签发") == true)
    }

    private func rows(of section: Int, in paper: Paper) throws -> [[String]] {
        guard case .table(let table) = try #require(paper.sections[section].parts.first) else { return [] }
        return table.rows.map { $0.map(\.text) }
    }
}

@Suite("All zones of a district on one list")
struct DistrictSheetTests {
    private func tables(_ paper: Paper) -> [PaperTable] {
        paper.sections.flatMap(\.parts).compactMap { part in
            if case .table(let table) = part { table } else { nil }
        }
    }

    @Test("138 of 138, unit by unit, also those of whom nothing is known")
    func whole() throws {
        let sheet = try ExampleDistrict.sheet()
        let tables = tables(sheet.paper)
        let lines = tables.dropFirst().flatMap(\.rows)
        #expect(lines.count == 138 && lines.map { $0[0].text } == (1...138).map(String.init))
        #expect(sheet.paper.sections.map(\.title).filter { $0.hasPrefix("主管单位") }.count == 11)
        #expect(sheet.paper.sections.last { !$0.title.isEmpty }?.title == "主管单位未登记")
        for row in tables[0].rows {
            let parts = row.dropFirst().compactMap { Int($0.text.dropLast()) }
            #expect(parts.count == 4 && parts.reduce(0, +) == 137 && parts.allSatisfy { $0 > 0 }, "\(row)")
        }
        let apart = lines.first { $0[1].text.hasPrefix("示例40村") }
        #expect(apart?[3].text == "—（人工检查）")
        let names = lines.map { $0[1].text }
        let (near, far) = (names.firstIndex { $0.hasPrefix("示例99村") }, names.firstIndex { $0.hasPrefix("示例108村") })
        #expect(try #require(near) < #require(far), "two villages of one town, as people count")
        #expect(sheet.title == "示例区政务公开专区运行情况汇总表（2026年3月）")
    }

    @Test("a quarter is the circular")
    func quarter() throws {
        let period = try #require(SheetPeriod("2026-Q1"))
        let sheet = DistrictSheet(district: "示例区", period: period, asOf: period.last, rows: [])
        #expect(sheet.title == "示例区政务公开专区运行情况季度通报（2026年第一季度）")
        #expect(DistrictJSON(sheet).zones.isEmpty)
    }

    @Test("the order of the rows does not matter")
    func order() throws {
        let rows = try ExampleDistrict.rows()
        let (one, other) = [rows, rows.reversed()].map {
            DistrictSheet(district: "", period: ExampleMonth.period, asOf: ExampleMonth.period.last, rows: $0).paper
        }.pair
        #expect(one == other)
    }
}

extension Array {
    fileprivate var pair: (Element, Element) { (self[0], self[1]) }
}
