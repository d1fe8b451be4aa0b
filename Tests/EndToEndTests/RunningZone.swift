import Logging
import Subprocess
import Synchronization
import SystemPackage
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

/// The real programs in a root of their own, on free ports; they end with the test.
final class RunningZone: Sendable {
    let root: TemporaryRoot
    let places: Places
    private let running = Mutex<[String: Running]>([:])

    private struct Running {
        var task: Task<TerminationStatus?, Never>
        var pid: Mutex<Int32>.Box
    }

    init() throws {
        root = try TemporaryRoot()
        places = Places(root: root.path)
        try SmallFile.makeDirectory(root.path + "/etc/zone-agent")
        try SmallFile.makeDirectory(root.path + "/usr/share/zone-agent/hw-profiles/10-generic")
        for name in SmallFile.list(Self.repository + "/hw-profiles/10-generic") {
            let text = try SmallFile.read(Self.repository + "/hw-profiles/10-generic/" + name)
            try SmallFile.replace(
                places.shippedProfiles + "/10-generic/" + name,
                with: text.replacing("probeInterval: 30s", with: "probeInterval: 500ms"))
        }
    }

    /// What a test that failed has left running ends with it: whoever is cancelled kills the child (Subprocess, `run`).
    deinit { running.withLock { programs in programs.values.forEach { $0.task.cancel() } } }

    static let repository: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    static let programs: String = {
        // The test bundle lies beside the programs.
        let own = (try? Machine.executablePath()) ?? ""
        return own.contains(".build")
            ? String(own[..<(own.lastIndex(of: "/") ?? own.endIndex)]) : repository + "/.build/debug"
    }()

    var admin: SocketClient { SocketClient(path: places.adminSocket) }
    var kiosk: SocketClient { SocketClient(path: places.kioskSocket) }
    var office: SocketClient { SocketClient(path: places.officeSocket) }
    var simulation: SocketClient { SocketClient(path: places.simulationSocket) }

    func writeConfig(devices: String = "", purpose: String = "demo") throws {
        var text = "zone: e2e\nnode: pc-1\nname: 端到端专区\npurpose: \(purpose)\ntype: hall\n"
        if !devices.isEmpty { text += "devices:\n\(devices)" }
        try SmallFile.replace(places.agentConfig, with: text)
    }

    /// Starts a program; its output goes to ROOT/NAME.log.
    func start(_ name: String, _ program: String, _ arguments: [String]) throws {
        let log = try FileDescriptor.open(
            FilePath(root.path + "/\(name).log"), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
        let pid = Mutex<Int32>.Box(0)
        let task = Task<TerminationStatus?, Never> { [root] in
            let result = try? await run(
                .path(FilePath("\(Self.programs)/\(program)")),
                arguments: .init(arguments + ["--root", root.path]), input: .none,
                output: .fileDescriptor(log, closeAfterSpawningProcess: false),
                error: .fileDescriptor(log, closeAfterSpawningProcess: true)
            ) { execution in
                pid.value = execution.processIdentifier.value
            }
            return result?.terminationStatus
        }
        running.withLock { $0[name] = Running(task: task, pid: pid) }
    }

    func startAgent() async throws {
        try start("agent", "zone-agent", ["run"])
        try await eventuallyTrue("agent answers") {
            try await self.kiosk.get(StatusJSON.self, "/v1/status").zone.text == "e2e"
        }
    }

    /// - Returns: the ports for people and agents.
    func startHub(people: Int = 0, agents: Int = 0) async throws -> (people: Int, agents: Int) {
        let log = root.path + "/hub.log"
        let before = (try? SmallFile.read(log).count) ?? 0
        try start("hub", "zone-hub", ["run", "--port", "\(people)", "--agent-port", "\(agents)"])
        return try await eventually("hub listens") {
            let text = try SmallFile.read(log).dropFirst(before)
            let ports =
                text.split(separator: "\n").last { $0.hasPrefix("wall ") }?
                .split(whereSeparator: { $0 == ":" || $0 == "/" }).compactMap { Int($0) } ?? []
            return ports.count == 2 ? (ports[0], ports[1]) : nil
        }
    }

    /// The technician asks, the officer approves: both programs must be running.
    func enrol() async throws {
        let name = NodeName(zone: try #require(Slug("e2e")), node: try #require(Slug("pc-1")))
        let token = try await office.post(JSONValue.self, "/v1/tokens", TokenRequest(name: name))["token"]?.stringValue
        let asked = try await admin.post(
            EnrolmentJSON.self, "/v1/enrolment", EnrolRequest(token: try #require(token)))
        let short = try #require(asked.fingerprint)
        try await eventuallyTrue("the request arrives") {
            _ = try await self.office.post(JSONValue.self, "/v1/enrolments/\(short)/approve", JSONValue.null)
            return true
        }
        try await eventuallyTrue("enrolled") {
            try await self.admin.get(EnrolmentJSON.self, "/v1/enrolment").state == .enrolled
        }
    }

    func startSimulation() async throws -> [String: String] {
        try start("sim", "zone-agent", ["simulate"])
        return try await eventually("simulators listen") {
            let lines = try SmallFile.read(self.places.simulationAddresses).split(separator: "\n")
            let pairs = lines.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
            return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })
        }
    }

    /// Sends a signal and waits for the end.
    @discardableResult
    func stop(_ name: String, _ signal: Int32 = 15) async throws -> TerminationStatus? {
        guard let program = running.withLock({ $0.removeValue(forKey: name) }) else { return nil }
        let pid = try await eventually("\(name) has started") { program.pid.value > 0 ? program.pid.value : nil }
        Signals.send(signal, to: pid)
        return await program.task.value
    }

    /// Waits for a program that ends by itself.
    @discardableResult
    func ended(_ name: String) async -> TerminationStatus? {
        await running.withLock { $0.removeValue(forKey: name) }?.task.value
    }

    /// Sends a signal that does not end the program.
    func signal(_ name: String, _ signal: Int32) async throws {
        let program = try #require(running.withLock { $0[name]?.pid })
        let pid = try await eventually("\(name) has started") { program.value > 0 ? program.value : nil }
        Signals.send(signal, to: pid)
    }

    /// Everything, the agent before its hub.
    func stopAll() async throws {
        for name in ["agent", "sim", "hub"] { try await stop(name) }
    }

    func device(_ id: String) async throws -> DeviceJSON? {
        try await admin.get(DeviceListJSON.self, "/v1/devices").devices.first { $0.id.text == id }
    }

    func log(_ name: String) -> String { (try? SmallFile.read(root.path + "/\(name).log")) ?? "" }
}

extension Mutex where Value == Int32 {
    /// A number that two tasks share.
    final class Box: Sendable {
        private let storage: Mutex<Int32>
        init(_ value: Int32) { storage = Mutex(value) }

        var value: Int32 {
            get { storage.withLock { $0 } }
            set { storage.withLock { $0 = newValue } }
        }
    }
}
