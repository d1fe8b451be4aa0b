import ZoneModel
import ZoneSheets
import ZoneTime

/// Sheets in a terminal.
enum ReportTable {
    /// The three groups and what the sheet is.
    static func text(_ frozen: FrozenSheet) throws -> String {
        let sheet = try frozen.sheet()
        var table = TextTable(header: ["项目 GROUP", "应开放", "正常", "故障", "报备停用", "情况不明", "正常率", "结论"])
        for line in sheet.groups {
            let sums = SheetMinutes(line.buckets)
            let known = !sheet.facts.days.isEmpty
            func span(_ seconds: Int64) -> String { known ? SheetWords.span(seconds: seconds) : "—" }
            let rate = line.rate.value.map(\.text) ?? "—"
            table.add([
                line.group.name, span(sums.published), span(sums.up), span(sums.down),
                span(sums.maintenance), span(sums.unknown), rate,
                line.verdict.text + (line.verdict.why.map { "（\($0)）" } ?? ""),
            ])
        }
        let state = sheet.issue.map { "第\($0.revision)版 issued \(ZoneCivil.text($0.issuedAt))" } ?? "草稿 draft"
        return "\(sheet.title.cleaned())\n\(state)，校验码 \(sheet.seal.short)\n\n" + table.text
    }

    static func list(_ reports: [IssuedReport]) -> String {
        guard !reports.isEmpty else {
            return "还没有签发过报表；签发：zonectl report 2026-03 --issue。 No sheet was issued yet.\n"
        }
        var table = TextTable(header: ["期间 PERIOD", "版 REV", "签发 ISSUED", "校验码 SHA-256"])
        for report in reports {
            table.add([
                "\(report.period)", "\(report.revision)", ZoneCivil.text(report.issuedAt),
                String(report.sha256.prefix(16))
                    + (report.isLost == true ? "（文件已不在本机 file is gone）" : ""),
            ])
        }
        return table.text
    }

    static func issued(_ report: IssuedReport) -> String {
        let what =
            report.isNew == false
            ? "没有变化，仍是第\(report.revision)版。 Nothing has changed: revision \(report.revision) stands."
            : "已签发第\(report.revision)版。 Issued as revision \(report.revision)."
        return "\(report.period.title)：\(what)\nsha256 \(report.sha256)\n"
    }

    /// A file against what the agent says that it issued.
    static func comparison(_ frozen: FrozenSheet, with reports: [IssuedReport]?) -> (isFine: Bool, line: String) {
        guard let reports else {
            return (true, "本机服务连不上，只核对了文件本身；请与纸质报表的校验码比对。 No agent here: compare the code with the paper.\n")
        }
        let issued = reports.filter { $0.period == frozen.facts.period }
        if issued.isEmpty {
            return (true, "本机没有签发过这一期；请与纸质报表的校验码比对。 Not issued here: compare the code with the paper.\n")
        }
        if let own = issued.first(where: { frozen.isCopy(of: $0, after: issued) }) {
            let lost = own.isLost == true ? "本机的文件已经丢失，请保存好这一份。 The agent's own file is lost: keep this one.\n" : ""
            return (true, "✔ 与本机签发记录一致。 It is what this agent issued.\n" + lost)
        }
        return (false, "✘ 与本机签发的同一版不一致。 It is not what this agent issued under this number.\n")
    }
}

extension FrozenSheet {
    /// The number, the time and what it replaces are in no hash of the file: the agent's list has them.
    fileprivate func isCopy(of report: IssuedReport, after all: [IssuedReport]) -> Bool {
        let before = all.last { $0.revision < report.revision }
        return issue?.revision == report.revision && issue?.issuedAt == report.issuedAt
            && seal.sha256 == report.sha256 && (before == nil || replaces == before?.sha256)
    }
}
