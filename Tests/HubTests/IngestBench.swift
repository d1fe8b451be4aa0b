import Logging
import Testing
import ZoneHubCore
import ZoneHubStore
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// A hub without doors: store, wall and ingest on a file of their own, under a clock that is cranked by hand.
final class IngestBench {
    let clock: ManualClock
    let root: TemporaryRoot
    let orders: any OrderShelf
    let limits: Ingest.Limits
    private(set) var store: HubStore
    private(set) var wall: Wall
    private(set) var ingest: Ingest

    static let log = Logger(label: "test")

    /// Begins at 2026-09-21 22:13:20 zone time.
    init(
        clock: ManualClock = ManualClock(), orders: any OrderShelf = EmptyShelf(), limits: Ingest.Limits = .init()
    ) throws {
        (self.clock, self.orders, self.limits, root) = (clock, orders, limits, try TemporaryRoot())
        (store, wall, ingest) = try IngestBench.open(root.path + "/hub.db", clock, orders, limits)
    }

    private static func open(
        _ path: String, _ clock: ManualClock, _ orders: any OrderShelf, _ limits: Ingest.Limits
    ) throws -> (HubStore, Wall, Ingest) {
        let store = try HubStore(path: path, clock: clock)
        let wall = Wall(clock: clock, nodes: try store.nodes(), roster: try store.roster())
        return (store, wall, Ingest(store: store, wall: wall, clock: clock, log: log, orders: orders, limits: limits))
    }

    var path: String { root.path + "/hub.db" }

    /// A backup, as `sqlite3 .backup` makes one: the file after a checkpoint.
    func copyAside() async throws {
        store.close()
        try SmallFile.copy(path, to: path + ".backup")
        try reopen()
    }

    func restoreCopy() throws {
        store.close()
        for suffix in ["", "-wal", "-shm"] { SmallFile.remove(path + suffix) }
        try SmallFile.copy(path + ".backup", to: path)
        try reopen()
    }

    /// As after a restart of the hub.
    func reopen() throws {
        store.close()
        (store, wall, ingest) = try IngestBench.open(path, clock, orders, limits)
    }

    func take(_ beat: Heartbeat) async throws -> HeartbeatReply {
        try await ingest.take(try WireCoding.encode(beat), from: NodeName(zone: beat.zone, node: beat.node))
    }

    @discardableResult
    func send(_ agent: AgentModel, _ events: [Event] = []) async throws -> HeartbeatReply {
        try await take(agent.beat(events))
    }

    /// Lets time pass and writes down what that changed.
    func pass(_ duration: Duration) async {
        clock.advance(by: duration)
        await look()
    }

    func look() async {
        await Housekeeping(store: store, wall: wall, clock: clock, log: IngestBench.log).second()
    }

    func zone(_ id: String = "z") async throws -> ZoneJSON {
        await look()
        let zone = try #require(Slug(id))
        return try #require(await wall.zone(zone))
    }

    func held(_ agent: AgentModel) async throws -> [Event] {
        try await store.events(zone: agent.name.zone, node: agent.name.node, limit: .max)
    }

    func rollup(_ day: String, zone: String = "z") async throws -> DayRollup {
        let (slug, date) = (try #require(Slug(zone)), try #require(CivilDate(day)))
        return try await store.rollup(of: slug, on: date, at: clock.wall())
    }
}

/// As much of an agent as the hub sees of it.
final class AgentModel {
    let name: NodeName
    let clock: ManualClock
    var stream = HexID(random: 1)
    var epoch: HexID
    var boot: String
    var hb: Int64 = 0
    var seq: Int64 = 0
    var reason = Heartbeat.Reason.periodic
    var state: ZoneStateJSON?
    var stateHash = "h"
    var hoursRev: Int64 = 0
    var hours: [Heartbeat.OpenInterval]?

    init(_ clock: ManualClock, zone: String = "z", node: String = "pc-1", boot: String = "boot-1", run: UInt64 = 2)
        throws
    {
        self.clock = clock
        name = NodeName(zone: try #require(Slug(zone)), node: try #require(Slug(node)))
        (self.boot, epoch) = (boot, HexID(random: run))
    }

    /// A new boot of the same disk.
    func reboot(_ boot: String, run: UInt64) {
        (self.boot, epoch, hb) = (boot, HexID(random: run), 0)
    }

    func beat(_ events: [Event] = []) -> Heartbeat {
        hb += 1
        var beat = Heartbeat(
            zone: name.zone, node: name.node, stream: stream, epoch: epoch, boot: boot, hb: hb, reason: reason,
            sentAt: clock.wall(), mono: clock.mono(), clock: .synced, interval: .seconds(60), stateHash: stateHash)
        (beat.state, beat.hoursRev, beat.hours) = (state, hoursRev, hours)
        beat.events = events.isEmpty ? nil : events
        return beat
    }

    func event(
        _ name: EventName = .deviceState, _ eventClass: EventClass = .c, device: String = "printer-1",
        at: WallTime? = nil, _ data: JSONValue = [:]
    ) -> Event {
        seq += 1
        return Event(
            seq: seq, epoch: epoch, boot: boot,
            draft: EventDraft(
                name, eventClass, subject: device, at: at ?? clock.wall(), clockQuality: .synced, mono: clock.mono(),
                data: data))
    }

    func raised(_ code: String, device: String = "printer-1", at: WallTime? = nil) -> Event {
        event(.conditionRaised, .b, device: device, at: at, ["code": .string(code), "severity": "fault"])
    }

    func cleared(_ code: String, device: String = "printer-1", at: WallTime? = nil) -> Event {
        event(.conditionCleared, .b, device: device, at: at, ["code": .string(code), "severity": "fault"])
    }
}

extension SmallFile {
    fileprivate static func copy(_ path: String, to other: String) throws {
        let bytes = try readBytes(path, limit: 64 << 20)
        let file = try OwnedFD.create(other, mode: 0o600)
        try write(bytes, to: file.raw, naming: other)
    }
}
