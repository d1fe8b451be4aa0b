import ZoneModel
import ZoneWire

/// One simulated node, without any wire: what happens there, what it tells, what it makes of the answers. Its times
/// are ms since the base of the run; those before 0 are history.
package struct NodeMachine {
    /// What a node is from the beginning.
    package struct Nature: Sendable {
        package var name: NodeName
        /// Draws everything that is random about this node.
        package var random: FleetRandom
        package var isDemo: Bool
        /// The wall clock at time 0.
        package var base: WallTime
        /// ms by which this node's wall clock is wrong.
        package var skew: Int64 = 0
        package var eventsPerDay: Double = 60
        /// Share of events that cannot be read.
        package var poison: Double = 0
        /// A load generator sends as fast as it is told to, whatever the hub proposes.
        package var ignoresPacing = false

        package init(name: NodeName, random: FleetRandom, isDemo: Bool, base: WallTime) {
            (self.name, self.random, self.isDemo, self.base) = (name, random, isDemo, base)
        }
    }

    /// What waits for its answer.
    struct Pending {
        var run: EventRun
        var stateHash: String
        var hasState: Bool
        var results: [OrderResultJSON]
        var hasHours: Bool
        var isReplay: Bool
        /// As many events as could go.
        var isFull: Bool
    }

    let nature: Nature
    var random: FleetRandom
    var journal: NodeJournal
    var devices: SimulatedDevices
    var prepared: PreparedState?
    var happenings: Happenings
    var pacing: Pacing
    var orders = NodeOrders()
    var pending: Pending?
    var acknowledgedHash: String?
    /// The set of anchors the node holds, as heartbeats name it.
    package var anchors: String?
    var hb: Int64 = 0
    var reason = Heartbeat.Reason.boot
    var wantsHours = false
    /// The hub asked for another certificate.
    var wantsRenewal = false
    /// Numbers of a day that is told again: from after, through.
    var replay: (next: Int64, end: Int64)?

    /// - Parameter historyFrom: negative: since when the node has been on its own.
    package init(_ nature: Nature, historyFrom: Int64 = 0, thin: Double = 0, firstBeat: Int64 = 0) {
        self.nature = nature
        random = nature.random
        journal = NodeJournal(stream: HexID(random: random.next()))
        devices = SimulatedDevices(
            name: "模拟专区 \(nature.name.zone)", isDemo: nature.isDemo, serial: HexText.sixteen(random.next()))
        happenings = Happenings(from: historyFrom, perDay: nature.eventsPerDay, &random)
        pacing = Pacing(isDemo: nature.isDemo, firstBeat: firstBeat)
        start("start", at: historyFrom)
        live(through: historyFrom)
        // What happened before is no change of now: it comes back when its turn to come back is.
        pacing = Pacing(isDemo: nature.isDemo, firstBeat: firstBeat)
        if thin > 0 { journal.thin(thin, &random) }
    }

    package var name: NodeName { nature.name }
    package var behind: Int64 { journal.behind }
    package var lastSeq: Int64 { journal.lastSeq }
    package var acknowledged: Int64 { journal.acknowledged }
    package var stream: HexID { journal.stream }
    package var epoch: HexID { journal.current.epoch }
    package var boot: String { journal.current.boot }
    package var isWaiting: Bool { pending != nil }

    /// All has been told and acknowledged, the state too; a quiet heartbeat may be on its way.
    package var isSettled: Bool {
        journal.isAllTold && acknowledgedHash != nil && acknowledgedHash == prepared?.hash
            && orders.isIdle
    }

    /// Years of history: the PC is switched off each night, so each day is a boot of its own.
    private mutating func live(through start: Int64) {
        var day = start + 86_400_000
        while day < 0 {
            happen(until: day)
            append(Fact(.stopping, at: day))
            self.start("start", at: day)
            day += 86_400_000
        }
        happen(until: 0)
    }

    /// A new opening of the journal after a new boot of the PC.
    mutating func start(_ why: StaticString, at now: Int64) {
        journal.open(epoch: HexID(random: random.next()), boot: random.bootID(), bootAt: now - 20_000)
        var note = JSONBytes(reserving: 64)
        note.raw("{\"reason\":\"")
        note.raw(why)
        note.raw("\",\"version\":\"simulated\"}")
        journal.append(Fact(.started, at: now), note: note.bytes)
    }

    mutating func append(_ fact: Fact) {
        var fact = fact
        if fact.what != .started, fact.what != .stopping { fact.isPoison = random.happens(nature.poison) }
        journal.append(fact)
    }

    /// The state as it is now, written anew when something changed since.
    mutating func currentState(at now: Int64) throws -> PreparedState {
        if let prepared { return prepared }
        let seen = nature.base.advanced(byMilliseconds: now + nature.skew)
        let fresh = try PreparedState(devices.json(base: nature.base, skew: nature.skew, seenAt: seen))
        prepared = fresh
        return fresh
    }
}
