import ArgumentParser
import ZoneCommandLine
import ZoneWire

struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "打印任务：列出、确认纸是否出来。 Printed documents: list, and say whether paper came.",
        subcommands: [ListJobs.self, ConfirmJob.self], defaultSubcommand: ListJobs.self)
}

struct ListJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "最近的打印任务。 The latest ones, newest first.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.jobs() }
}

struct ConfirmJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "确认出纸口里有没有纸。 Say what lies in the tray; once per job.")
    @OptionGroup var options: RootOption
    @Argument(help: "任务编号 id of the job, see zonectl jobs") var job: String
    @Argument(help: "all 全部有 | some 有一部分 | none 没有纸") var paper: JobConfirmation.Paper

    func run() async throws { try await options.technician.confirmJob(job, paper) }
}

extension JobConfirmation.Paper: ExpressibleByArgument {}
