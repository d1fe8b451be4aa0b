import DriverKit
import Logging
import Synchronization
import ZoneAccess
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

/// The desks of one agent with a hub's orders coming in, on a journal that a test may open again.
struct HubOrdersRig {
    static let pc = DeviceID(.queryPC, 1)
    static let printer = StationRig.printer
    static let technician = Caller(door: .admin, uid: 1001, role: .technician)

    let base: StationRig
    let files: ConfigurationRig
    let units = FakeUnits()
    let driver = FakePrinterDriver()

    init() throws { (base, files) = (try StationRig(), try ConfigurationRig()) }

    struct Agent: Sendable {
        let tools: AgentTools
        let commands: CommandDesk
        let leases: LeaseDesk
        let orders: RemoteOrders
        var journal: Journal { tools.journal }
        var station: Station { tools.station }
    }

    /// One life of an agent: what an earlier one left is settled first, as at a start.
    func withAgent(hasUnits: Bool = true, _ body: (Agent) async throws -> Void) async throws {
        try await base.withStation { station, journal in
            await station.admit(DeviceCard(id: Self.pc, kind: .queryPC), maxAge: .seconds(90))
            let log = Logger(label: "test")
            let supervisor = Supervisor(
                station: station, journal: journal, scout: HardwareScout(shelf: ProfileShelf([]), drivers: []),
                bindings: Bindings([], reserved: []), bindingsFile: files.places.bindings, clock: base.clock, log: log)
            let profile = DeviceProfile(driver: "fake", kind: .printer, probeInterval: .seconds(30))
            await supervisor.start(
                Assignment(
                    card: DeviceCard(id: Self.printer, kind: .printer), driver: driver, attachment: .machine,
                    profile: profile))
            try await eventuallyTrue("the printer is open") { await supervisor.takesDocuments(Self.printer) }
            let agent = try agent(station, journal, supervisor, hasUnits ? units : nil, log)
            let restored = try journal.restore()
            try await agent.commands.settle(restored.commands)
            await agent.tools.jobs.settle(restored.jobs)
            do { try await body(agent) } catch {
                await supervisor.stop()
                throw error
            }
            await supervisor.stop()
        }
    }

    private func agent(
        _ station: Station, _ journal: Journal, _ supervisor: Supervisor, _ units: FakeUnits?, _ log: Logger
    ) throws -> Agent {
        let (clock, restored, store) = (base.clock, try journal.restore(), try files.store())
        let heals = HealDesk(journal: journal, clock: clock, counts: restored.heals) { id, step throws(DeviceError) in
            try await supervisor.heal(id, step)
        } tellSpent: { _, _ in
        }
        let jobs = JobDesk(
            spool: try Spool(directory: files.places.spool), journal: journal, clock: clock, log: log,
            effect: AgentJobs.effect(supervisor))
        let leases = LeaseDesk(clock: clock) { _, _, _ in }
        let changes = ConfigurationDesk(
            store: store, journal: journal, station: station, roster: Roster(supervisor: supervisor),
            profileComplaints: [], clock: clock, log: log)
        let tools = AgentTools(
            supervisor: supervisor, station: station, heals: heals, jobs: jobs, changes: changes, store: store,
            journal: journal, units: units, profileComplaints: [], clock: clock, startedAt: clock.mono())
        let requirements = HubOrdersRequirements(store: store, board: station.board, leases: leases, clock: clock)
        let commands = CommandDesk(
            journal: journal, clock: clock, verbs: AgentVerbs.all(tools), remembered: restored.remembered,
            unmet: requirements.complaint, log: log)
        let orders = RemoteOrders(
            journal: journal, handler: HubOrders(commands: commands, board: station.board), log: log)
        return Agent(tools: tools, commands: commands, leases: leases, orders: orders)
    }

    static func order(
        _ verb: String, _ device: DeviceID? = nil, id: UInt64 = 1, args: JSONValue? = nil, ttl: Int64 = 60_000,
        requires: [OrderJSON.Requirement]? = nil
    ) -> OrderJSON {
        OrderJSON(
            id: HexID(random: id), verb: verb, device: device, args: args, ttl: ttl, requires: requires,
            actor: "uid 1000 via office.sock")
    }
}

extension HubOrdersRig.Agent {
    /// What came of an order, once it is over.
    func end(of id: UInt64 = 1) async throws -> CommandJSON {
        try await eventually("the order is over") {
            try await journal.order(HexID(random: id)).flatMap { $0.state.isOver ? $0 : nil }
        }
    }

    func done(_ order: OrderJSON) async throws -> CommandJSON {
        await orders.take([order])
        return try await eventually("the order is over") {
            try await journal.order(order.id).flatMap { $0.state.isOver ? $0 : nil }
        }
    }
}

/// systemd as a test wants it.
final class FakeUnits: UnitManager {
    private struct State {
        var restarted: [String] = []
        var failure: DeviceError?
    }

    private let state = Mutex(State())
    var restarted: [String] { state.withLock { $0.restarted } }
    func fail(_ error: DeviceError?) { state.withLock { $0.failure = error } }

    func restart(_ unit: String, within deadline: Duration) async throws(DeviceError) {
        let failure = state.withLock { state in
            state.restarted.append(unit)
            return state.failure
        }
        if let failure { throw failure }
    }

    func stop(_ unit: String, within deadline: Duration) async throws(DeviceError) {}
    func start(_ unit: String, within deadline: Duration) async throws(DeviceError) {}

    func facts(of units: [String]) async -> [String: [String: String]] {
        Dictionary(uniqueKeysWithValues: units.map { ($0, ["ActiveState": "active", "SubState": "running"]) })
    }
}

/// A printer that is always open; a test says how a document ends, and may keep it waiting.
final class FakePrinterDriver: DeviceDriver {
    let name = "fake"
    let kinds: Set<DeviceKind> = [.printer]
    let settings: [String: SettingKind] = [:]
    let absence: ConditionCode? = .printerLinkDown

    fileprivate struct State {
        var outcome = PrintResult.printed(pagesProven: 1)
        var documents: [String] = []
        var symptoms: [Symptom] = []
        var details: JSONValue = [:]
        var gate: Gate?
    }

    fileprivate let state = Mutex(State())
    /// What was printed, as text.
    var documents: [String] { state.withLock { $0.documents } }
    func become(_ outcome: PrintResult) { state.withLock { $0.outcome = outcome } }
    func hold(at gate: Gate) { state.withLock { $0.gate = gate } }
    func see(_ symptoms: [Symptom], details: JSONValue = [:]) {
        state.withLock { ($0.symptoms, $0.details) = (symptoms, details) }
    }

    func open(_ attachment: DriverKit.Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    { FakePrinter(self) }
}

private actor FakePrinter: DocumentPrinter {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let output: AsyncStream<DeviceEvent>.Continuation
    private let driver: FakePrinterDriver

    init(_ driver: FakePrinterDriver) {
        self.driver = driver
        (events, output) = AsyncStream.makeStream(of: DeviceEvent.self)
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        let state = driver.state.withLock { $0 }
        return Report(presence: .present, link: .up, symptoms: state.symptoms, details: state.details)
    }

    func printDocument(_ order: PrintOrder, progress: @escaping @Sendable (Int) -> Void) async -> PrintResult {
        let text = (try? SmallFile.read(order.path)) ?? "no document"
        let state = driver.state.withLock { state in
            state.documents.append(text)
            return state
        }
        await state.gate?.pass()
        return Task.isCancelled ? .cancelled("stopped") : state.outcome
    }

    func close() async { output.finish() }
}
