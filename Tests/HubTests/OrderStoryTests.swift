import NIOHTTP1
import Testing
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

@Suite("An order on its way to a node and back")
struct OrderStoryTests {
    private func slug(_ text: String) throws -> Slug { try #require(Slug(text)) }

    private func probe(_ agent: AgentModel, ttl: Int64? = nil) throws -> OrderRequest {
        OrderRequest(name: agent.name, verb: .probe, device: try slug("printer-1"), ttl: ttl)
    }

    private func result(_ order: OrderRecordJSON, _ state: CommandState, _ clock: ManualClock) -> OrderResultJSON {
        OrderResultJSON(id: order.id, state: state, at: clock.wall())
    }

    @Test("each node gets its own, again and again until it has said what it makes of it; then its results are kept")
    func lifeStory() async throws {
        try await OfficeBench.run { hub in
            let (left, right) = (try AgentModel(hub.clock), try AgentModel(hub.clock, node: "pc-2"))
            for agent in [left, right] { #expect(try await hub.report(agent).commands == []) }
            let order = try await hub.place(try probe(left))
            #expect(order.state == .queued)
            #expect(try await hub.report(right).orders == [], "another node's")
            let reply = try await hub.report(left)
            #expect(try reply.orders.map(\.id) == [order.id])
            #expect(reply.interval == 5000, "somebody is waiting")
            #expect(try await hub.order(order.id).state == .sent)
            #expect(try await hub.report(left).orders.map(\.id) == [order.id], "the answer may have been lost")
            #expect(try await hub.report(left, results: [result(order, .accepted, hub.clock)]).orders == [])
            #expect(try await hub.report(left).interval == 5000, "still waiting for the end")
            var done = result(order, .succeeded, hub.clock)
            done.result = ["presence": "present"]
            let last = try await hub.report(left, results: [result(order, .running, hub.clock), done])
            #expect(last.interval == 60_000)
            let end = try await hub.order(order.id)
            #expect(end.state == .succeeded)
            #expect(end.result == ["presence": "present"])
            let acts = try await hub.audit.map(\.act)
            #expect(
                acts == ["order.placed", "order.sent", "order.accepted", "order.running", "order.succeeded"])
        }
    }

    @Test("never accepted in its time it is expired and not sent any more; what the node says later is the truth")
    func expiry() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            try await hub.report(agent)
            let order = try await hub.place(try probe(agent, ttl: 30_000))
            hub.clock.advance(by: .seconds(20))
            #expect(try await hub.report(agent).orders.first?.ttl == 10_000, "what is left of the time")
            hub.clock.advance(by: .seconds(10))
            #expect(try await hub.report(agent).orders == [])
            let given = try await hub.order(order.id)
            #expect(given.state == .expired)
            #expect(given.isConcluded == true)
            try await hub.report(agent, results: [result(order, .succeeded, hub.clock)])
            let end = try await hub.order(order.id)
            #expect(end.state == .succeeded)
            #expect(end.isConcluded == nil)
        }
    }

    @Test("a result for another node's order is refused and stands in the audit once")
    func foreignResult() async throws {
        try await OfficeBench.run { hub in
            let (left, right) = (try AgentModel(hub.clock), try AgentModel(hub.clock, node: "pc-2"))
            for agent in [left, right] { try await hub.report(agent) }
            let order = try await hub.place(try probe(left))
            let lie = [
                result(order, .succeeded, hub.clock),
                OrderResultJSON(id: .make(), state: .failed, at: hub.clock.wall()),
            ]
            for _ in 0..<3 { try await hub.report(right, results: lie) }
            #expect(try await hub.order(order.id).state == .queued)
            let foreign = try await hub.audit.filter { $0.act == "order.foreignResult" }
            #expect(foreign.map(\.subject) == ["z/pc-2"])
        }
    }

    @Test("a restarted hub goes on where it was")
    func restart() async throws {
        let root = try TemporaryRoot()
        let clock = ManualClock()
        let agent = try AgentModel(clock)
        var hub = try await OfficeBench(root: root, clock: clock)
        try await hub.report(agent)
        let order = try await hub.place(try probe(agent))
        try await hub.report(agent)
        await hub.stop()
        hub = try await OfficeBench(root: root, clock: clock)
        #expect(try await hub.report(agent).orders.map(\.id) == [order.id])
        try await hub.report(agent, results: [result(order, .rejected, clock)])
        await hub.stop()
        hub = try await OfficeBench(root: root, clock: clock)
        #expect(try await hub.report(agent).orders == [])
        #expect(try await hub.order(order.id).state == .rejected)
        await hub.stop()
    }

    @Test("nobody waits for ever: after ten minutes without news the node reports as usual")
    func patience() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            try await hub.report(agent)
            let order = try await hub.place(try probe(agent, ttl: 86_400_000))
            try await hub.report(agent, results: [result(order, .scheduled, hub.clock)])
            #expect(try await hub.report(agent).interval == 5000)
            hub.clock.advance(by: .seconds(600))
            #expect(try await hub.report(agent).interval == 60_000)
            hub.clock.advance(by: .seconds(9 * 86_400))
            #expect(try await hub.order(order.id).state == .interrupted, "nobody knows what became of it")
        }
    }

    @Test("what was not sent yet can be taken back, what was sent cannot")
    func cancelling() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            try await hub.report(agent)
            let first = try await hub.place(try probe(agent))
            #expect(try await hub.send(.DELETE, "/v1/orders/\(first.id)").status == 200)
            #expect(try await hub.report(agent).orders == [])
            #expect(try await hub.order(first.id).state == .cancelled)
            let second = try await hub.place(try probe(agent))
            try await hub.report(agent)
            let late = try await hub.send(.DELETE, "/v1/orders/\(second.id)")
            #expect(late.status == 409)
            #expect(late.error?.code == "order.tooLate")
            #expect(try await hub.send(.DELETE, "/v1/orders/\(HexID.make())").status == 404)
        }
    }

    @Test("one node has at most 32 open orders, and at most 16 of them go along at once")
    func queue() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            try await hub.report(agent)
            for _ in 0..<OrderBook.openLimit { _ = try await hub.place(try probe(agent)) }
            #expect(try await hub.post("/v1/orders", try probe(agent)).error?.code == "order.queueFull")
            let told = try await hub.report(agent).orders
            #expect(told.count == 16)
            let answers = told.map { OrderResultJSON(id: $0.id, state: .accepted, at: hub.clock.wall()) }
            let next = try await hub.report(agent, results: answers).orders
            #expect(next.count == 16)
            #expect(Set(next.map(\.id)).isDisjoint(with: told.map(\.id)))
        }
    }
}
