import Testing
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneFleet

@Suite("A simulated node and what befalls it")
struct MachineTests {
    @Test("the same seed lives the same life, another one does not")
    func deterministic() throws {
        func life(_ seed: UInt64) throws -> [[UInt8]] {
            var (node, bench) = (try Bench.node(seed: seed, perDay: 200, daysOffline: 3), Bench())
            try bench.run(&node, from: 0, to: 600_000)
            return bench.bodies
        }
        let first = try life(5)
        #expect(first.count > 60)
        #expect(first == (try life(5)))
        #expect(first != (try life(6)))
    }

    @Test("everything that happened arrives, once, and the last state is the node's", arguments: Seeds.first(4))
    func plain(_ seed: UInt64) throws {
        var (node, bench) = (try Bench.node(seed: seed, perDay: 20_000), Bench())
        try bench.run(&node, from: 0, to: 3_600_000)
        try finish(&node, &bench, at: 3_600_000)
        #expect(bench.hub.repeated == 0)
        #expect(bench.hub.held.count == node.story.count)
        #expect(bench.hub.held.count > 500)
    }

    @Test("a month without a hub comes back in runs of the size the hub allows, days in their own boots")
    func monthOffline() throws {
        var (node, bench) = (try Bench.node(perDay: 60, daysOffline: 30, thin: 0.5), Bench())
        #expect(node.behind > 1500)
        try bench.run(&node, from: 0, to: 60_000)
        try finish(&node, &bench, at: 60_000)
        let sizes = bench.hub.heartbeats.compactMap { $0.events?.count }
        #expect(sizes.first.map { $0 <= 50 } == true, "before any reply 50")
        #expect(sizes.allSatisfy { $0 <= 100 })
        #expect(bench.hub.heartbeats.first?.state != nil, "the state comes first")
        #expect(Set(bench.hub.held.keys.map(\.epoch)).count == 30)
        #expect(bench.hub.heartbeats.contains { !($0.gaps ?? []).isEmpty })
    }

    @Test("no history when the hub allows none, and the state all the same")
    func noHistory() throws {
        var (node, bench) = (try Bench.node(perDay: 500, daysOffline: 1), Bench())
        bench.hub.backfill = .init(events: 0, afterMs: 0)
        try bench.run(&node, from: 0, to: 120_000)
        #expect(bench.hub.heartbeats.filter { $0.events != nil }.count == 1)
        #expect(bench.hub.stateHash != nil)
        bench.hub.backfill = nil
        try finish(&node, &bench, at: 120_000)
    }

