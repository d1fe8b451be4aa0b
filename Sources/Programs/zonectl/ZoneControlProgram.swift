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
            Status.self, Devices.self, Watch.self, Probe.self, Check.self, Heal.self, TestPage.self,
            RestartService.self,
            Diagnostics.self, Commands.self, Jobs.self, HoldDevice.self, ReleaseDevice.self, Doctor.self, Enroll.self,
            Enrolment.self, Export.self, Setup.self, Printers.self, Sign.self, Record.self, Replay.self, Evemu.self,
            Touch.self, NetworkCommand.self, Config.self, Hours.self, Days.self, PolicyCommand.self, DutyCommand.self,
            CheckListCommand.self,
            Forms.self, Copy.self, Access.self, Staff.self,
            Browser.self, Kiosk.self, Report.self, Sim.self,
            Profiles.self, Cases.self, CaseFile.self,
        ],
        defaultSubcommand: Status.self)
}

struct RootOption: ParsableArguments {
    @Option(help: "服务的根目录。 The agent's --root.") var root = ""
    var technician: Technician { Technician(root: root, clock: SystemClock()) { StandardOutput.write($0) } }

    func command(_ device: String, _ request: CommandRequest) async throws {
        try await end { try await $0.command(device, request) }
    }

    /// Exit code 1 for what was not done.
    func end(_ act: (Technician) async throws -> Bool) async throws {
        guard try await act(technician) else { throw ExitCode.failure }
    }
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

struct Sim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "演示设备的故障。 The demo's faults, e.g. printer-sim power=off.")
    @OptionGroup var options: RootOption
    @Argument var device: String?
    @Argument var moves: [String] = []
    func run() async throws { try await options.technician.simulate(device, moves) }
}
