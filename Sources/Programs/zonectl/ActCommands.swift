import ArgumentParser
import ZoneCommandLine
import ZoneLinux
import ZoneModel
import ZoneWire

struct Heal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "做一步修复，如 reopen。 Do one healing step, within its daily budget.")
    @OptionGroup var options: RootOption
    @Argument var device: String
    @Argument var step = "reopen"

    func run() async throws {
        try await options.command(device, CommandRequest(verb: "heal", args: ["step": .string(step)]))
    }
}

struct Commands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "最近的命令；--cancel 取消。 Latest commands; --cancel one.")
    @OptionGroup var options: RootOption
    @Option(help: "编号 id") var cancel: String?

    func run() async throws {
        if let cancel { return try await options.technician.cancel(cancel) }
        try await options.technician.commands()
    }
}

struct Access: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "谁可以做什么。 Who may do what, and why.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.access() }
}
