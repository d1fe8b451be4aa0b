import Testing
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneFleet

@Suite("A simulated node does what the hub asks")
struct AnswerTests {
    @Test("after failures the waits grow, and a hub that comes back is not met by all at once")
    func backoff() throws {
        var waits: [[Int64]] = Array(repeating: [], count: 6)
        for number in 0..<300 {
            var node = try Bench.node(number: number, perDay: 0)
            for attempt in 0..<6 {
                let now = node.beatDue
                _ = try node.compose(at: now)
                _ = node.take(.lost, at: now)
                waits[attempt].append(node.beatDue - now)
            }
        }
        let longest = waits.map { $0.max() ?? 0 }
        #expect(longest[0] < 1000 && longest[0] > 800)
        #expect(longest[1] < 10_000 && longest[1] > 9000, "the whole interval of a demo zone")
        #expect(longest[5] < 32_000 && longest[5] > 29_000)
    }

    @Test("503 and retryAfter are waited for, and up to twice as long", arguments: [true, false])
    func retryAfter(_ isHeader: Bool) throws {
        var waits: [Int64] = []
        for number in 0..<100 {
            var node = try Bench.node(number: number, perDay: 0)
            let (body, _) = try node.compose(at: 0)
            var hub = ModelHub()
            var reply = try hub.take(body)
            reply.retryAfter = 30_000
            let outcome = node.take(isHeader ? .refused(status: 503, retryAfter: 30_000) : .reply(reply), at: 0)
            #expect(outcome.result == (isHeader ? .overloaded : .accepted))
            waits.append(node.beatDue)
        }
        #expect(waits.allSatisfy { (30_000...60_000).contains($0) })
        #expect(Set(waits).count > 90)
    }

    @Test("413 halves the run down to one, then the state stays out, then the event is left behind")
    func tooLarge() throws {
        var (node, bench) = (try Bench.node(perDay: 1000, daysOffline: 1), Bench())
        var sizes: [Int] = []
        var withState: [Bool] = []
        let last = node.lastSeq
        try bench.run(&node, from: 0, to: 600_000) { beat, hub, body in
            let told = try WireCoding.decode(Heartbeat.self, body)
            guard told.events?.first?.seq == 1 || hub.positions.isEmpty && told.events?.first?.seq ?? 1 <= 1 else {
                return .reply(try hub.take(body))
            }
            sizes.append(told.events?.count ?? 0)
            withState.append(told.state != nil)
            return .refused(status: 413, retryAfter: nil)
        }
        #expect(sizes == [20, 10, 5, 2, 1, 1])
        #expect(withState == [true, true, true, true, true, false])
        #expect(bench.outcomes.compactMap(\.dropped) == [1])
        #expect(bench.hub.held.count >= Int(last) - 1)
        #expect(bench.hub.held.keys.allSatisfy { $0.seq != 1 })
    }

    @Test("turned away: nothing is acknowledged and nothing forgotten", arguments: [400, 401, 403, 426, 500])
    func refused(_ status: Int) throws {
        var (node, bench) = (try Bench.node(perDay: 1000, daysOffline: 1), Bench())
        try bench.run(&node, from: 0, to: 120_000) { _, _, _ in .refused(status: status, retryAfter: nil) }
        #expect(node.acknowledged == 0)
        #expect(bench.count(.refused) > 3)
        try bench.run(&node, from: 120_000, to: 600_000)
        #expect(node.behind < 10)
    }

    @Test("pending is waited for at the hub's pace")
    func pending() throws {
        var (node, bench) = (try Bench.node(), Bench())
        try bench.run(&node, from: 0, to: 300_000) { _, hub, body in
            var copy = hub
            var reply = try copy.take(body)
            (reply.status, reply.retryAfter, reply.ackThrough) = (.pending, 20_000, nil)
            return .reply(reply)
        }
        #expect((5...16).contains(bench.outcomes.count))
        #expect(node.acknowledged == 0)
    }

    @Test("an order is accepted, then done; repeated it is not done again")
    func orders() throws {
        var (node, bench) = (try Bench.node(perDay: 0), Bench())
        try bench.run(&node, from: 0, to: 1000)
        let order = OrderJSON(
            id: HexID(random: 9), verb: "testPage", device: Slug("printer-1"), ttl: 60_000, actor: "uid 0")
        try bench.run(&node, from: 1000, to: 60_000) { beat, hub, body in
            // The hub repeats it although it has an answer already.
            if beat < 4 { hub.orders = [order] }
            return .reply(try hub.take(body))
        }
        let states = bench.hub.results.filter { $0.id == order.id }.map(\.state)
        #expect(states == [.accepted, .succeeded])
        #expect(bench.hub.held.values.filter { $0.name == "command.succeeded" }.count == 1)
        #expect(node.orders.isIdle)
    }

    @Test("what the hub wants it gets: the state again, the hours, its own interval")
    func wants() throws {
        var (node, bench) = (try Bench.node(perDay: 0), Bench())
        bench.hub.interval = 5000
        try bench.run(&node, from: 0, to: 20_000)
        #expect(bench.hub.heartbeats.count == 5 && bench.hub.heartbeats.last?.interval == 5000)
        #expect(bench.hub.heartbeats.last?.state == nil, "not without need")
        bench.hub.want = ["state", "hours", "renew", "somethingNew"]
        try bench.run(&node, from: 20_000, to: 25_000)
        bench.hub.want = []
        try bench.run(&node, from: 25_000, to: 30_000)
        #expect(bench.hub.heartbeats.last?.state != nil && bench.hub.heartbeats.last?.hours?.count == 14)
        #expect(node.prepared?.hash == node.acknowledgedHash)
    }

    @Test("random answers in any order: what was promised is there at the end", arguments: Seeds.first(3))
    func anything(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (node, bench) = (
            try Bench.node(seed: seed, perDay: 400, daysOffline: 1, thin: 0.2) { $0.poison = 0.005 }, Bench()
        )
        for step in 0..<30 {
            let start = Int64(step) * 120_000
            try bench.run(&node, from: start, to: start + 120_000) { _, hub, body in
                switch Int.random(in: 0..<10, using: &random) {
                case 0: return .lost
                case 1: return .refused(status: 413, retryAfter: nil)
                case 2: return .refused(status: 503, retryAfter: 2000)
                case 3:
                    _ = try hub.take(body)
                    return .refused(status: 500, retryAfter: nil)
                default: return .reply(try hub.take(body))
                }
            }
            switch Int.random(in: 0..<6, using: &random) {
            case 0: node.reboot(at: start + 120_000)
            case 1: node.rewind(events: nil, at: start + 120_000)
            case 2: node.storm(at: start + 120_000)
            case 3: node.replayDay(at: start + 120_000)
            default: break
            }
        }
        node.stop()
        try bench.run(&node, from: 3_600_000, to: 7_200_000)
        #expect(node.isSettled, "\(node.behind) events are not told")
        #expect(bench.promised.isSubset(of: bench.hub.held.keys))
        #expect(bench.hub.stateHash == node.prepared?.hash)
    }
}
