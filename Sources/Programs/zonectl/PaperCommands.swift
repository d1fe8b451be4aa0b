import ArgumentParser
import ZoneCommandLine
import ZoneSheets

struct RenderReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "把签发的报表文件再画一次。 Draw a frozen sheet once more; needs no agent.")
    @OptionGroup var options: RootOption
    @Argument(help: "签发的文件 a frozen sheet (.json)") var file: String
    @Option(help: "html | csv | docx | json") var format = PaperFormat.html
    @Option(help: "写入新文件 into a new file") var out: String?

    func run() async throws { try options.technician.renderReport(file, as: format, to: out) }
}

struct PrintPaper: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paper", abstract: "设备故障告示、操作说明、现场检查记录表、督促整改通知单。 The small papers.")
    @OptionGroup var options: RootOption
    @Argument(help: "fault-notice | instructions | visit-record | rectification") var kind: SmallPaper
    @Option(help: "关于哪台设备 about which device") var device: String?
    @Option(help: "html | csv | docx") var format = PaperFormat.html
    @Option(help: "写入新文件 into a new file") var out: String?

    func run() async throws { try await options.technician.paper(kind, device: device, as: format, to: out) }
}

extension SmallPaper: ExpressibleByArgument {}
