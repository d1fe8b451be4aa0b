import Logging
import Testing
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("The hub's picture")
struct HubTests {
    private let clock = ManualClock()

    private struct Bench {
        let store: HubStore
        let wall: Wall
        let ingest: Ingest
        let root: TemporaryRoot
    }

    private func bench() throws -> Bench {
        let root = try TemporaryRoot()
        let store = try HubStore(path: root.path + "/hub.db")
        let wall = Wall(clock: clock, nodes: try store.nodes())
        let ingest = Ingest(store: store, wall: wall, clock: clock, log: Logger(label: "test"))
        return Bench(store: store, wall: wall, ingest: ingest, root: root)
    }

    private func device(
        _ kind: DeviceKind, ok: Bool = true, serial: String? = nil, simulated: Bool = false, number: Int = 1
    ) -> DeviceJSON {
        var state = DeviceState(card: DeviceCard(id: DeviceID(kind, number), kind: kind))
        (state.presence, state.link, state.activity) = (.present, ok ? .up : .down, .idle)
        state.identity.serial = serial
        state.simulated = simulated
        return DeviceJSON(state)
    }

    private func beat(
        node: String = "pc-1", purpose: String = "production", boot: String = "b", reason: Heartbeat.Reason = .periodic,
        _ devices: [DeviceJSON]? = nil
    ) throws -> Heartbeat {
        var beat = Heartbeat(
            zone: try #require(Slug("z")), node: try #require(Slug(node)), stream: HexID(random: 1),
            epoch: HexID(random: 2),
            boot: boot, hb: 1, reason: reason, sentAt: clock.wall(), mono: clock.mono(), clock: .synced,
            interval: .seconds(60), stateHash: "h")
        beat.state = devices.map { ZoneStateJSON(name: "专区", purpose: purpose, type: "hall", devices: $0) }
        return beat
    }

    private func take(_ bench: Bench, _ beat: Heartbeat) async throws -> HeartbeatReply {
        try await bench.ingest.take(try WireCoding.encode(beat), from: NodeName(zone: beat.zone, node: beat.node))
    }

    private func zone(_ bench: Bench) async throws -> ZoneJSON {
        await bench.wall.tick()
        return try #require(await bench.wall.zones().first)
    }

    @Test("live, late, silent: and a silent zone's devices are unknown, never ok")
    func silence() async throws {
        let bench = try bench()
        _ = try await take(bench, try beat([device(.network), device(.printer), device(.touchPanel)]))
        #expect(try await zone(bench).groups == .init(network: .ok, query: .ok, print: .ok))
        clock.advance(by: .seconds(121))
        #expect(try await zone(bench).state == .late)
        clock.advance(by: .seconds(100))
        let silent = try await zone(bench)
        #expect(silent.state == .silent)
        #expect(silent.groups == .init(network: .unknown, query: .unknown, print: .unknown))
        #expect(silent.devices.allSatisfy { $0.health == .unknown && !$0.serviceable })
    }

    @Test("two nodes in one zone, one switched off: the zone lives, nobody cries clone")
    func twoNodes() async throws {
        let bench = try bench()
        _ = try await take(
            bench, try beat(node: "pc-1", boot: "boot-1", [device(.network), device(.printer, serial: "S")]))
        _ = try await take(
            bench, try beat(node: "pc-2", boot: "boot-2", [device(.network), device(.printer, serial: "S")]))
        var now = try await zone(bench)
        #expect(now.nodes.count == 2)
        #expect(now.devices.filter { $0.kind == .printer }.map(\.observers.count) == [2], "one printer, two observers")
        _ = try await take(bench, try beat(node: "pc-2", boot: "boot-2", reason: .shutdown))
        clock.advance(by: .seconds(60))
        _ = try await take(bench, try beat(node: "pc-1", boot: "boot-1"))
        now = try await zone(bench)
        #expect(now.state == .live)
        #expect(now.nodes.map(\.state) == [.live, .closed])
        #expect(now.groups.print == .ok)
        #expect(try await bench.store.quarantineCount() == 0)
    }

    @Test("a printer is needed, any one will do; a dead panel makes its PC useless; one working kiosk is enough")
    func groups() async throws {
        let bench = try bench()
        _ = try await take(
            bench,
            try beat([
                device(.network, ok: false), device(.printer, ok: false), device(.printer, number: 2),
                device(.touchPanel, ok: false),
                device(.queryPC),
            ]))
        #expect(try await zone(bench).groups == .init(network: .bad, query: .bad, print: .ok))
        _ = try await take(bench, try beat(node: "pc-2", [device(.queryPC)]))
        #expect(try await zone(bench).groups.query == .ok)
    }

