import ArgumentParser
import ZoneCommandLine

struct Hours: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "开放时间，每天一行，并说明原因。 Opening hours by the day, and why they are so.",
        subcommands: [ShowHours.self, ExplainHours.self], defaultSubcommand: ShowHours.self)
}

struct ShowHours: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "开放时间，每天一行。 Opening hours by the day.")
    @OptionGroup var options: RootOption
    @Option(help: "从哪天起 the first date, such as 2026-10-01; today if absent") var from: String?
    @Option(help: "天数 days, 1 to 62") var days = 7
    @Flag var json = false

    func run() async throws { try await options.technician.hours(from: from, days: days, asJSON: json) }
}

struct ExplainHours: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reason", abstract: "说明未按时启用的原因。 Say why hours were missed.")
    @OptionGroup var options: RootOption
    @Argument(help: "原因 why") var reason: String

    func run() async throws { try await options.technician.explainHours(reason) }
}
