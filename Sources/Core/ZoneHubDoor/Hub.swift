import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals
import ZoneConfig
import ZoneHubCore
import ZoneHubStore
import ZoneLinux
import ZoneModel
import ZoneService
import ZoneTime
import ZoneWire

/// One hub, opened and ready to be run.
package struct Hub: Sendable {
    private let lock: StateLock
    private let places: Places
    private let config: HubConfig
    private let store: HubStore
    private let wall: Wall
    private let ingest: Ingest
    private let orders: OfficeOrders
    private let authority: Authority
    private let book: IdentityBook
    private let clock: any ZoneClock
    private let log: Logger

    /// - Throws: `StateLock.Held`, `AuthorityError`, SQLite's errors.
    package init(places: Places, config: HubConfig, clock: any ZoneClock = SystemClock(), log: Logger) throws {
        try SmallFile.makeDirectory(places.hubState)
        lock = try StateLock(directory: places.hubState, program: "zone-hub")
        (self.places, self.config, self.clock, self.log) = (places, config, clock, log)
        store = try HubStore(
            path: places.hubDatabase, clock: clock,
            ballast: Ballast(path: places.hubBallast, beside: places.hubState))
        if let damage = store.damage { log.error("\(damage)") }
        wall = Wall(clock: clock, nodes: try store.nodes(), roster: try store.roster())
        orders = OfficeOrders(
            book: try OrderBook(store: store), clock: clock, log: log, knows: { [wall] in await wall.knows($0) })
        ingest = Ingest(store: store, wall: wall, clock: clock, log: log, orders: orders)
        authority = try Authority(folder: places.hubCA, names: config.agentNames, clock: clock, log: log)
        book = try IdentityBook(store: store)
    }

    /// Longer than what is under way may take (`AgentLimits.farewell`); what is left then, a file on its way in or a reader
    /// who does not read, is cut off, because the next hub waits for the state lock.
    private static let longestEnd = Duration.seconds(4)

    /// Runs until SIGTERM or SIGINT, and then for 5 s at most.
    /// - Parameter onListening: gets the ports in use (they differ from the wanted ones when those were 0).
    package func run(onListening: @escaping @Sendable (HubPorts) -> Void = { _ in }) async throws {
        let ports = OpenPorts(HubPorts(people: config.people.port, agents: config.agents.port), onListening)
        let (ledger, history) = (CaseLedger(store: store), HubDays(store: store, clock: clock))
        let work = WorkTime.live(config, places, clock, log)
        let people = Application(
            router: PeopleRoutes(
                wall: wall, history: history,
                cases: CaseDoor(
                    ledger: ledger, wall: wall, times: config.cases, work: work, clock: clock, log: log),
                reports: HubReports(
                    store: store, wall: wall, sources: .live(store, wall, history, ledger, clock),
                    district: config.district, clock: clock),
                clock: clock
            ).router(),
            configuration: .init(
                address: .hostname(config.people.host, port: config.people.port), serverName: "zone-hub"),
            onServerRunning: { ports.people($0.localAddress?.port ?? 0) }, logger: log)
        let door = AgentsDoor(authority: authority, book: book, ingest: ingest, clock: clock, log: log)
        let identity = IdentityOffice(authority: authority, book: book, clock: clock) { [config] in
            var config = config
            config.agents.port = ports.now.agents
            return config.agentAddress
        }
        let office = Office(
            places: places, store: store, wall: wall, ingest: ingest, identity: identity, orders: orders, work: work,
            clock: clock, log: log)
        let watchdog = Watchdog(
            vitals: [{ [store] in await store.pulse() }, { [wall] in await wall.pulse() }], manager: ServiceManager(),
            clock: clock)
        // They end one after the other, the last one first: the agents' port before all that could keep it waiting.
        let services: [any Service] =
            [
                watchdog, Housekeeping(store: store, wall: wall, clock: clock, log: log),
                CaseKeeper(ledger: ledger, wall: wall, times: config.cases, work: work, clock: clock, log: log), people,
                try office.server { ports.office() },
            ] + door.services(address: config.agents.host, port: config.agents.port) { ports.agents($0) }
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        group.maximumGracefulShutdownDuration = Hub.longestEnd
        defer {
            ServiceManager().stopping()
            store.close()
        }
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            log.warning("What was under way at the end was cut off")
        }
    }
}
