import Synchronization
import Testing
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Heartbeat in, commit, reply out")
struct IngestTests {
    private func state(_ name: String, purpose: String = "production") -> ZoneStateJSON {
        ZoneStateJSON(name: name, purpose: purpose, type: "hall", devices: [])
    }

    @Test("a quiet heartbeat that brings nothing is heard all the same")
    func quiet() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        agent.state = state("专区")
        try await bench.send(agent)
        agent.state = nil
        bench.clock.advance(by: .seconds(60))
        let reply = try await bench.send(agent)
        #expect(reply.stateAck == "h" && reply.want.isEmpty && reply.serverTime == bench.clock.wall())
        let zone = try await bench.zone()
        #expect(zone.nodes.map(\.lastHeard) == [bench.clock.wall()] && zone.name == "专区")
    }

    @Test("the state is asked for when the hub lacks it, and taken when its hash has changed")
    func stateByHash() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let first = try await bench.send(agent)
        #expect(first.stateAck == nil && first.want == ["state"])
        agent.state = state("一")
        #expect(try await bench.send(agent).stateAck == "h")
        (agent.state, agent.stateHash) = (nil, "other")
        let second = try await bench.send(agent)
        #expect(second.stateAck == "h" && second.want == ["state"])
        agent.state = state("二")
        #expect(try await bench.send(agent).stateAck == "other")
        try bench.reopen()
        #expect(try await bench.zone().name == "二")
    }

    @Test("a demo zone is told to hurry, a production zone is not")
    func rhythm() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        #expect(try await bench.send(agent).interval == 60_000)
        agent.state = state("演示", purpose: "demo")
        #expect(try await bench.send(agent).interval == 10_000)
        agent.state = nil
        #expect(try await bench.send(agent).interval == 10_000)
    }

    @Test("who speaks in another's name is refused, and nothing is kept")
    func mismatch() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let body = try WireCoding.encode(agent.beat([agent.event()]))
        for other in ["z/pc-2", "y/pc-1"] {
            let name = try #require(NodeName(other))
            let error = await #expect(throws: ErrorJSON.self) { try await bench.ingest.take(body, from: name) }
            #expect(error?.code == "identity.mismatch")
        }
        #expect(await bench.wall.zones().isEmpty)
    }

    @Test("a letter older than what was heard brings its history, but no picture and no hours")
    func staleLetter() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        agent.state = state("旧")
        (agent.hoursRev, agent.hours) = (7, [])
        let late = agent.beat([agent.event()])
        (agent.state, agent.stateHash, agent.hoursRev, agent.hours) = (state("新"), "new", 0, nil)
        agent.reason = .shutdown
        try await bench.send(agent)
        let reply = try await bench.take(late)
        #expect(reply.ackThrough?.seq == 1 && reply.stateAck == "new" && reply.want.isEmpty)
        let zone = try await bench.zone()
        #expect(zone.name == "新" && zone.state == .closed)
        #expect(try bench.store.nodes().map(\.hours) == [nil])
    }

    @Test("more than can be taken at once is refused with a time, and one body alone always goes in")
    func overloaded() async throws {
        var limits = Ingest.Limits()
        limits.bytes = 10
        let shelf = SlowShelf()
        let bench = try IngestBench(orders: shelf, limits: limits)
        let (agent, other) = (try AgentModel(bench.clock), try AgentModel(bench.clock, zone: "y"))
        let (ingest, body) = (bench.ingest, try WireCoding.encode(agent.beat()))
        let name = agent.name
        let slow = Task { try await ingest.take(body, from: name) }
        try await shelf.gate.reached(1)
        let error = await #expect(throws: Ingest.Overloaded.self) { try await bench.send(other) }
        #expect((error?.retryAfter ?? .zero) > .zero)
        shelf.gate.open()
        #expect(try await slow.value.status == .accepted)
        #expect(try await bench.send(other).status == .accepted)
    }

    /// Holds a heartbeat up at its answer.
    private final class SlowShelf: OrderShelf {
        let gate = Gate()

        func outgoing(for name: NodeName, at now: WallTime) async -> [OrderJSON] { [] }
        func isSomebodyWaiting(for name: NodeName) async -> Bool {
            await gate.pass()
            return false
        }
        func take(_ results: [OrderResultJSON], from name: NodeName, at now: WallTime) async throws {}
    }

    @Test("orders go out with the reply, results come in, and a person who waits makes the node report often")
    func orders() async throws {
        let shelf = ModelShelf()
        let bench = try IngestBench(orders: shelf)
        let agent = try AgentModel(bench.clock)
        let order = OrderJSON(id: .make(), verb: "check", device: DeviceID(.printer, 1), ttl: 60_000, actor: "uid 0")
        shelf.place(order)
        let reply = try await bench.send(agent)
        let sent = try reply.commands.map { try WireCoding.decode(OrderJSON.self, try WireCoding.encode($0)) }
        #expect(sent == [order])
        #expect(reply.interval == 5000)
        var beat = agent.beat()
        beat.results = [OrderResultJSON(id: order.id, state: .accepted, at: bench.clock.wall())]
        #expect(try await bench.take(beat).commands.isEmpty)
        shelf.fail()
        beat.hb += 1
        await #expect(throws: ModelShelf.Full.self) { try await bench.take(beat) }
    }

    private final class ModelShelf: OrderShelf {
        struct Full: Error {}
        private let state = Mutex((orders: [OrderJSON](), isFull: false))

        func place(_ order: OrderJSON) { state.withLock { $0.orders.append(order) } }
        func fail() { state.withLock { $0.isFull = true } }
        func outgoing(for name: NodeName, at now: WallTime) async -> [OrderJSON] { state.withLock { $0.orders } }
        func isSomebodyWaiting(for name: NodeName) async -> Bool { state.withLock { !$0.orders.isEmpty } }
        func take(_ results: [OrderResultJSON], from name: NodeName, at now: WallTime) async throws {
            try state.withLock { state in
                if state.isFull { throw Full() }
                state.orders.removeAll { order in results.contains { $0.id == order.id } }
            }
        }
    }

    @Test("a file from a place without a line: its history counts, nobody is live, and it is no clone")
    func exported() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        agent.state = state("无线路")
        let bodies = try (0..<3).map { _ in
            defer { bench.clock.advance(by: .seconds(60)) }
            return try WireCoding.encode(agent.beat([agent.event(.instantOccurred, .b, ["code": "box.deposit"])]))
        }
        bench.clock.advance(by: .seconds(3600))
        for body in bodies + bodies { _ = try await bench.ingest.takeExported(body, from: agent.name) }
        let zone = try await bench.zone()
        #expect(zone.state == .silent && zone.name == "无线路")
        #expect(zone.nodes.map { bench.clock.wall().milliseconds - $0.lastHeard.milliseconds } == [3_660_000])
        let day = try await bench.rollup("2026-09-21")
        #expect(day.instants == ["box.deposit": 3] && day.heartbeats == 0)
        agent.reboot("boot-2", run: 50)
        agent.state = state("有线路了")
        agent.stateHash = "now"
        try await bench.send(agent)
        for body in bodies { _ = try await bench.ingest.takeExported(body, from: agent.name) }
        let live = try await bench.zone()
        #expect(live.state == .live && live.name == "有线路了" && live.alerts == nil)
    }

    @Test("what cannot be read is kept within bounds")
    func quarantine() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        for round in 0..<8 {
            let junk = (0..<300).map { "{\"seq\":\"\(round)-\($0)\"}" }.joined(separator: ",")
            let body = String(decoding: try WireCoding.encode(agent.beat()), as: UTF8.self)
                .replacing("\"hb\":", with: "\"events\":[\(junk)],\"hb\":")
            _ = try await bench.ingest.take(Array(body.utf8), from: agent.name)
        }
        #expect(try await bench.store.quarantineCount() == 200)
    }

    @Test("a watcher is told each zone that changed, once for many changes, and none is forgotten")
    func watchers() async throws {
        let bench = try IngestBench()
        let changes = await bench.wall.changes()
        let agents = try (0..<50).map { try AgentModel(bench.clock, zone: "z-\($0)") }
        for _ in 0..<3 { for agent in agents { try await bench.send(agent) } }
        var seen: [ZoneID] = []
        for await id in changes.prefix(50) { seen.append(id) }
        #expect(seen == agents.map(\.name.zone))
        let more = Task { await bench.wall.changes().first { _ in true } }
        more.cancel()
        #expect(await more.value == nil, "who goes away is let go")
    }
}