    @Test("replies that are lost cost a repetition and nothing else", arguments: Seeds.first(4))
    func lostReplies(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (node, bench) = (try Bench.node(seed: seed, perDay: 500, daysOffline: 2), Bench())
        try bench.run(&node, from: 0, to: 3_600_000) { _, hub, body in
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return .lost
            case 1:
                _ = try hub.take(body)
                return .lost
            default: return .reply(try hub.take(body))
            }
        }
        try finish(&node, &bench, at: 3_600_000)
        #expect(bench.hub.repeated > 0)
    }

    @Test("a hub that was restored gets again what it has forgotten")
    func restoredHub() throws {
        var (node, bench) = (try Bench.node(perDay: 20_000), Bench())
        try bench.run(&node, from: 0, to: 300_000)
        let older = bench.hub
        try bench.run(&node, from: 300_000, to: 900_000)
        bench.hub.restore(older)
        try bench.run(&node, from: 900_000, to: 1_200_000)
        #expect(bench.outcomes.contains { $0.lowered != nil })
        try finish(&node, &bench, at: 1_200_000)
    }

    @Test("a restored image goes on as a new stream, and nothing the hub held is lost", arguments: Seeds.first(6))
    func rewound(_ seed: UInt64) throws {
        var (node, bench) = (try Bench.node(seed: seed, perDay: 20_000), Bench())
        try bench.run(&node, from: 0, to: 300_000)
        let before = bench.promised
        node.rewind(events: 12, at: 300_000)
        try bench.run(&node, from: 300_000, to: 900_000)
        try finish(&node, &bench, at: 900_000)
        #expect(bench.outcomes.contains { $0.rewoundTo != nil })
        #expect(before.isSubset(of: bench.hub.held.keys))
        #expect(bench.hub.held.values.contains { $0.name == "journal.rewound" })
    }

    @Test("twins: both are heard, their boots interleave, and each one's promises are kept", arguments: Seeds.first(4))
    func clones(_ seed: UInt64) throws {
        var (node, bench) = (try Bench.node(seed: seed, perDay: 20_000), Bench())
        try bench.run(&node, from: 0, to: 100_000)
        var twin = node.clone(seed: 99, at: 100_000)
        for round in 0..<20 {
            let (from, to) = (100_000 + Int64(round) * 20_000, 120_000 + Int64(round) * 20_000)
            try bench.run(&node, from: from, to: to)
            try bench.run(&twin, from: from, to: to)
        }
        #expect(bench.hub.boots.count > 10)
        #expect(node.stream != twin.stream)
        node.stop()
        twin.stop()
        try bench.run(&node, from: 500_000, to: 560_000)
        try bench.run(&twin, from: 500_000, to: 560_000)
        #expect(node.behind == 0 && twin.behind == 0)
        for one in [node, twin] {
            let held = Set(bench.hub.held.keys.filter(one.owns).map(\.seq))
            #expect(Set(one.story).isSubset(of: held), "each event of each twin is there")
        }
    }

    @Test("events that nobody can read are counted and do not stop the rest")
    func poison() throws {
        var (node, bench) = (try Bench.node(perDay: 20_000) { $0.poison = 0.1 }, Bench())
        try bench.run(&node, from: 0, to: 1_800_000)
        try finish(&node, &bench, at: 1_800_000)
        #expect(bench.hub.poison.count > 10)
        #expect(bench.outcomes.reduce(0) { $0 + ($1.acknowledged?.poison ?? 0) } == Int64(bench.hub.poison.count))
    }

    @Test("a day that is told again changes nothing")
    func replay() throws {
        var (node, bench) = (try Bench.node(perDay: 20_000), Bench())
        try bench.run(&node, from: 0, to: 600_000)
        let (held, state) = (bench.hub.held, bench.hub.stateHash)
        node.happenings.isStopped = true
        node.replayDay(at: 600_000)
        try bench.run(&node, from: 600_000, to: 660_000)
        #expect(bench.hub.repeated > held.count / 2)
        #expect(bench.hub.repeated < 1_000_000, "and it is the same that is told")
        #expect(held.allSatisfy { bench.hub.held[$0.key] == $0.value })
        #expect(bench.hub.stateHash == state || bench.hub.heartbeats.last?.state != nil)
        try finish(&node, &bench, at: 660_000)
    }

    @Test("a reboot is another epoch and another boot, and a wrong clock says so")
    func reboots() throws {
        var (node, bench) = (try Bench.node { $0.skew = 31_536_000_000 }, Bench())
        for round in 0..<4 {
            let start = Int64(round) * 60_000
            try bench.run(&node, from: start, to: start + 60_000)
            node.reboot(at: start + 60_000)
        }
        try finish(&node, &bench, at: 240_000)
        #expect(bench.hub.epochs.count == 5 && bench.hub.boots.count == 5)
        #expect(bench.hub.heartbeats.filter { $0.reason == .boot }.count == 5)
        #expect(bench.hub.wrongClocks == bench.hub.heartbeats.count)
        let year = bench.hub.heartbeats[0].sentAt.milliseconds - Bench.base.milliseconds
        #expect(year >= 31_536_000_000)
    }

    @Test("a storm is told within the second by a demo node, and by a real one after five")
    func storms() throws {
        for (isDemo, spacing) in [(true, Int64(1000)), (false, 5000)] {
            var (node, bench) = (try Bench.node(perDay: 0) { $0.isDemo = isDemo }, Bench())
            bench.hub.interval = 60_000
            try bench.run(&node, from: 0, to: 10_000)
            node.storm(at: 10_000)
            #expect(node.beatDue == 10_150)
            try bench.run(&node, from: 10_000, to: 10_200)
            #expect(bench.hub.heartbeats.last?.reason == .change)
            node.storm(at: 10_300)
            #expect(node.beatDue == 10_150 + spacing)
        }
    }

    private func finish(_ node: inout NodeMachine, _ bench: inout Bench, at now: Int64) throws {
        node.stop()
        bench.hub.interval = 10_000
        try bench.run(&node, from: now, to: now + 600_000)
        #expect(node.behind == 0)
        #expect(node.isSettled)
        #expect(bench.promised.isSubset(of: bench.hub.held.keys), "nothing acknowledged is lost")
        #expect(bench.hub.stateHash == node.prepared?.hash)
        #expect(bench.hub.state == node.prepared?.state)
        let held = Set(bench.hub.held.keys.filter(node.owns).map(\.seq))
        #expect(held == Set(node.story), "everything that happened is there")
    }
}
