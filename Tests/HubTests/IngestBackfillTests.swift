import Dispatch
import GRDB
import Synchronization
import Testing
import ZoneHubCore
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneHubStore

@Suite("History comes in turns, and the live picture does not wait for it")
struct IngestBackfillTests {
    private let now = MonoTime(milliseconds: 1_000_000)
    private let minute = Duration.seconds(60)

    @Test("who has nothing more to bring gets a page at once and takes no turn from anybody")
    func quiet() {
        let gate = BackfillGate(capacity: 100)
        for _ in 0..<1000 {
            #expect(
                gate.grant(after: 3, isDraining: false, interval: minute, at: now, draw: 1)
                    == .init(events: 200, afterMs: 0))
        }
    }

    @Test("each page takes its share of the capacity: pages come evenly, not all at once")
    func turns() {
        let gate = BackfillGate(capacity: 1000)
        let grants = (0..<10).map { _ in gate.grant(after: 50, isDraining: false, interval: minute, at: now, draw: 1) }
        #expect(grants.map(\.afterMs) == (0..<10).map { $0 * 200 })
        let later = now.advanced(by: .seconds(60))
        #expect(
            gate.grant(after: 200, isDraining: true, interval: minute, at: later, draw: 1).afterMs == 0,
            "what was granted has come")
    }

    @Test("ten thousand nodes at once: what they are let bring in a minute is what the hub can take in a minute")
    func tenThousand() {
        let gate = BackfillGate(capacity: 1000)
        let grants = (0..<10_000).map { _ in
            gate.grant(after: 20, isDraining: false, interval: minute, at: now, draw: 1)
        }
        #expect(grants.count { $0.events == 200 } == 301, "capacity for 60 s, and the one at the end of it")
        #expect(grants.last == .init(events: 5, afterMs: 60_200), "the others show that there is more, and ask again")
        let next = now.advanced(by: minute)
        let again = (0..<10_000).map { _ in gate.grant(after: 5, isDraining: false, interval: minute, at: next, draw: 1)
        }
        #expect(again.count { $0.events == 200 } == 300)
    }

    @Test("whoever has to wait for a turn gets one: nobody is passed by for ever")
    func nobodyStarves() {
        let gate = BackfillGate(capacity: 1000)
        var (pages, random) = ([Int: Int](), SeededGenerator(seed: 1))
        for tick in 0..<3600 {
            let moment = now.advanced(by: .seconds(tick))
            // A thousand nodes, each with a heartbeat a minute and more to bring than it ever can.
            for node in 0..<1000 where node % 60 == tick % 60 {
                let grant = gate.grant(
                    after: 200, isDraining: false, interval: minute, at: moment,
                    draw: .random(in: 0...1, using: &random))
                if grant.events == 200 { pages[node, default: 0] += 1 }
            }
        }
        #expect(pages.values.reduce(0, +) * 200 <= 1000 * 3660, "no more than the capacity")
        #expect(pages.count == 1000, "\(1000 - pages.count) nodes had no turn in an hour")
    }

    @Test("slow commits lower the capacity fast, quick ones bring it back slowly, and it never ends")
    func capacity() {
        let gate = BackfillGate(capacity: 1000)
        gate.note(commit: .milliseconds(300))
        #expect(gate.capacity < 750)
        for _ in 0..<100 { gate.note(commit: .seconds(10)) }
        #expect(gate.capacity >= 10)
        gate.note(commit: .milliseconds(150))
        let low = gate.capacity
        gate.note(commit: .milliseconds(10))
        #expect(gate.capacity > low && gate.capacity < 100)
        for _ in 0..<200 { gate.note(commit: .milliseconds(1)) }
        #expect(gate.capacity == 1000)
    }

    @Test("a node with much history is told when to come with more")
    func told() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let first = try await bench.send(agent, (0..<50).map { _ in agent.event() })
        #expect(first.backfill == .init(events: 200, afterMs: 0))
        let second = try await bench.send(agent, (0..<200).map { _ in agent.event() })
        #expect(second.backfill == .init(events: 200, afterMs: 40))
        #expect(second.ackThrough?.seq == 250)
    }

    @Test("a quiet heartbeat goes into the next commit, however much history waits")
    func newsFirst() async throws {
        let bench = try IngestBench()
        let commits = Mutex<[[NodeName]]>([])
        let committer = IngestCommitter(store: bench.store, clock: bench.clock) { news, _ in
            commits.withLock { $0.append(news.map(\.record.name)) }
        }
        let (store, now, disk) = (bench.store, bench.clock.wall(), DispatchSemaphore(value: 0))
        let slowDisk = Task { try await store.writer.write { _ in disk.wait() } }
        defer { disk.signal() }
        func visit(_ zone: String, events: Int) throws -> IngestVisit {
            let agent = try AgentModel(bench.clock, zone: zone)
            let beat = agent.beat((0..<events).map { _ in agent.event() })
            return IngestVisit(try Incoming(try WireCoding.encode(beat)), at: now)
        }
        let quiet = try visit("live", events: 0)
        var takes: [Task<Void, any Error>] = []
        for number in 0..<12 {
            let visit = try visit("away-\(number)", events: 200)
            takes.append(Task { _ = try await committer.take(visit) })
            // The first is taken up at once, the others wait for the slow disk.
            try await eventuallyTrue("taken over") { committer.isAtWork && committer.waiting == number }
        }
        takes.append(Task { _ = try await committer.take(quiet) })
        try await eventuallyTrue("all wait") { committer.waiting == 12 }
        disk.signal()
        for take in takes { try await take.value }
        try await slowDisk.value
        let names = commits.withLock { $0.map { $0.map(\.zone.text) } }
        #expect(names.map(\.count) == [1, 6, 5, 1])
        #expect(names[1].first == "live")
    }
}