    @Test("what is closed by its hours is closed at the hub, too, and no fault; one that serves makes it ok")
    func closed() async throws {
        let bench = try bench()
        var (printer, other) = (device(.printer), device(.printer, number: 2))
        (printer.mode, printer.serviceable) = (.closed, false)
        (other.mode, other.serviceable) = (.closed, false)
        _ = try await take(bench, try beat([printer, other]))
        #expect(try await zone(bench).groups.print == .closed)
        (other.mode, other.serviceable) = (.maintenance, false)
        _ = try await take(bench, try beat(node: "pc-2", [other]))
        #expect(try await zone(bench).groups.print == .closed, "held for maintenance is no fault of the night")
        _ = try await take(bench, try beat(node: "pc-3", [device(.printer, ok: false)]))
        #expect(try await zone(bench).groups.print == .bad)
        _ = try await take(bench, try beat(node: "pc-4", [device(.printer)]))
        #expect(try await zone(bench).groups.print == .ok)
    }

    @Test("simulated devices count in a demo zone only")
    func simulated() async throws {
        for (purpose, verdict) in [("production", GroupVerdict.unknown), ("demo", .ok)] {
            let bench = try bench()
            _ = try await take(bench, try beat(purpose: purpose, [device(.printer, simulated: true)]))
            let now = try await zone(bench)
            #expect(now.groups.print == verdict)
            #expect(now.devices.first?.simulated == true)
        }
    }

    @Test("a restarted hub knows what it acknowledged")
    func restart() async throws {
        let bench = try bench()
        let reply = try await take(bench, try beat([device(.printer)]))
        #expect(reply.stateAck == "h")
        let again = try HubStore(path: bench.root.path + "/hub.db")
        let wall = Wall(clock: clock, nodes: try again.nodes())
        #expect(await wall.zones().first?.devices.first?.kind == .printer)
    }

    private func event(_ seq: Int64) -> Event {
        Event(
            seq: seq, epoch: HexID(random: 2), boot: "b",
            draft: EventDraft(
                .deviceState, .c, subject: "x", at: clock.wall(), clockQuality: .synced, mono: clock.mono()))
    }

    @Test("a hole that nobody declared is not acknowledged; a declared one is")
    func holes() async throws {
        let bench = try bench()
        var first = try beat()
        first.events = [event(1), event(2)]
        #expect(try await take(bench, first).ackThrough?.seq == 2)
        var jump = try beat()
        jump.events = [event(5)]
        #expect(try await take(bench, jump).ackThrough?.seq == 2)
        jump.gaps = [.init(from: 3, to: 4)]
        #expect(try await take(bench, jump).ackThrough?.seq == 5)
        #expect(try await take(bench, first).ackThrough?.seq == 5, "a replay changes nothing")
    }

    @Test("one unreadable event is set aside, counted and acknowledged with its batch")
    func poison() async throws {
        let bench = try bench()
        var batch = try beat()
        batch.events = [event(1), event(2), event(3)]
        let text = String(decoding: try WireCoding.encode(batch), as: UTF8.self)
        let poisoned = text.replacing("\"schema\":1,\"seq\":2", with: "\"schema\":\"one\",\"seq\":2")
        let name = NodeName(zone: batch.zone, node: batch.node)
        let reply = try await bench.ingest.take(Array(poisoned.utf8), from: name)
        #expect(reply.ackThrough?.seq == 3)
        #expect(try await bench.store.events(zone: batch.zone, node: batch.node, limit: 10).map(\.seq) == [1, 3])
        _ = try await bench.ingest.take(Array(poisoned.utf8), from: name)
        #expect(try await bench.store.quarantineCount() == 1, "a replay is not counted again")
    }

    @Test(
        "numbers that cannot be are set apart and trap nothing",
        arguments: [Int64.min, -1, 0, .max, 1 << 60])
    func impossibleNumbers(_ seq: Int64) async throws {
        let bench = try bench()
        var beat = try beat()
        beat.events = [event(seq), event(1)]
        beat.gaps = [.init(from: .min, to: .max), .init(from: 5, to: 2), .init(from: .max, to: .max)]
        #expect(try await take(bench, beat).ackThrough?.seq == 1)
        #expect(try await bench.store.quarantineCount() == 1)
        #expect(try await bench.store.events(zone: beat.zone, node: beat.node, limit: 10).map(\.seq) == [1])
    }

    @Test(
        "what is no heartbeat is refused with the field",
        arguments: ["", "[]", "{}", "{\"v\":1}", "\u{0}\u{1}", "{\"events\":[1]}"])
    func refused(_ body: String) async throws {
        let (bench, name) = (try bench(), try #require(NodeName("z/pc-1")))
        let error = await #expect(throws: ErrorJSON.self) { try await bench.ingest.take(Array(body.utf8), from: name) }
        #expect(error?.code == "heartbeat.invalid")
        #expect(await bench.wall.zones().isEmpty)
    }

    @Test("another version is told what this hub speaks")
    func version() async throws {
        let bench = try bench()
        var beat = try beat()
        beat.v = 9
        let error = await #expect(throws: ErrorJSON.self) { try await self.take(bench, beat) }
        #expect(error == Incoming.wrongVersion)
    }
}
