import ArgumentParser
import ZoneCommandLine
import ZoneLinux

struct Forms: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "表格：列出、检查、补打。 Official forms: list, check, print.",
        subcommands: [ListForms.self, CheckForms.self, PrintForm.self], defaultSubcommand: ListForms.self)
}

struct ListForms: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "本专区的表格及其状态。 The zone's forms, as the agent last saw them.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.forms() }
}

struct CheckForms: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "检查 forms.yaml 和文件。 Hold the files against forms.yaml, now.")
    @OptionGroup var options: RootOption
    func run() async throws {
        guard FormsCheck(root: options.root, show: StandardOutput.write).run() else { throw ExitCode.failure }
    }
}

struct PrintForm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: "打印表格，例如补打20份。 Print a form, such as 20 copies.")
    @OptionGroup var options: RootOption
    @Argument(help: "表格编号 id of the form") var form: String
    @Option(help: "份数 copies, 1 to 99") var copies = 1
    @Option(help: "打印机编号 a printer; may be absent when there is one") var device: String?

    func run() async throws { try await options.technician.printForm(form, copies: copies, device: device) }
}
