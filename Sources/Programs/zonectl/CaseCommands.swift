import ArgumentParser
import ZoneCommandLine

struct Cases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "报修件一览，要先办的在前。 Cases: what has to be done first.",
        discussion: "报修 report: zonectl cases --report DEVICE --text 说明")
    @OptionGroup var options: RootOption
    @Option(help: "报修哪台设备 report this device") var report: String?
    @Option(help: "说明 what is wrong") var text: String?
    @Flag(help: "现场检查发现 found by an inspection") var inspection = false
    @Flag var json = false

    func run() async throws {
        guard report != nil || text != nil else { return try await options.technician.cases(asJSON: json) }
        try await options.technician.reportCase(device: report, text: text, isInspection: inspection)
    }
}

struct CaseFile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "一个报修件的经过，或办理一步。 One case, or a step in it.",
        discussion: "步骤 steps: acknowledged assigned vendorContacted fixed answered declined closed note")
    @OptionGroup var options: RootOption
    @Argument(help: "编号，或末六位 its id, or the last six characters") var id: String
    @Argument(help: "步骤 the step") var step: String?
    @Option(help: "内容 words") var text: String?
    @Flag var json = false

    func run() async throws { try await options.technician.caseFile(id, step: step, text: text, asJSON: json) }
}
