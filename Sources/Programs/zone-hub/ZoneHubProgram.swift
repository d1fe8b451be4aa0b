import ArgumentParser
import Logging
import ZoneConfig
import ZoneHubCore
import ZoneLinux

@main
struct ZoneHubProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zone-hub", abstract: "区级平台：接收上报，显示情况。 The district's side of the zones.",
        subcommands: [Run.self], defaultSubcommand: Run.self)
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "运行平台。 Run the hub.")

    @Option(help: "所有文件都放在此目录下。 All files live below this directory.") var root = ""
    @Option(help: "网页端口。 Port for people.") var port = 8080
    @Option(help: "上报端口。 Port for agents.") var agentPort = 8081

    func run() async throws {
        Signals.ignoreBrokenPipes()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var log = Logger(label: "zone-hub")
        log.logLevel = .notice
        let hub = try Hub(
            places: Places(root: root), ports: HubPorts(people: port, agents: agentPort), log: log)
        try await hub.run { ports in
            StandardOutput.write("wall http://127.0.0.1:\(ports.people)/  agents http://127.0.0.1:\(ports.agents)/\n")
        }
    }
}
