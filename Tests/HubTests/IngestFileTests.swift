import GRDB
import Glibc
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubCore
@testable import ZoneHubStore

@Suite("The hub's file: full disk, damage, and the version before", .timeLimit(.minutes(5)))
struct IngestFileTests {
    private func limit(_ store: HubStore, spare: Int) throws {
        try store.writer.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + spare)")
        }
    }

    private func big(_ agent: AgentModel) -> [Event] {
        (0..<50).map { _ in agent.event(.deviceState, .c, ["x": .string(String(repeating: "x", count: 2000))]) }
    }

    @Test("a full disk: refused with a time, nothing acknowledged, and taken when there is room again")
    func full() async throws {
        let root = try TemporaryRoot()
        let clock = ManualClock()
        let ballast = Ballast(path: root.path + "/ballast", beside: root.path)
        let store = try HubStore(path: root.path + "/hub.db", clock: clock, ballast: ballast)
        await store.restoreBallast()
        let wall = Wall(clock: clock, nodes: [])
        let ingest = Ingest(store: store, wall: wall, clock: clock, log: IngestBench.log)
        let agent = try AgentModel(clock)
        let first = try WireCoding.encode(agent.beat([agent.event()]))
        _ = try await ingest.take(first, from: agent.name)
        try limit(store, spare: 0)
        let body = try WireCoding.encode(agent.beat(big(agent)))
        let error = await #expect(throws: Ingest.Overloaded.self) { try await ingest.take(body, from: agent.name) }
        #expect(error?.retryAfter == .seconds(60))
        #expect(store.isShortOfRoom == !ballast.isThere)
        #expect(try await store.events(zone: agent.name.zone, node: agent.name.node, limit: 100).count == 1)
        try limit(store, spare: 1000)
        #expect(try await ingest.take(body, from: agent.name).ackThrough?.seq == 51)
        await store.restoreBallast()
        #expect(!store.isShortOfRoom)
        store.close()
    }

    @Test("synchronous is FULL, read back")
    func durable() throws {
        let root = try TemporaryRoot()
        let store = try HubStore(path: root.path + "/hub.db")
        #expect(try store.writer.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        #expect(throws: DatabaseError.self) {
            try store.reader.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM nodeNow") }
        }
        store.close()
    }

    private func modes(_ root: TemporaryRoot) throws -> [String: UInt32] {
        var modes: [String: UInt32] = [:]
        for name in SmallFile.list(root.path) { modes[name] = try FileFacts(path: "\(root.path)/\(name)").mode }
        return modes
    }

    @Test("no other user can read the file, its log, its index or a damaged copy, also those that were open before")
    func closedToOthers() async throws {
        let bench = try IngestBench()
        try await bench.send(try AgentModel(bench.clock))
        let made = try modes(bench.root)
        #expect(Set(made.keys) == ["hub.db", "hub.db-wal", "hub.db-shm"])
        #expect(made.values.allSatisfy { $0 & ~0o640 == 0 }, "\(made)")
        bench.store.close()
        try SmallFile.replace(bench.path, with: String(repeating: "no database at all\n", count: 1000))
        for name in ["hub.db.damaged-1", "hub.db.damaged-1-wal", "neighbour"] {
            try SmallFile.replace("\(bench.root.path)/\(name)", with: "old")
        }
        for name in try modes(bench.root).keys { #expect(chmod("\(bench.root.path)/\(name)", 0o644) == 0) }
        try bench.reopen()
        var found = try modes(bench.root)
        #expect(found.removeValue(forKey: "neighbour") == 0o644)
        #expect(found.count > 5 && found.values.allSatisfy { $0 & ~0o640 == 0 }, "\(found)")
        #expect(chmod(bench.path, 0o600) == 0)
        try bench.reopen()
        #expect(try modes(bench.root)["hub.db"] == 0o600, "what is stricter stays so")
    }

    private func fill(_ bench: IngestBench) async throws -> AgentModel {
        let agent = try AgentModel(bench.clock)
        for _ in 0..<40 { try await bench.send(agent, big(agent)) }
        _ = try await bench.store.replaceRoster([
            RosterEntry(
                zone: agent.name.zone, name: "专区", type: "hall", purpose: "production", hasAgent: true, isRetired: false
            )
        ])
        bench.store.close()
        return agent
    }

    private func overwrite(_ path: String, at offset: Int64, _ count: Int) throws {
        let file = try OwnedFD(path: path, flags: O_WRONLY)
        #expect(lseek(file.raw, off_t(offset), SEEK_SET) == off_t(offset))
        try SmallFile.write([UInt8](repeating: 0xA5, count: count), to: file.raw, naming: path)
    }

    @Test("a file that is no database is set aside whole, and the hub begins anew")
    func foreign() async throws {
        let bench = try IngestBench()
        bench.store.close()
        for suffix in ["", "-wal", "-shm"] { SmallFile.remove(bench.path + suffix) }
        try SmallFile.replace(bench.path, with: String(repeating: "no database at all\n", count: 1000))
        try bench.reopen()
        let damage = try #require(bench.store.damage)
        #expect(SmallFile.exists(damage.setAside) && damage.rows == 0)
        #expect(damage.description.contains(damage.setAside))
        #expect(try await bench.send(try AgentModel(bench.clock)).status == .accepted)
    }

    @Test("a broken page: what can be read is taken over, the rest is asked for again, nothing is counted twice")
    func brokenPage() async throws {
        let bench = try IngestBench()
        let agent = try await fill(bench)
        let events = try FileFacts(path: bench.path).size
        try overwrite(bench.path, at: events / 2 / 4096 * 4096, 8192)
        try bench.reopen()
        let damage = try #require(bench.store.damage)
        #expect(damage.torn.contains("history") && damage.rows > 1000, "\(damage)")
        #expect(try bench.store.roster().count == 1)
        let left = try await bench.held(agent)
        #expect(left.count > 1000 && left.count < 2000)
        // The first seq of its next run is not what the hub has: it asks for all that the node still holds.
        #expect(try await bench.send(agent, [agent.event()]).ackThrough?.seq == 0)
        agent.seq = 0
        for _ in 0..<40 { try await bench.send(agent, big(agent)) }
        #expect(try await bench.held(agent).count == 2001)
    }

    @Test("what the first version kept is taken over once, and its tables are still there for it")
    func firstVersion() async throws {
        let root = try TemporaryRoot()
        let path = root.path + "/hub.db"
        let clock = ManualClock()
        let agent = try AgentModel(clock)
        let event = agent.event(.instantOccurred, .b, ["code": "box.deposit"])
        try writeFirstVersion(path, agent, event, at: clock.wall())
        for _ in 0..<2 {
            let store = try HubStore(path: path, clock: clock)
            #expect(store.damage == nil)
            let node = try #require(try store.nodes().first)
            #expect(node.state?.name == "老专区" && node.stateHash == "h" && node.saidGoodbye && node.liveness == .closed)
            #expect(try await store.events(zone: node.zone, node: node.node, limit: 9) == [event])
            let day = try await store.rollup(of: node.zone, on: CivilDate(of: clock.wall()), at: clock.wall())
            #expect(day.instants == ["box.deposit": 1])
            let ingest = Ingest(store: store, wall: Wall(clock: clock, nodes: []), clock: clock, log: IngestBench.log)
            let again = try WireCoding.encode(agent.beat([event]))
            #expect(try await ingest.take(again, from: agent.name).ackThrough?.seq == 1)
            #expect(try await store.events(zone: node.zone, node: node.node, limit: 9).count == 1)
            agent.reason = .shutdown
            _ = try await ingest.take(try WireCoding.encode(agent.beat()), from: agent.name)
            store.close()
        }
        let old = try DatabaseQueue(path: path)
        try await old.write { db in
            try db.execute(sql: "INSERT INTO node VALUES ('n', 'n', '')")
            try db.execute(sql: "INSERT INTO event VALUES ('n', 'n', '', '', 1, 1, '', '', '')")
            try db.execute(
                sql: "INSERT INTO quarantine (zone, node, received, why, content) VALUES ('n', 'n', 1, '', '')")
        }
    }

    private func writeFirstVersion(_ path: String, _ agent: AgentModel, _ event: Event, at now: WallTime) throws {
        let queue = try DatabaseQueue(path: path)
        try HubSchema.migrator.migrate(queue, upTo: "1 first zone")
        let node = """
            {"zone":"z","node":"pc-1","stream":"\(agent.stream)","epoch":"\(agent.epoch)","boot":"boot-1","hb":5,\
            "lastHeard":"\(now.rfc3339)","intervalMs":60000,"saidGoodbye":true,"stateHash":"h",\
            "state":{"name":"老专区","purpose":"production","type":"hall","devices":[]}}
            """
        try queue.write { db in
            try db.execute(sql: "INSERT INTO node VALUES ('z', 'pc-1', ?)", arguments: [node])
            try db.execute(sql: "INSERT INTO node VALUES ('z', 'pc-2', 'not to be read')")
            try db.execute(sql: "INSERT INTO position VALUES ('z', 'pc-1', ?, 1)", arguments: [agent.stream.text])
            try db.execute(
                sql: "INSERT INTO event VALUES ('z', 'pc-1', ?, ?, 1, ?, '', 'B', ?)",
                arguments: [agent.stream.text, agent.epoch.text, now.milliseconds, try WireCoding.text(event)])
        }
        try queue.close()
        agent.hb = 5
    }
}
