import ZoneModel
import ZoneWire

/// When a node may speak. Times are ms since the base of the run.
struct Pacing {
    private static let gathering: Int64 = 150

    private let spacing: Int64
    private let burst: Int?
    private(set) var interval: Int64
    /// Events of one heartbeat as the hub allows them; before any reply 20.
    private(set) var allowed = 20
    /// After 413: half of what was refused.
    private(set) var halved: Int?
    private(set) var failures = 0
    private var periodicDue: Int64
    private var historyDue: Int64?
    private var retryDue: Int64?
    private var pauseUntil = Int64.min
    private var changeSeen: Int64?
    private var changesTold: [Int64] = []

    init(isDemo: Bool, firstBeat: Int64) {
        (spacing, interval) = isDemo ? (1000, 10_000) : (5000, 60_000)
        burst = isDemo ? nil : 20
        periodicDue = firstBeat
    }

    var limit: Int { min(allowed, halved ?? .max) }

    /// When the next heartbeat is due, and why.
    var next: (due: Int64, reason: Heartbeat.Reason) {
        if let retryDue { return (max(retryDue, pauseUntil), .drain) }
        var next = (due: periodicDue, reason: Heartbeat.Reason.periodic)
        if let historyDue, historyDue < next.due { next = (historyDue, .drain) }
        if let changeDue, changeDue < next.due { next = (changeDue, .change) }
        return (max(next.due, pauseUntil), next.reason)
    }

    private var changeDue: Int64? {
        guard let changeSeen else { return nil }
        var due = changeSeen + Pacing.gathering
        if let last = changesTold.last { due = max(due, last + spacing) }
        if let burst, changesTold.count >= burst { due = max(due, changesTold[changesTold.count - burst] + 600_000) }
        return due
    }

    /// ms for which the hub still wants silence.
    func askedPause(at now: Int64) -> Int64 { pauseUntil > now ? pauseUntil - now : 0 }

    mutating func noteChange(at now: Int64) { if changeSeen == nil { changeSeen = now } }
    mutating func hurry(at now: Int64) { periodicDue = min(periodicDue, now) }

    /// The run ends: who waits to try again tries at once, who was asked to wait still waits.
    mutating func hurryBeforeTheEnd() {
        if retryDue != nil { retryDue = .min }
        periodicDue = .min
    }

    /// A heartbeat goes out: what changed so far goes along.
    mutating func noteSent(_ reason: Heartbeat.Reason, at now: Int64) {
        changeSeen = nil
        (historyDue, retryDue) = (nil, nil)
        guard reason == .change else { return }
        changesTold.append(now)
        changesTold.removeFirst(max(0, changesTold.count - (burst ?? 1)))
    }

    mutating func noteAccepted(_ reply: HeartbeatReply, hasMore: Bool, at now: Int64, _ random: inout FleetRandom) {
        failures = 0
        halved = halved.map { $0 * 2 }.flatMap { $0 < 200 ? $0 : nil }
        if (1000...3_600_000).contains(reply.interval) { interval = reply.interval }
        allowed = reply.backfill.map { min(max(0, $0.events), 500) } ?? 200
        periodicDue = now + interval
        if let pause = reply.retryAfter { wait(atLeast: pause, at: now, &random) }
        guard hasMore else { return }
        historyDue = now + min(max(0, reply.backfill?.afterMs ?? 0), 3_600_000)
    }

    mutating func noteFailure(at now: Int64, retryAfter: Int64?, _ random: inout FleetRandom) {
        failures += 1
        var ceiling = min(300_000, Int64(1000) << Int64(min(failures - 1, 20)))
        // A hub that comes back is not met by all at once.
        if failures >= 2 { ceiling = max(ceiling, min(60_000, interval)) }
        retryDue = now + random.wait(below: ceiling)
        if let retryAfter { wait(atLeast: retryAfter, at: now, &random) }
    }

    /// 413: the next one carries half as many, at once.
    mutating func halve(_ count: Int, at now: Int64) {
        halved = max(1, count / 2)
        retryDue = now
    }

    mutating func retry(at now: Int64) { retryDue = now }

    private mutating func wait(atLeast pause: Int64, at now: Int64, _ random: inout FleetRandom) {
        let bounded = min(max(0, pause), 3_600_000)
        pauseUntil = now + bounded + random.wait(below: bounded)
    }
}
