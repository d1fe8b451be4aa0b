import ArgumentParser
import ZoneCommandLine
import ZoneLinux
import ZoneModel
import ZoneWire

struct Heal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "自动修复的情况；写上步骤就做一步。 How healing stands; with a step: do it, within its daily budget.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号 device id") var device: String
    @Argument(help: "步骤，如 reopen。 A step such as reopen.") var step: String?
    @Flag(help: "只输出 JSON。 As JSON.") var json = false

    func run() async throws {
        guard let step else { return try await options.technician.healing(device, asJSON: json) }
        try await options.end { try await $0.heal(device, step) }
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
