import ZoneDays
import ZoneModel
import ZoneTime

/// What an issue adds to the facts.
package struct SheetIssue: Sendable, Hashable, Codable {
    /// From 1; a later one replaces all before it.
    package var revision: Int
    package var issuedAt: WallTime

    package init(revision: Int, issuedAt: WallTime) { (self.revision, self.issuedAt) = (revision, issuedAt) }
}

/// The sheet of one zone and period: a pure function of its facts, so agent and hub print the same.
package struct Sheet: Sendable, Hashable {
    package let facts: SheetFacts
    package let seal: SheetSeal
    /// `nil`: a draft.
    package let issue: SheetIssue?
    package let groups: [SheetGroupLine]
    /// Dates of the period that are over.
    package let dates: [CivilDate]

    package init(_ facts: SheetFacts, issue: SheetIssue? = nil) throws {
        let sorted = SheetSeal.inOrder(facts)
        (self.facts, self.issue) = (sorted, issue)
        seal = try SheetSeal(sorted)
        let period = sorted.period
        let over = CivilDate(sorted.asOf).map { period.dates(through: $0) } ?? []
        dates = over
        groups = SheetGroup.allCases.map {
            SheetGroupLine($0, sorted.days, dates: over.count, reason: sorted.daysReason)
        }
    }

    package var title: String {
        "\(facts.head.name.cleaned(limit: 60))设施设备运行情况\(facts.period.sheetName)（\(facts.period.title)）"
    }

    /// Dates that are over and have no numbers.
    package var missingDates: [CivilDate] {
        let told = Set(facts.days.map(\.date))
        return dates.filter { !told.contains("\($0)") }
    }

    /// The period is not over.
    package var isPartial: Bool { dates.last != facts.period.last }

    /// How often something happened; unknown where no day counted it.
    package func count(_ name: String) -> Known<Int64> {
        if facts.days.isEmpty { return .unknown(facts.daysReason ?? "无日数据") }
        let counted = facts.days.compactMap { $0.counts[name] }
        return counted.isEmpty
            ? .unknown("未统计") : .value(counted.reduce(0) { $0.addingReportingOverflow(max(0, $1)).partialValue })
    }

    package var paper: Paper {
        var paper = Paper(
            title: title, head: head, sections: sections, signatures: ["检查人（签字）", "审核人（签字）", "日期"])
        paper.banner = facts.head.isDemo ? "演示专区，数据不作考核依据" : nil
        let version = issue.map { "第\($0.revision)版" } ?? "草稿，未签发"
        paper.stamp = PaperStamp(
            line: "\(version)　校验码 \(seal.short)",
            code: "\(facts.zone) \(facts.period) r\(issue?.revision ?? 0) \(seal.sha256.prefix(16))")
        return paper
    }

    private var head: [PaperField] {
        func written(_ known: Known<String>) -> SheetCell { known.value.map { .text($0) } ?? .blank }
        var fields = [
            PaperField("填报单位（盖章）", written(facts.head.unit)),
            PaperField("主管单位", written(facts.head.superior)),
            PaperField("专区类别", .text(SheetWords.type(facts.head.type))),
            PaperField("报送单位", written(facts.head.recipient)), PaperField("报送日期", .blank),
        ]
        if let last = dates.last {
            fields.append(PaperField(isPartial ? "统计截至（本期未结束）" : "统计截至", .date(last)))
        } else {
            fields.append(PaperField("统计截至", .unknown("本期尚无已结束的日期")))
        }
        if let person = facts.head.person { fields.append(PaperField("填报人", .text(person))) }
        return fields
    }

    private var sections: [PaperSection] {
        let blocks = SheetBlocks(sheet: self)
        return [
            blocks.groups, blocks.devices, blocks.cases, blocks.daily, blocks.use, blocks.remarks,
            blocks.rectification,
        ]
    }
}
