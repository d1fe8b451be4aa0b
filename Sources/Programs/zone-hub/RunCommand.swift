import ArgumentParser
import Logging
import ZoneConfig
import ZoneHubDoor
import ZoneLinux

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "运行平台。 Run the hub.")

    @Option(help: "所有文件都放在此目录下。 All files live below this directory.") var root = ""
    @Option(help: "网页端口。 Port for people.") var port: Int?
    @Option(help: "上报端口。 Port for agents.") var agentPort: Int?
    @Option(
        name: .customLong("agents-address"),
        help: "电脑访问平台所用的域名或地址，可多次。 Name or address by which agents reach the hub; repeatable.")
    var agentsAddresses: [String] = []

    func validate() throws {
        guard agentsAddresses.count <= 16, agentsAddresses.allSatisfy(HostName.isPlausible) else {
            throw ValidationError("--agents-address: 域名或地址，最多 16 个 host names or addresses, at most 16")
        }
    }

    func run() async throws {
        Signals.ignoreBrokenPipes()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var log = Logger(label: "zone-hub")
        log.logLevel = .notice
        let places = Places(root: root)
        let config = try config(places)
        let hub = try Hub(places: places, config: config, log: log)
        try await hub.run { ports in
            let agents = "https://\(config.agentNames.first ?? config.agents.host):\(ports.agents)/"
            StandardOutput.write("wall http://127.0.0.1:\(ports.people)/  agents \(agents)\n")
        }
    }

    /// The file, and over it what the command line says.
    private func config(_ places: Places) throws -> HubConfig {
        let file = places.hubConfig
        var config = SmallFile.exists(file) ? try HubConfig(text: try SmallFile.read(file), file: file) : HubConfig()
        if let port { config.people.port = port }
        if let agentPort { config.agents.port = agentPort }
        if !agentsAddresses.isEmpty { config.agentNames = agentsAddresses }
        return config
    }
}
