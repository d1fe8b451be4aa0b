import ArgumentParser
import ZoneCommandLine
import ZoneLinux

struct Profiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "硬件资料。 Hardware profiles.", subcommands: [Lint.self, Explain.self])
}

struct Lint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "检查硬件资料文件。 Find mistakes in profile files.")
    @OptionGroup var options: RootOption
    func run() async throws {
        guard try ProfileDesk(root: options.root, show: StandardOutput.write).lint() else { throw ExitCode.failure }
    }
}

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "某类硬件的取值来自哪里。 Which file gave which value, e.g. printer scheme=ipp.")
    @OptionGroup var options: RootOption
    @Argument var kind: String
    @Argument var facts: [String] = []
    func run() async throws {
        let desk = ProfileDesk(root: options.root, show: StandardOutput.write)
        guard try desk.explain(kind, facts) else { throw ExitCode.failure }
    }
}
