import ArgumentParser
import ZoneAgentCore
import ZoneCommandLine
import ZoneConfig
import ZoneLinux
import ZoneModel

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "体检：哪里不对，该怎么办。 What is wrong with this PC, and what to do.",
        discussion: "退出码 exit code: 0 正常 ok, 1 有故障或警告 faults or warnings, 2 有查不到的 something could not be looked at.")
    @OptionGroup var options: RootOption
    @Flag var json = false

    func run() async throws {
        let desk = DoctorDesk(
            root: options.root, drivers: DriverRegistry.shipped, clock: SystemClock(), show: StandardOutput.write)
        throw ExitCode(try await desk.run(asJSON: json))
    }
}

struct Setup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "查找设备并建议 agent.yaml。 Find hardware and propose agent.yaml.")
    @OptionGroup var options: RootOption
    @Option(help: "专区编号 the zone's id") var zone: String?
    @Option(help: "本机编号 this PC's id") var node: String?
    @Option(help: "专区名称 the name as on the sign") var name: String?
    @Option(help: "hall | township | archive | library | village") var type: String?
    @Flag(help: "写入；已有的不覆盖。 Write it; never over one that is there.") var write = false

    func run() async throws {
        let desk = SetupDesk(root: options.root, drivers: DriverRegistry.shipped, show: StandardOutput.write)
        try await desk.run(try SiteFacts.read(zone: zone, node: node, name: name, type: type), write: write)
    }
}
