import Testing
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// A node as the hub's rules want it: a journal, a position, and letters on their way.
private final class ModelNode {
    let agent: AgentModel
    private(set) var journal: [Event] = []
    private(set) var acknowledged: Int64 = 0
    private var sentThrough: Int64 = 0
    /// Written and not delivered yet.
    var letters: [Heartbeat] = []
    private var image: (journal: [Event], acknowledged: Int64, stream: HexID)?

    init(_ agent: AgentModel) { self.agent = agent }

    func live(_ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let name: EventName =
                [.instantOccurred, .conditionRaised, .conditionCleared, .deviceState].randomElement(using: &random)
                ?? .deviceState
            let device = Bool.random(using: &random) ? "printer-1" : "box-1"
            journal.append(agent.event(name, .b, device: device, ["code": "box.deposit", "n": .integer(agent.seq)]))
        }
    }

    var last: Int64 { journal.last?.seq ?? 0 }
    var isDrained: Bool { acknowledged == last }

    func write(page: Int) {
        let run = journal.filter { $0.seq > acknowledged }.prefix(page)
        letters.append(agent.beat(Array(run)))
    }

    /// What was not said since the start is not believed to be held: under these numbers the hub may know others.
    func hear(_ reply: HeartbeatReply, to beat: Heartbeat) {
        guard let position = reply.ackThrough, position.stream == agent.stream, beat.boot == agent.boot else { return }
        sentThrough = max(sentThrough, beat.events?.last?.seq ?? 0)
        if position.seq > last {
            agent.stream = HexID.make()
            (acknowledged, sentThrough) = (0, 0)
        } else {
            acknowledged = min(position.seq, sentThrough)
        }
    }

    func takeImage() { image = (journal, acknowledged, agent.stream) }

    /// The disk as it was at the image, in a new boot.
    func restoreImage(_ random: inout SeededGenerator) {
        if let image { (journal, acknowledged, agent.stream) = image }
        reboot(&random)
        agent.seq = last
    }

    func reboot(_ random: inout SeededGenerator) {
        sentThrough = acknowledged
        let run = random.next()
        agent.reboot("boot-\(run)", run: run)
    }
}

/// An event as the hub must know it.
private struct Known: Hashable {
    var node: NodeName
    var epoch: HexID
    var seq: Int64

    init(_ event: Event, of node: NodeName) { (self.node, epoch, seq) = (node, event.epoch, event.seq) }
}

@Suite("A model fleet against the hub: nothing acknowledged is lost, nothing is counted twice")
struct IngestModelTests {
    private final class Run {
        let bench: IngestBench
        let nodes: [ModelNode]
        var random: SeededGenerator
        /// What a delivered letter told, and what the hub has said it holds.
        var told: [Known: Event] = [:]
        var promised: Set<Known> = []
        var isRestored = false
        var hasCopy = false
        var oldLetters: [Heartbeat] = []

        init(seed: UInt64) throws {
            let bench = try IngestBench()
            (self.bench, random) = (bench, SeededGenerator(seed: seed))
            nodes = try (0..<4).map {
                ModelNode(
                    try AgentModel(bench.clock, zone: $0 < 2 ? "z" : "y-\($0)", node: "pc-\($0)", run: UInt64($0) + 2))
            }
            for (number, node) in nodes.enumerated() { node.agent.stream = HexID(random: UInt64(number) + 1000) }
        }

        func step() async throws {
            guard let node = nodes.randomElement(using: &random) else { return }
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<6: node.live(&random)
            case 6..<10: node.write(page: Int.random(in: 1...40, using: &random))
            case 10..<15: try await deliverSome()
            case 15: try await replay()
            case 16: node.reboot(&random)
            case 17: if Bool.random(using: &random) { node.takeImage() } else { node.restoreImage(&random) }
            case 18: try bench.reopen()
            default: try await backup()
            }
            bench.clock.advance(by: .milliseconds(Int64.random(in: 0...20_000, using: &random)))
        }

