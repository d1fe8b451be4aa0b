import ArgumentParser
import Logging
import PrintingWorker
import ZoneAgentCore
import ZoneConfig
import ZoneLinux
import ZoneSimulation

@main
struct ZoneAgentProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zone-agent", abstract: "守护政务公开专区的设备。 Keeps a zone's devices in order.",
        version: AgentVersion.text, subcommands: [Run.self, Simulate.self, Worker.self], defaultSubcommand: Run.self)
}

struct RootOption: ParsableArguments {
    @Option(help: "所有文件都放在此目录下。 All files live below this directory.")
    var root = ""

    @Flag(help: "记录更多细节。 Log more.")
    var verbose = false

    func logger(_ label: String) -> Logger {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var log = Logger(label: label)
        log.logLevel = verbose ? .debug : .notice
        return log
    }
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "运行服务。 Run the service.")
    @OptionGroup var options: RootOption

    func run() async throws {
        Signals.ignoreBrokenPipes()
        try await Agent(places: Places(root: options.root), log: options.logger("zone-agent")).run()
    }
}

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "模拟演示设备。 Simulate the demo's devices.")
    @OptionGroup var options: RootOption

    func run() async throws {
        Signals.ignoreBrokenPipes()
        try await Simulation(places: Places(root: options.root), log: options.logger("zone-sim")).run()
    }
}

struct Worker: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "内部使用。 Internal: speaks to printers.", shouldDisplay: false)
    @Argument var kind: String

    func run() throws {
        guard kind == "printing" else { throw ValidationError("unknown worker “\(kind)”") }
        PrintingWorker().run()
    }
}
