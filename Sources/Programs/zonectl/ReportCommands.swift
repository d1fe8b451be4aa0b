import ArgumentParser
import ZoneCommandLine
import ZoneSheets

struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "运行情况报表：查看、打印、签发、核对。 Inspection sheets: show, print, issue, verify.",
        subcommands: [ShowReport.self, ListReports.self, VerifyReport.self, RenderReport.self, PrintPaper.self],
        defaultSubcommand: ShowReport.self)
}

struct ShowReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "一期报表：2026-03、2026-Q1、2026、2026-03-05。 The sheet of a period.")
    @OptionGroup var options: RootOption
    @Argument(help: "期间 the period", transform: SheetPeriod.typed) var period: SheetPeriod
    @Option(help: "html | csv | docx | json") var format: PaperFormat?
    @Option(help: "写入新文件 into a new file") var out: String?
    @Flag(help: "不看已签发的，看现在的 a draft of now") var draft = false
    @Flag(help: "签发并存档 issue and freeze it") var issue = false
    @Option(help: "存在问题 problems, with --issue") var problems: String?
    @Option(help: "改进意见 improvements, with --issue") var improvements: String?
    @Option(help: "整改落实 rectification, with --issue") var rectification: String?

    func run() async throws {
        let technician = options.technician
        if issue {
            let remarks = SheetRemarks(
                problems: problems, improvements: improvements, rectification: rectification)
            try await technician.issueReport(period, remarks)
            if format == nil, out == nil { return }
        }
        try await technician.report(period, as: format, to: out, isDraft: draft)
    }
}

struct ListReports: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "已签发的报表。 What was issued.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.reports() }
}

struct VerifyReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "核对签发的报表文件（.json）。 Is this file what was issued?")
    @OptionGroup var options: RootOption
    @Argument var file: String
    func run() async throws { try await options.end { try await $0.verifyReport(file) } }
}

extension PaperFormat: ExpressibleByArgument {}
