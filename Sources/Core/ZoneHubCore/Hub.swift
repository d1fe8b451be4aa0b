import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneService
import ZoneTime
import ZoneWire

/// Where the hub listens: loopback only, until identity (agents) and users (people) exist.
package struct HubPorts: Sendable, Hashable {
    package var people: Int
    package var agents: Int

    package init(people: Int = 8080, agents: Int = 8081) { (self.people, self.agents) = (people, agents) }
}

/// One hub, opened and ready to be run.
package struct Hub: Sendable {
    private static let loopback = "127.0.0.1"

    private let lock: StateLock
    private let store: HubStore
    private let wall: Wall
    private let ports: HubPorts
    private let clock: any ZoneClock
    private let log: Logger

    /// - Throws: `StateLock.Held`, SQLite's errors.
    package init(places: Places, ports: HubPorts, clock: any ZoneClock = SystemClock(), log: Logger) throws {
        try SmallFile.makeDirectory(places.hubState)
        lock = try StateLock(directory: places.hubState, program: "zone-hub")
        store = try HubStore(path: places.hubDatabase)
        wall = Wall(clock: clock, nodes: try store.nodes())
        (self.ports, self.clock, self.log) = (ports, clock, log)
    }

    /// Runs until SIGTERM or SIGINT.
    /// - Parameter onListening: gets the ports in use (they differ from the wanted ones when those were 0).
    package func run(onListening: @escaping @Sendable (HubPorts) -> Void = { _ in }) async throws {
        let open = OpenPorts(onListening)
        let ingest = Ingest(store: store, wall: wall, clock: clock, log: log)
        let people = Application(
            router: PeopleRoutes(wall: wall, clock: clock).router(),
            configuration: .init(address: .hostname(Hub.loopback, port: ports.people), serverName: "zone-hub"),
            onServerRunning: { open.people($0.localAddress?.port ?? 0) }, logger: log)
        let agents = Application(
            router: AgentRoutes(ingest: ingest, log: log).router(),
            configuration: .init(address: .hostname(Hub.loopback, port: ports.agents), serverName: "zone-hub"),
            onServerRunning: { open.agents($0.localAddress?.port ?? 0) }, logger: log)
        let watchdog = Watchdog(
            vitals: [{ [store] in await store.pulse() }, { [wall] in await wall.pulse() }], manager: ServiceManager(),
            clock: clock)
        let group = ServiceGroup(
            configuration: .init(
                services: [people, agents, WallTicker(wall: wall, clock: clock), watchdog],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        ServiceManager().stopping()
        store.close()
    }
}

/// Zones become late and silent while nobody says anything.
private struct WallTicker: Service {
    let wall: Wall
    let clock: any ZoneClock

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await clock.sleep(for: .seconds(1))
                await wall.tick()
            }
        }
    }
}

/// Reports once, when both ports are open.
private final class OpenPorts: Sendable {
    private let state = Mutex<(people: Int?, agents: Int?)>((nil, nil))
    private let onListening: @Sendable (HubPorts) -> Void

    init(_ onListening: @escaping @Sendable (HubPorts) -> Void) { self.onListening = onListening }

    func people(_ port: Int) { note { $0.people = port } }
    func agents(_ port: Int) { note { $0.agents = port } }

    private func note(_ change: (inout (people: Int?, agents: Int?)) -> Void) {
        let ports = state.withLock { state -> HubPorts? in
            change(&state)
            guard let people = state.people, let agents = state.agents else { return nil }
            return HubPorts(people: people, agents: agents)
        }
        guard let ports else { return }
        ServiceManager().ready()
        onListening(ports)
    }
}
