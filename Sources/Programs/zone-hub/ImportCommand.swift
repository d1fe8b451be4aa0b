import ArgumentParser
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

struct ImportExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "导入无网专区用 zonectl export 导出的文件。 Takes a file of zonectl export, from a place without a line.")
    @OptionGroup var options: OfficeOptions
    @Argument(help: "文件 the file") var file: String
    @Flag(help: "证书过期 30 天以上也接受，须确认来源。 Take it although its certificate ran out more than 30 days ago.")
    var acceptOld = false

    func run() async throws {
        let route = "/v1/import" + (acceptOld ? "?acceptOld=yes" : "")
        let report = try await options.office.upload(
            ImportReportJSON.self, route, file: file, deadline: .seconds(4 * 3600))
        try options.show(report, ImportExport.text)
    }

    private static func text(_ report: ImportReportJSON) -> String {
        var lines = [
            "\(report.zone)/\(report.node)：\(report.heartbeats) 条上报，\(report.newEvents) 个新事件"
                + "（\(report.createdAt.shown) 导出）。 \(report.heartbeats) heartbeats, \(report.newEvents) new events."
        ]
        lines += report.through.map {
            "记录 \($0.stream) 已完整到第 \($0.seq) 号。 Stream \($0.stream) is complete up to \($0.seq)."
        }
        if report.flags.contains("certificate.expired") || report.flags.contains("certificate.tooOld") {
            lines.append("注意：签名所用的证书已过期，已记入审计。 Note: signed with a certificate that ran out; noted in the audit.")
        }
        if report.refusedCount > 0 {
            lines.append(
                "\(report.refusedCount) 条无法读取，其余已导入。 \(report.refusedCount) could not be read, the others were taken:")
        }
        lines += report.refused.map { "  \($0)".cleaned(limit: 400) }
        return lines.joined(separator: "\n") + "\n"
    }
}
