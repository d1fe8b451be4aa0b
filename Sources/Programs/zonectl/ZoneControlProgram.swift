import ArgumentParser
import ZoneAgentCore
import ZoneCommandLine
import ZoneLinux
import ZoneWire

@main
struct ZoneControlProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zonectl", abstract: "专区技术人员工具。 The technician's tool.", version: AgentVersion.text,
        subcommands: [
            Status.self, Watch.self, Probe.self, Heal.self, Commands.self, HoldDevice.self, ReleaseDevice.self,
            Config.self, Policy.self, Access.self, Staff.self, Kiosk.self, Sim.self, Profiles.self,
        ],
        defaultSubcommand: Status.self)
}

struct RootOption: ParsableArguments {
    @Option(help: "服务的根目录。 The agent's --root.") var root = ""
    var technician: Technician { Technician(root: root, clock: SystemClock()) { StandardOutput.write($0) } }
}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "设备情况一览。 All devices and what is wrong.")
    @OptionGroup var options: RootOption
    @Flag var json = false
    func run() async throws { try await options.technician.status(asJSON: json) }
}

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "持续显示变化。 Live changes until Ctrl-C.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.watch() }
}

struct Probe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "立即检查一台设备。 Look at a device now.")
    @OptionGroup var options: RootOption
    @Argument var device: String
    func run() async throws { try await options.technician.command(device, CommandRequest(verb: "probe")) }
}

struct Access: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "谁可以做什么。 Who may do what, and why.")
    @OptionGroup var options: RootOption
    func run() async throws { try await options.technician.access() }
}

struct Sim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "演示设备的故障。 The demo's faults, e.g. printer-sim power=off.")
    @OptionGroup var options: RootOption
    @Argument var device: String?
    @Argument var moves: [String] = []
    func run() async throws { try await options.technician.simulate(device, moves) }
}
