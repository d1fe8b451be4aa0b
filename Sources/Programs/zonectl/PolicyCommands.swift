import ArgumentParser
import ZoneCommandLine
import ZoneLinux

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "规定要求与现有情况。 What the notices demand, and what is there.",
        subcommands: [ShowPolicy.self, LintPolicy.self], defaultSubcommand: ShowPolicy.self)
}

struct ShowPolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "有、缺、待确认。 What is there, missing, unconfirmed.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.policy() }
}

struct LintPolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "检查规则文件。 Find mistakes in policy files.")
    @OptionGroup var options: RootOption
    @Argument(help: "文件 files, laid over each other; without any, what is installed") var files: [String] = []
    func run() async throws {
        guard PolicyLint(root: options.root, files: files, show: StandardOutput.write).run() else {
            throw ExitCode.failure
        }
    }
}
