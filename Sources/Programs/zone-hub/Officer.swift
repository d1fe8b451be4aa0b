import ArgumentParser
import NIOHTTP1
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// How an officer's commands reach the hub on this machine.
struct OfficeOptions: ParsableArguments {
    @Option(help: "平台的根目录。 The hub's --root.") var root = ""
    @Flag(help: "输出 JSON。 Print JSON.") var json = false

    var office: SocketClient { SocketClient(path: Places(root: root).officeSocket, timeout: .seconds(30)) }

    func show(_ text: String) { StandardOutput.write(text) }

    /// The value as JSON, or what `words` makes of it for people.
    func show<Value: Encodable>(_ value: Value, _ words: (Value) -> String) throws {
        show(json ? try WireCoding.text(value) + "\n" : words(value))
    }

    func get<Value: Decodable>(_ type: Value.Type, _ route: String) async throws -> Value {
        try await office.get(type, route)
    }
}

/// What is the same in several commands: which node.
struct NodeArguments: ParsableArguments {
    @Argument(help: "专区编号 id of the zone") var zone: ZoneID
    @Argument(help: "节点编号 id of the node (PC)") var node: NodeID

    var name: NodeName { NodeName(zone: zone, node: node) }
}

extension Slug: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension WallTime {
    /// For people: the zone's civil time.
    var shown: String { ZoneCivil.text(self) }
}