        /// Letters of several nodes at once, in any order; some answers get lost, some letters are held up.
        func deliverSome(all: Bool = false) async throws {
            var batch: [(ModelNode, Heartbeat)] = []
            for node in nodes {
                // After this long an agent has given up, and the letter with it.
                let dead = bench.clock.wall().advanced(byMilliseconds: -20_000)
                node.letters.removeAll { $0.sentAt < dead }
                let letters = node.letters.shuffled(using: &random)
                let count = all ? letters.count : Int.random(in: 0...letters.count, using: &random)
                node.letters = Array(letters.dropFirst(count))
                batch += letters.prefix(count).map { (node, $0) }
            }
            let bodies = batch.map { ($0.1, NodeName(zone: $0.1.zone, node: $0.1.node)) }
            let replies = try await send(bodies)
            for ((node, beat), reply) in zip(batch, replies) {
                note(beat, reply)
                if all || !Bool.random(using: &random) { node.hear(reply, to: beat) }
            }
        }

        private func send(_ letters: [(Heartbeat, NodeName)]) async throws -> [HeartbeatReply] {
            let ingest = bench.ingest
            return try await withThrowingTaskGroup(of: (Int, HeartbeatReply).self) { group in
                for (index, letter) in letters.enumerated() {
                    let body = try WireCoding.encode(letter.0)
                    group.addTask { (index, try await ingest.take(body, from: letter.1)) }
                }
                var replies: [Int: HeartbeatReply] = [:]
                for try await (index, reply) in group { replies[index] = reply }
                return letters.indices.compactMap { replies[$0] }
            }
        }

        private func note(_ beat: Heartbeat, _ reply: HeartbeatReply) {
            oldLetters.append(beat)
            let name = NodeName(zone: beat.zone, node: beat.node)
            for event in beat.events ?? [] {
                told[Known(event, of: name)] = event
                if event.seq <= reply.ackThrough?.seq ?? 0 { promised.insert(Known(event, of: name)) }
            }
        }

        private func replay() async throws {
            for beat in oldLetters.shuffled(using: &random).prefix(5) { note(beat, try await bench.take(beat)) }
        }

        private func backup() async throws {
            if !hasCopy {
                hasCopy = true
                try await bench.copyAside()
            } else if !isRestored {
                isRestored = true
                try bench.restoreCopy()
                // What came after the copy is gone until the nodes send it again. Letters from before are not told
                // again to it: nothing would show that they are old.
                (promised, oldLetters) = ([], [])
            }
        }

        func drain() async throws {
            for _ in 0..<200 where !nodes.allSatisfy(\.isDrained) {
                for node in nodes { node.write(page: 50) }
                try await deliverSome(all: true)
            }
        }

        func held() async throws -> [Known: Event] {
            var held: [Known: Event] = [:]
            for node in nodes {
                let events = try await bench.held(node.agent)
                for event in events { held[Known(event, of: node.agent.name)] = event }
            }
            return held
        }

        /// Sums of all days of all zones.
        func counted() async throws -> (events: [String: Int64], deposits: Int64) {
            var (events, deposits) = ([String: Int64](), Int64(0))
            for zone in Set(nodes.map(\.agent.name.zone.text)) {
                for day in 20...30 {
                    let rollup = try await bench.rollup("2026-09-\(day)", zone: zone)
                    events.merge(rollup.events, uniquingKeysWith: +)
                    deposits += rollup.instants["box.deposit"] ?? 0
                }
            }
            return (events, deposits)
        }
    }

    @Test(
        "duplicates, reordering, lost answers, restarts, restored hubs and images",
        .timeLimit(.minutes(5)), arguments: Seeds.first(12))
    func fleet(_ seed: UInt64) async throws {
        let run = try Run(seed: seed)
        for _ in 0..<150 { try await run.step() }
        try await run.drain()
        let held = try await run.held()
        #expect(run.nodes.allSatisfy { $0.isDrained }, "seed \(seed): everything gets there")
        for known in run.promised where held[known] == nil {
            Issue.record("seed \(seed): acknowledged and lost: \(known)")
        }
        for node in run.nodes {
            for event in node.journal where held[Known(event, of: node.agent.name)] == nil {
                Issue.record("seed \(seed): never arrived: \(event.seq) of \(node.agent.name)")
            }
        }
        for (known, event) in held { #expect(run.told[known] == event, "seed \(seed): kept as it was told") }
        if !run.isRestored { #expect(held.count == run.told.count, "seed \(seed)") }
        let counted = try await run.counted()
        let names = held.values.reduce(into: [String: Int64]()) { $0[$1.name.rawValue, default: 0] += 1 }
        #expect(counted.events == names, "seed \(seed): each event counts once")
        #expect(counted.deposits == names["instant.occurred"] ?? 0, "seed \(seed)")
        for zone in await run.bench.wall.zones() { #expect(zone.alerts == nil, "seed \(seed): nobody was cloned") }
    }
}
