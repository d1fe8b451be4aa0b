import Synchronization
import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

/// Writes down what it is given, as the real one does.
private final class NotingDesk: OrderDesk {
    private struct State {
        var taken: [OrderJSON] = []
        var pending: [OrderResultJSON] = []
    }

    private let state = Mutex(State())
    let news: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init() { (news, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

    var taken: [OrderJSON] { state.withLock { $0.taken } }
    func take(_ orders: [OrderJSON]) async { state.withLock { $0.taken += orders } }
    func pendingResults() async -> [OrderResultJSON] { state.withLock { $0.pending } }
    func delivered(_ results: [OrderResultJSON]) async {
        state.withLock { state in state.pending.removeAll(where: results.contains) }
    }

    func finish(_ result: OrderResultJSON) {
        state.withLock { $0.pending.append(result) }
        bell.yield()
    }
}

/// Wedged: none of its calls comes back.
private struct DeafDesk: OrderDesk {
    let gate = Gate()
    var news: AsyncStream<Void> { AsyncStream { _ in } }
    func take(_ orders: [OrderJSON]) async { await gate.pass() }
    func pendingResults() async -> [OrderResultJSON] {
        await gate.pass()
        return []
    }
    func delivered(_ results: [OrderResultJSON]) async { await gate.pass() }
}

@Suite("Uplink: orders down, results up", .timeLimit(.minutes(5)))
struct OrderTests {
    private let order = OrderJSON(id: HexID(random: 1), verb: "probe", device: nil, ttl: 60_000, actor: "uid 1000")

    private func json(_ order: OrderJSON) throws -> JSONValue {
        try WireCoding.decode(JSONValue.self, try WireCoding.encode(order))
    }

    private func result(_ state: CommandState) -> OrderResultJSON {
        OrderResultJSON(id: order.id, state: state, at: WallTime(milliseconds: 1))
    }

    @Test("orders reach the desk each time the hub repeats them; one that cannot be read is rejected, not fatal")
    func down() async throws {
        let (zone, desk) = (try TestZone(), NotingDesk())
        let readable = try json(order)
        zone.hub.change {
            $0.commands = [["id": "00000000000000ff", "verb": 5], "nonsense", readable, ["id": "no id"]]
        }
        try zone.start(orders: desk)
        try await zone.steps("the refusal is told") { !zone.hub.model.results.isEmpty }
        #expect(desk.taken == [order, order])
        let refusal = try #require(zone.hub.model.results.first)
        #expect(refusal.id == HexID("00000000000000ff"))
        #expect(refusal.state == .rejected)
        #expect(refusal.result?["message"]?.stringValue?.contains("verb") == true)
        #expect(zone.hub.beats.map(\.reason) == [.boot, .triggered])
        // The hub repeats it all the same: no circle without a pause.
        try await zone.steps("on") { zone.hub.count == 5 }
        #expect(zone.attemptTimes().last ?? 0 > 60)
        try await zone.end()
    }

    @Test("a fresh result is told like a change, and again until a heartbeat with it has arrived")
    func up() async throws {
        let (zone, desk) = (try TestZone(), NotingDesk())
        try zone.start(orders: desk)
        try await zone.steps("first") { zone.hub.count == 1 }
        zone.hub.isDown(true)
        let (uplink, before) = (try zone.uplink(), try await zone.idle())
        desk.finish(result(.accepted))
        try await eventuallyTrue("noticed") { await uplink.nextDue.map { $0 < before } ?? false }
        try await zone.steps("tried") { zone.hub.count == 3 }
        #expect(zone.hub.attempts[1].beat.reason == .triggered)
        #expect(zone.attemptTimes()[1] == 0.15)
        zone.hub.isDown(false)
        try await zone.steps("told") { zone.hub.model.results == [result(.accepted)] }
        try await zone.step()
        #expect(zone.hub.beats.last?.results == nil)
        #expect(await desk.pendingResults().isEmpty)
        try await zone.end()
    }

    @Test("a result that is too long for the hub does not keep the state from it: it goes without its output")
    func tooLong() async throws {
        let (zone, desk) = (try TestZone(), NotingDesk())
        var long = result(.succeeded)
        long.result = ["bundle": .string(String(repeating: "x", count: 20_000))]
        desk.finish(long)
        zone.hub.rule { beat in
            let isLong = beat.results?.contains { $0.result?["bundle"] != nil } ?? false
            return isLong ? .fails(HubFailure(.tooLarge, "HTTP 413")) : .arrives
        }
        try zone.start(orders: desk)
        try await zone.steps("told") { !zone.hub.model.results.isEmpty }
        #expect(zone.hub.count == 2)
        #expect(zone.hub.model.state != nil)
        #expect(zone.hub.model.results.map(\.state) == [.succeeded])
        #expect(await desk.pendingResults().isEmpty)
        try await zone.end()
    }

    @Test("a desk that is wedged silences nobody")
    func wedged() async throws {
        let (zone, desk) = (try TestZone(), DeafDesk())
        let readable = try json(order)
        zone.hub.change { $0.commands = [readable] }
        try zone.start(orders: desk)
        // Asked for results before the first heartbeat, given the order after it.
        try await desk.gate.reached(1)
        zone.clock.advance(by: .seconds(2))
        try await desk.gate.reached(2)
        zone.clock.advance(by: .seconds(2))
        try await zone.idle()
        #expect(zone.hub.count == 1)
        desk.gate.open()
        try await zone.end()
    }
}
