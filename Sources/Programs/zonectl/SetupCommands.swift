import ArgumentParser
import ZoneCommandLine

struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "配置。 The configuration in force.",
        subcommands: [ShowConfig.self, ExplainConfig.self, ReloadConfig.self], defaultSubcommand: ShowConfig.self)
}

struct ShowConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "全部配置项及来源。 Every key with file and line.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.configuration() }
}

struct ExplainConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "一项配置的含义和来源。 What a key means and who set it.")
    @OptionGroup var options: RootOption
    @Argument(help: "例如 hub.url 或 devices.printer-1.uri") var key: String
    func run() async throws { try await options.technician.explain(key) }
}

struct ReloadConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "重新读取配置；有错则保持原样。 Read the files again; a mistake changes nothing.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.reloadConfiguration() }
}

struct Staff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "工作人员 PIN。 The staff PIN.", subcommands: [SetPIN.self])
}

struct SetPIN: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "设置 PIN：输入一行数字。 Set it: type one line of digits.")
    @OptionGroup var options: RootOption

    func run() async throws {
        // Typed, not an argument: arguments are readable by everybody on the machine.
        guard let pin = readLine(strippingNewline: true) else { throw ValidationError("没有输入。 Nothing typed.") }
        try await options.technician.setStaffPIN(pin)
    }
}
