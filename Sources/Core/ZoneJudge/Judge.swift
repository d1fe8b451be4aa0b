// Purpose: facts become conditions. A pure value: no clock, no disk, no network.
import ZoneModel

/// One instant as both clocks tell it.
package struct Moment: Sendable, Hashable {
    package var wall: WallTime
    package var mono: MonoTime

    package init(wall: WallTime, mono: MonoTime) { (self.wall, self.mono) = (wall, mono) }
}

/// What a report or the passing of time changed; each becomes one event.
package enum Change: Sendable, Hashable {
    /// One of the axes, the identity or the reason is another.
    case state
    case raised(Condition)
    /// Open as before, but worse or less bad than it was.
    case updated(Condition)
    case cleared(Condition)
    /// Open no longer, because what is broken before it is open: nobody has seen it mended.
    case superseded(Condition, by: ConditionCode)
    /// Something happened, and was added to the device's counts.
    case happened(Instant)
}

/// How fast conditions come and go.
package struct JudgeRules: Sendable, Hashable {
    /// Good facts in a row before a condition may end…
    package var goodFactsToClear = 2
    /// …and how long they must have lasted.
    package var clearDelay = Duration.seconds(10)

    package init() {}
}

/// The judge of one device.
package struct Judge: Sendable {
    package private(set) var state: DeviceState
    private let maxAge: Duration
    private let rules: JudgeRules
    private var tallies: [ConditionCode: Tally] = [:]
    private var lastGood: MonoTime?

    private struct Tally: Sendable {
        var wrongInARow = 0
        var fineInARow = 0
        var fineSince: MonoTime?
    }

    /// - Parameters:
    ///   - restored: what was open before a restart; it stays open until facts clear it.
    ///   - maxAge: how old the last good answer may be before the link is stale.
    package init(card: DeviceCard, restored: DeviceState? = nil, maxAge: Duration, rules: JudgeRules = JudgeRules()) {
        state = DeviceState(card: card)
        if let restored {
            (state.conditions, state.hidden) = (restored.conditions, restored.hidden)
            state.identity = restored.identity
            state.simulated = restored.simulated
            state.lastSeen = restored.lastSeen
            state.holds = restored.holds
            state.counts = restored.counts
            // What was true before the restart has to be seen again: until then nobody knows.
            state.reason = "restarted"
        }
        (self.maxAge, self.rules) = (maxAge, rules)
    }

    package mutating func take(_ report: Report, at now: Moment) -> [Change] {
        let before = state
        state.presence = report.presence ?? state.presence
        state.activity = report.activity ?? state.activity
        state.identity = report.identity ?? state.identity
        state.simulated = report.simulated ?? state.simulated
        state.details = report.details ?? state.details
        if let link = report.link {
            state.link = link
            state.reason = link == .up && state.presence == .present ? nil : report.reason
            if link == .up { (lastGood, state.lastSeen) = (now.mono, now.wall) }
        } else if report.presence != nil {
            state.reason = report.reason
        }
        let axes: [Change] = isSameForOthers(before) ? [] : [.state]
        for instant in report.instants { state.counts[instant.code.counter, default: 0] += Int64(instant.count) }
        let happened = report.instants.map { Change.happened($0) }
        let weighed = report.symptoms.compactMap { weigh($0, at: now) }
        // After all of them: a cause may stand behind what it supersedes.
        let superseded = report.symptoms.compactMap { supersede($0) }
        return axes + happened + weighed + superseded + settle(at: now)
    }

    /// Time passes: answers grow stale, damped conditions end.
    package mutating func tick(at now: Moment) -> [Change] {
        var changes: [Change] = []
        if state.link == .up, let lastGood, now.mono.since(lastGood) > maxAge {
            state.link = .stale
            state.reason = "noAnswerFor\(maxAge.milliseconds)ms"
            changes.append(.state)
        }
        return changes + settle(at: now)
    }

    /// Which holds are in force on the device now.
    package mutating func hold(_ holds: [Hold]) { state.holds = holds }

    private func isSameForOthers(_ other: DeviceState) -> Bool {
        (state.presence, state.link, state.activity) == (other.presence, other.link, other.activity)
            && state.identity == other.identity && state.reason == other.reason && state.simulated == other.simulated
    }

    private mutating func weigh(_ symptom: Symptom, at now: Moment) -> Change? {
        var tally = tallies[symptom.code] ?? Tally()
        defer { tallies[symptom.code] = tally }
        switch symptom.sight {
        case .unknown, .superseded:
            // Neither side of the count: silence is not good news and no proof of trouble.
            return nil
        case .fine:
            tally.wrongInARow = 0
            tally.fineInARow += 1
            tally.fineSince = tally.fineSince ?? now.mono
            return nil
        case .wrong(let evidence, let severity):
            (tally.fineInARow, tally.fineSince) = (0, nil)
            tally.wrongInARow += 1
            let severity = severity ?? symptom.code.severity
            return raise(symptom.code, severity, evidence, tally.wrongInARow, at: now)
        }
    }

    private mutating func raise(
        _ code: ConditionCode, _ severity: Severity, _ evidence: String, _ count: Int, at now: Moment
    ) -> Change? {
        if let index = state.conditions.firstIndex(where: { $0.code == code }) {
            let isOther = state.conditions[index].severity != severity
            state.conditions[index].lastSeen = now.wall
            (state.conditions[index].evidence, state.conditions[index].severity) = (evidence, severity)
            return isOther ? .updated(state.conditions[index]) : nil
        }
        guard count >= code.factsToRaise else { return nil }
        let condition = Condition(
            code: code, severity: severity, since: now.wall, lastSeen: now.wall, fixer: code.fixer,
            evidence: evidence, simulated: state.simulated)
        state.conditions.append(condition)
        state.hidden.remove(code)
        return .raised(condition)
    }

    /// One cause is one condition: with the cause told, what lies behind it says nothing any more.
    private mutating func supersede(_ symptom: Symptom) -> Change? {
        guard case .superseded(let cause) = symptom.sight, cause != symptom.code,
            state.conditions.contains(where: { $0.code == cause })
        else { return nil }
        state.hidden.insert(symptom.code)
        tallies[symptom.code] = nil
        guard let index = state.conditions.firstIndex(where: { $0.code == symptom.code }) else { return nil }
        return .superseded(state.conditions.remove(at: index), by: cause)
    }

    /// Ends what has been fine often and long enough.
    private mutating func settle(at now: Moment) -> [Change] {
        let over = state.conditions.filter { isOver($0.code, at: now) }
        state.conditions.removeAll { over.contains($0) }
        state.hidden = state.hidden.filter { !isOver($0, at: now) }
        return over.map { .cleared($0) }
    }

    private func isOver(_ code: ConditionCode, at now: Moment) -> Bool {
        guard let tally = tallies[code], let since = tally.fineSince else { return false }
        return tally.fineInARow >= rules.goodFactsToClear && now.mono.since(since) >= rules.clearDelay
    }
}
