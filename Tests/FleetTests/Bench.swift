import Testing
import ZoneModel
import ZoneWire

@testable import ZoneFleet

/// One node and one hub on a table: time moves from one heartbeat to the next, and a test may come between.
struct Bench {
    static let base = WallTime(milliseconds: 1_790_000_000_000)

    var hub = ModelHub()
    private(set) var outcomes: [Outcome] = []
    /// Numbers that the hub said to hold, by (stream, epoch, seq): they must be there for ever after.
    private(set) var promised: Set<ModelHub.Key> = []
    private(set) var bodies: [[UInt8]] = []

    static func node(
        seed: UInt64 = 1, number: Int = 0, perDay: Double = 4000, daysOffline: Int64 = 0, thin: Double = 0,
        _ change: (inout NodeMachine.Nature) -> Void = { _ in }
    ) throws -> NodeMachine {
        let name = try #require(NodeName("sim-\(number)/pc-1"))
        var nature = NodeMachine.Nature(
            name: name, random: FleetRandom(seed: seed, node: number), isDemo: true, base: base)
        nature.eventsPerDay = perDay
        change(&nature)
        return NodeMachine(nature, historyFrom: -daysOffline * 86_400_000, thin: thin)
    }

    /// Runs until a moment; `answer` may put something else in the place of the hub's own answer.
    mutating func run(
        _ node: inout NodeMachine, from start: Int64, to end: Int64,
        _ answer: (_ beat: Int, inout ModelHub, [UInt8]) throws -> Answer = { _, hub, body in
            .reply(try hub.take(body))
        }
    ) throws {
        var now = start
        var beats = 0
        while node.due <= end {
            now = max(now, node.due)
            node.happen(until: now)
            guard node.beatDue <= now else { continue }
            let (body, _) = try node.compose(at: now)
            bodies.append(body)
            beats += 1
            try #require(beats < 20_000, "the node never rests")
            let given = try answer(beats, &hub, body)
            note(node.take(given, at: now), node)
        }
    }

    private mutating func note(_ outcome: Outcome, _ node: NodeMachine) {
        outcomes.append(outcome)
        guard let ack = outcome.acknowledged else { return }
        var sum: UInt64 = 0
        var (events, poison): (Int64, Int64) = (0, 0)
        let keys = ack.through.flatMap { seq in hub.keys[seq] ?? [] }
        for key in keys where key.stream == ack.stream && node.owns(key) {
            guard let event = hub.held[key] else {
                poison += 1
                continue
            }
            // What was left behind because alone it was too large may have arrived before: a gap all the same.
            guard node.journal[key.seq].what != .thinned else { continue }
            promised.insert(key)
            events += 1
            sum &+= Bench.checksum(key, event)
        }
        #expect(ack.events == events, "what is acknowledged is there, \(ack.through)")
        #expect(ack.poison == poison)
        #expect(ack.sum == sum, "and is what was said")
    }

    /// As the script computes it from the hub's tables.
    private static func checksum(_ key: ModelHub.Key, _ event: ModelHub.Held) -> UInt64 {
        UInt64(Checksum.crc32("\"\(key.epoch)\"\(key.seq)\(event.name)\(event.kind)\"\(event.at)\"".utf8))
    }

    func count(_ result: Outcome.Result) -> Int { outcomes.count { $0.result == result } }
}

extension NodeMachine {
    /// Whether the event of that number here is of that epoch.
    func owns(_ key: ModelHub.Key) -> Bool {
        key.seq <= lastSeq && journal.openings[Int(journal[key.seq].opening)].epoch == key.epoch
    }

    /// Everything readable that this journal has held, as the hub must have it by now.
    var story: [Int64] { (1...lastSeq).filter { journal[$0].what != .thinned && !journal[$0].isPoison } }
}
