import ZoneModel
import ZoneTime
import ZoneWire

/// When the next heartbeat is due, and why. Knows time and chance, and nothing of hubs and journals.
struct UplinkPlan: Sendable {
    enum Due: Sendable, Hashable {
        case now(Heartbeat.Reason)
        case at(MonoTime)
    }

    /// After this many failures the hub counts as lost.
    static let failuresUntilLost = 2
    private static let longestSpread = Duration.seconds(60)
    private static let longestWish = Duration.seconds(3600)
    /// A hub that wants another history heartbeat at once gets it so much later; also bounds a hub that confuses us.
    private static let shortestPause = Duration.milliseconds(50)
    private static let callSpacing = Duration.seconds(1)
    static let intervals: ClosedRange<Int64> = 1000...3_600_000

    private(set) var interval: Duration
    private(set) var failures = 0
    /// The last heartbeat was answered.
    private var isHeard = true
    /// Pending or rejected, until the hub accepts us; a lost hub has not accepted us either.
    private(set) var isTurnedAway = false
    private var limit: StormLimit
    private var backoff = Backoff()
    private let random: @Sendable () -> Double
    /// The next periodic heartbeat, or the next try.
    private var regular: MonoTime
    private var hasArrived = false
    /// The hub asked for silence until then.
    private var silence: MonoTime
    private var history: MonoTime?
    private var change: MonoTime?
    /// What changed is only that the network is back.
    private var isChangePatient = false
    private var news: MonoTime?
    private var call: MonoTime?
    private var lastCall: MonoTime?

    init(isDemo: Bool, now: MonoTime, random: @escaping @Sendable () -> Double) {
        limit = isDemo ? .demo : .production
        interval = isDemo ? .seconds(10) : .seconds(60)
        (regular, silence, self.random) = (now, now, random)
    }

    var isLost: Bool { failures >= UplinkPlan.failuresUntilLost }

    // MARK: What is due

    /// The most telling reason of those that are due; the earliest moment if none is.
    func due(_ now: MonoTime) -> Due {
        let waiting = candidates.map { (reason: $0.reason, moment: max($0.moment, silence)) }
        if let ready = waiting.first(where: { $0.moment <= now }) { return .now(ready.reason) }
        return .at(waiting.map(\.moment).min() ?? regular)
    }

    private var candidates: [(reason: Heartbeat.Reason, moment: MonoTime)] {
        var list: [(reason: Heartbeat.Reason, moment: MonoTime)] = []
        func add(_ reason: Heartbeat.Reason, _ moment: MonoTime?) { if let moment { list.append((reason, moment)) } }
        add(.triggered, call)
        // A hub that is down or does not take our data is not hurried by what happens here.
        if isHeard, !isTurnedAway {
            add(.triggered, news.map(limit.earliest))
            add(.change, change.map(limit.earliest))
            add(hasArrived ? .periodic : .boot, regular)
            add(.drain, history)
        } else {
            add(!hasArrived ? .boot : isHeard ? .periodic : .drain, regular)
        }
        return list
    }

    /// A heartbeat begins: it tells whatever has happened until now.
    mutating func began(_ reason: Heartbeat.Reason, at now: MonoTime) {
        if call != nil { lastCall = now }
        if reason == .change || reason == .triggered { limit.note(now) }
        (history, change, news, call) = (nil, nil, nil, nil)
    }

    // MARK: What happens here

    /// Whether a look at the state can bring the next heartbeat forward.
    var canChange: Bool { change == nil || isChangePatient }

    mutating func changed(at now: MonoTime) { (change, isChangePatient) = (min(change ?? now, now), false) }

    /// Only that the network is back.
    mutating func networkCleared(at now: MonoTime) {
        // Drawn once, not again for each row that is written meanwhile.
        guard change == nil else { return }
        (change, isChangePatient) = (now.advanced(by: interval / 2 * random()), true)
    }

    /// There is something for the hub that is not a change: a result, or what it has asked for.
    mutating func hasNews(at moment: MonoTime) { news = min(news ?? moment, moment) }

    /// Somebody wants the hub to hear of us now, and may hurry even a hub that is lost; not one that asked for silence.
    mutating func speak(at now: MonoTime) {
        call = min(call ?? .init(milliseconds: .max), max(now, lastCall?.advanced(by: UplinkPlan.callSpacing) ?? now))
    }

    // MARK: What the hub says

    mutating func arrived(at now: MonoTime, _ reply: HeartbeatReply) {
        (isHeard, isTurnedAway, failures, hasArrived) = (true, false, 0, true)
        backoff.reset()
        takeWishes(reply, now)
        regular = now.advanced(by: interval)
    }

    /// More history after `pause`.
    mutating func moreHistory(at now: MonoTime, after pause: Duration) {
        history = now.advanced(by: max(pause, UplinkPlan.shortestPause))
    }

    /// The hub asks for something that the last heartbeat did not have; not all zones at once.
    mutating func isAsked(at now: MonoTime) { hasNews(at: now.advanced(by: .seconds(1) * random())) }

    /// Pending or rejected: asked again at the pace of the hub, and nothing else.
    mutating func turnedAway(at now: MonoTime, _ reply: HeartbeatReply) {
        (isHeard, isTurnedAway, failures) = (true, true, failures + 1)
        takeWishes(reply, now)
        regular = now.advanced(by: interval)
    }

    /// The hub did not take what was in it; a smaller one follows soon.
    mutating func shrunk(at now: MonoTime) {
        isHeard = true
        regular = now.advanced(by: interval)
        history = now.advanced(by: .seconds(1) * random())
    }

    /// Full jitter, and never less wide than the spread of those who lost the hub in the same second: the try that
    /// finds it again is not known beforehand.
    mutating func failed(at now: MonoTime, _ failure: HubFailure) {
        (isHeard, failures) = (false, failures + 1)
        let fraction = random()
        var wait = backoff.next { fraction }
        if isLost { wait = max(wait, min(UplinkPlan.longestSpread, interval) * fraction) }
        if case .busy(let wish?) = failure.kind { quieten(at: now, wish) }
        regular = now.advanced(by: wait)
    }

    private mutating func takeWishes(_ reply: HeartbeatReply, _ now: MonoTime) {
        if UplinkPlan.intervals.contains(reply.interval) { interval = .milliseconds(reply.interval) }
        if let wish = reply.retryAfter, wish > 0 {
            quieten(at: now, .milliseconds(min(wish, UplinkPlan.intervals.upperBound)))
        }
    }

    /// At least as long as asked, and up to twice, so that not everybody comes back together.
    private mutating func quieten(at now: MonoTime, _ wish: Duration) {
        silence = now.advanced(by: min(wish, UplinkPlan.longestWish) * (1 + random()))
    }
}
