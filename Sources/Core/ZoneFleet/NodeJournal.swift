import ZoneModel

/// The history of one simulated node, numbered from 1, and how much of it the hub has said to hold.
struct NodeJournal {
    /// From one start of the agent to the next.
    struct Opening {
        let epoch: HexID
        let boot: String
        /// ms since the run's base at which this boot began.
        let bootAt: Int64
    }

    var stream: HexID
    private(set) var openings: [Opening] = []
    private(set) var facts: [Fact] = []
    /// JSON of `data`, for facts whose data no number can tell.
    private(set) var notes: [[UInt8]] = []
    var acknowledged: Int64 = 0
    /// The highest number that ever went out, answered or not.
    var sent: Int64 = 0

    init(stream: HexID) { self.stream = stream }

    var lastSeq: Int64 { Int64(facts.count) }
    var behind: Int64 { lastSeq - acknowledged }
    /// A hole at the end is told with the next event, whenever that comes.
    var isAllTold: Bool {
        acknowledged >= lastSeq || (acknowledged + 1...lastSeq).allSatisfy { self[$0].what == .thinned }
    }
    var current: Opening { openings[openings.count - 1] }

    mutating func open(epoch: HexID, boot: String, bootAt: Int64) {
        openings.append(Opening(epoch: epoch, boot: boot, bootAt: bootAt))
    }

    mutating func append(_ fact: Fact) {
        var fact = fact
        fact.opening = UInt16(truncatingIfNeeded: openings.count - 1)
        facts.append(fact)
    }

    mutating func append(_ fact: Fact, note: [UInt8]) {
        var fact = fact
        fact.detail = UInt32(notes.count)
        notes.append(note)
        append(fact)
    }

    /// Numbers begin at 1.
    subscript(seq: Int64) -> Fact { facts[Int(seq - 1)] }

    /// What a disk that ran full does: measurements go first, never what was acknowledged already.
    mutating func thin(_ share: Double, _ random: inout FleetRandom) {
        for index in Int(acknowledged)..<facts.count where facts[index].eventClass == "D" && random.happens(share) {
            facts[index].what = .thinned
        }
    }

    /// A range of numbers by the opening in which they were written.
    func runs(_ range: ClosedRange<Int64>) -> [EpochRun] {
        var runs: [EpochRun] = []
        for seq in range {
            let epoch = openings[Int(self[seq].opening)].epoch
            if runs.last?.epoch == epoch {
                runs[runs.count - 1].to = seq
            } else {
                runs.append(EpochRun(epoch: epoch, from: seq, to: seq))
            }
        }
        return runs
    }

    /// The hub does not take it, not even alone: a declared gap from now on.
    mutating func drop(_ seq: Int64) { facts[Int(seq - 1)].what = .thinned }

    /// A restored disk image: the last `count` facts are gone, and so is some of what was known to be acknowledged.
    mutating func rewind(facts count: Int, acknowledgements: Int64) {
        facts.removeLast(min(count, facts.count))
        acknowledged = max(0, min(acknowledged - acknowledgements, lastSeq))
        sent = min(sent, lastSeq)
    }

    /// The run after `start`: numbers that exist, at most `limit` of them that still hold something, and the gaps.
    func run(after start: Int64, limit: Int) -> EventRun {
        var run = EventRun(start: start, end: start)
        var seq = start
        while seq < lastSeq, run.held.count < limit {
            seq += 1
            if self[seq].what == .thinned { continue }
            if seq > run.end + 1 { run.gaps.append((from: run.end + 1, to: seq - 1)) }
            run.held.append(seq)
            run.end = seq
        }
        return run
    }
}

/// Numbers of one opening, both ends included.
package struct EpochRun: Sendable, Hashable {
    package var epoch: HexID
    package var from: Int64
    package var to: Int64
}

/// A contiguous run of a journal as it goes into a heartbeat.
struct EventRun {
    /// The number before the first.
    var start: Int64
    /// The last number that is sent; trailing holes wait for what follows them.
    var end: Int64
    var held: [Int64] = []
    var gaps: [(from: Int64, to: Int64)] = []

    var isEmpty: Bool { held.isEmpty }
}

extension StaticString {
    static func == (left: StaticString, right: StaticString) -> Bool {
        left.utf8CodeUnitCount == right.utf8CodeUnitCount
            && left.withUTF8Buffer { a in right.withUTF8Buffer { a.elementsEqual($0) } }
    }
}
