import Logging
import Synchronization
import Testing
import ZoneHubCore
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

/// A real hub core behind a wire that a test can cut.
private final class CuttableHub: HubLink {
    private struct State {
        var isUp = true
        /// Stores, and then loses the answer: the worst moment to lose it.
        var loseAnswers = false
        var beats: [Heartbeat] = []
    }

    let store: HubStore
    let wall: Wall
    private let ingest: Ingest
    private let state = Mutex(State())

    init(_ root: TemporaryRoot) throws {
        store = try HubStore(path: root.path + "/hub.db")
        wall = Wall(clock: SystemClock(), nodes: [])
        ingest = Ingest(store: store, wall: wall, clock: SystemClock(), log: Logger(label: "test"))
    }

    var beats: [Heartbeat] { state.withLock { $0.beats } }
    func cut(_ isCut: Bool) { state.withLock { $0.isUp = !isCut } }
    func loseAnswers(_ lose: Bool) { state.withLock { $0.loseAnswers = lose } }

    func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply {
        guard state.withLock({ $0.isUp }) else { throw HubFailure("cut") }
        // Over the wire's own bytes, as in life.
        let reply = try await ingest.take(try WireCoding.encode(heartbeat))
        state.withLock { $0.beats.append(heartbeat) }
        if state.withLock({ $0.loseAnswers }) { throw HubFailure("answer lost") }
        return try WireCoding.decode(HeartbeatReply.self, try WireCoding.encode(reply))
    }
}

@Suite("Uplink and hub: nothing acknowledged is lost, nothing is counted twice")
struct UplinkTests {
    private struct Zone {
        let journal: Journal

        init(_ root: TemporaryRoot) throws {
            journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
        }
    }

    private func entry(_ number: Int) -> Entry {
        Entry(
            EventDraft(
                .conditionRaised, .b, subject: "x", at: WallTime(milliseconds: 1), clockQuality: .synced,
                mono: MonoTime(milliseconds: 2), data: ["n": .integer(Int64(number))]))
    }

    private func withUplink(
        to hub: CuttableHub, _ journal: Journal, acknowledged: Int64 = 0, _ body: () async throws -> Void
    ) async throws {
        let source = UplinkSource(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")),
            state: { ZoneStateJSON(name: "演示", purpose: "demo", type: "hall", devices: []) },
            aboutSelf: { SelfJSON(version: "t", uptimeMs: 0, failedHeartbeats: $0, workerKills: 0) },
            tellReachability: { _ in })
        let uplink = Uplink(
            source: source, journal: journal, acknowledged: acknowledged, link: hub, isDemo: true, clock: SystemClock(),
            log: Logger(label: "test"))
        let task = Task { try await uplink.run() }
        try await body()
        await uplink.finish()
        try await task.value
    }

    private func held(_ hub: CuttableHub) async throws -> [Int64] {
        try await hub.store.events(zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), limit: 10_000).map(
            \.seq)
    }

    @Test("the first word carries the state, the next do not, and a goodbye is said")
    func stateOnce() async throws {
        let root = try TemporaryRoot()
        let (hub, zone) = (try CuttableHub(root), try Zone(root))
        try await withUplink(to: hub, zone.journal) {
            try await eventuallyTrue("first heartbeat") { !hub.beats.isEmpty }
        }
        #expect(hub.beats.first?.reason == .boot)
        #expect(hub.beats.first?.state != nil)
        #expect(hub.beats.last?.reason == .shutdown)
        #expect(hub.beats.last?.state == nil)
        #expect(await hub.wall.zones().first?.state == .closed)
        await zone.journal.close()
    }

    @Test("a long history is drained in pages, in order, each once")
    func drain() async throws {
        let root = try TemporaryRoot()
        let (hub, zone) = (try CuttableHub(root), try Zone(root))
        try await zone.journal.write((1...950).map(entry), .now)
        try await withUplink(to: hub, zone.journal) {
            try await eventuallyTrue("all of it") { try await held(hub).count == 950 }
        }
        #expect(try await held(hub) == Array(1...950))
        await zone.journal.close()
    }

    @Test("answers that are lost after the commit make no doubles, and an outage leaves no hole")
    func lostAnswers() async throws {
        let root = try TemporaryRoot()
        let (hub, zone) = (try CuttableHub(root), try Zone(root))
        hub.loseAnswers(true)
        try await zone.journal.write((1...20).map(entry), .now)
        try await withUplink(to: hub, zone.journal) {
            try await eventuallyTrue("stored though unanswered") { try await held(hub).count == 20 }
            hub.cut(true)
            try await zone.journal.write((21...40).map(entry), .now)
            hub.loseAnswers(false)
            hub.cut(false)
            try await eventuallyTrue("caught up") { try await held(hub).count == 40 }
        }
        #expect(try await held(hub) == Array(1...40))
        #expect(try zone.journal.restore().acknowledged == 40)
        await zone.journal.close()
    }

    @Test("a hub restored from an old backup is sent everything since")
    func restoredHub() async throws {
        let root = try TemporaryRoot()
        let zone = try Zone(root)
        try await zone.journal.write((1...30).map(entry), .now)
        let other = try TemporaryRoot()
        let hub = try CuttableHub(other)
        // The agent believes that 25 are acknowledged; the hub knows nothing.
        try await withUplink(to: hub, zone.journal, acknowledged: 25) {
            try await eventuallyTrue("the rest") { try await held(hub).last == 30 }
        }
        await zone.journal.close()
    }

    @Test("a restored disk image is noticed and goes on as a new stream")
    func rewind() async throws {
        let root = try TemporaryRoot()
        let (hub, zone) = (try CuttableHub(root), try Zone(root))
        try await zone.journal.write((1...10).map(entry), .now)
        let stream = zone.journal.stream
        // The hub already holds 500 of this stream, from the life that the image forgot.
        var future = Heartbeat(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), stream: stream, epoch: HexID.make(),
            boot: "b",
            hb: 1, reason: .boot, sentAt: SystemClock().wall(), mono: MonoTime(milliseconds: 1), clock: .synced,
            interval: .seconds(10), stateHash: "")
        var draft = try #require(entry(0).event)
        draft.data = [:]
        future.events = [Event(seq: 500, epoch: future.epoch, boot: "b", draft: draft)]
        _ = try await hub.send(future, within: .seconds(1))
        try await withUplink(to: hub, zone.journal) {
            try await eventuallyTrue("a new stream") { zone.journal.stream != stream }
        }
        let names = try await zone.journal.page(after: 0, limit: 100).map(\.name)
        #expect(names.contains(.journalRewound))
        await zone.journal.close()
    }

    @Test("a change is told soon, a storm of changes is not")
    func stormLimit() {
        var limit = StormLimit(spacing: .seconds(5), burst: 3)
        func at(_ ms: Int64) -> MonoTime { MonoTime(milliseconds: ms) }
        #expect(limit.earliest(for: at(0)) == at(150))
        limit.note(at(150))
        #expect(limit.earliest(for: at(200)) == at(5150))
        limit.note(at(5150))
        limit.note(at(10_150))
        #expect(limit.earliest(for: at(10_200)) == at(600_150), "three in ten minutes were enough")
    }
}
