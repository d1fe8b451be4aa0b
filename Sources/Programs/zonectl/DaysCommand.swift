import ArgumentParser
import ZoneCommandLine

struct Days: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "每天的正常、故障、停用、不明时长。 What became of the published hours, by the day.")
    @OptionGroup var options: RootOption
    @Option(help: "从哪天起 the first date, such as 2026-10-01") var from: String?
    @Option(help: "到哪天 the last date; today if absent") var to: String?
    @Flag(help: "核对记录有没有改动 check that no record was changed") var verify = false
    @Flag var json = false

    func run() async throws {
        try await options.end { try await $0.days(from: from, to: to, verify: verify, asJSON: json) }
    }
}
