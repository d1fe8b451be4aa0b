import DriverKit
import ZoneModel
import ZoneTime

/// Whether the program in front of the citizens is there, alive and stays: a pure value, told the sights one after the other.
package struct KioskWatch: Sendable {
    /// So many restarts by the service manager…
    private static let loop = 3
    /// …within so long.
    private static let window = Duration.seconds(600)

    private var restarts: [MonoTime] = []
    private var known: (unit: String, count: Int)?
    /// Since when the unit's restarts are counted.
    private var counting: MonoTime?
    /// Since when the unit was seen to run.
    private var active: MonoTime?

    package init() {}

    /// - Parameter isOpen: by the published hours; `nil`: there are none, so it must always run.
    package mutating func symptoms(_ sight: KioskSight?, isOpen: Bool?, at now: MonoTime) -> [Symptom] {
        guard let sight else { return [] }
        let isClosed = isOpen == false
        guard let unit = sight.unit else {
            return sight.sign.map { [Symptom(.appAbsent, alone($0, isClosed, now))] } ?? []
        }
        note(unit, at: now)
        var found = [Symptom(.appAbsent, absent(unit, isClosed)), Symptom(.appCrashLoop, loop(unit, at: now))]
        if let sign = sight.sign { found.append(Symptom(.appFrozen, frozen(unit, sign, isClosed, now))) }
        return found
    }

    /// Whoever restarts it says so: the new one has the time to speak that the old one had.
    package mutating func restarted() { active = nil }

    private mutating func note(_ unit: (name: String, state: KioskSight.Unit), at now: MonoTime) {
        restarts.removeAll { now.since($0) > KioskWatch.window }
        guard let count = unit.state.restarts else { return }
        if let known, known.unit == unit.name {
            // The manager counts from nothing again after a start by hand.
            let new = max(0, count - known.count)
            restarts += Array(repeating: now, count: min(new, KioskWatch.loop))
            if count != known.count { active = nil }
        } else {
            (restarts, active, counting) = ([], nil, now)
        }
        known = (unit.name, count)
        guard case .active = unit.state else {
            active = nil
            return
        }
        active = active ?? now
    }

    private func absent(_ unit: (name: String, state: KioskSight.Unit), _ isClosed: Bool) -> Symptom.Sight {
        switch unit.state {
        case .active: .fine
        case .starting: .unknown(reason: "starting")
        case .unknown(let reason): .unknown(reason: reason)
        case .down(let words, _):
            isClosed ? .unknown(reason: "closed hours") : .wrong(evidence: "\(unit.name) is \(words)")
        }
    }

    private func loop(_ unit: (name: String, state: KioskSight.Unit), at now: MonoTime) -> Symptom.Sight {
        if case .down(let words, _) = unit.state, words.contains("start-limit-hit") {
            return .wrong(evidence: "\(unit.name): \(words)")
        }
        guard unit.state.restarts != nil else { return .unknown(reason: "service manager") }
        if restarts.count >= KioskWatch.loop {
            return .wrong(evidence: "\(unit.name): \(restarts.count) or more restarts in 10 min")
        }
        // What an earlier look has seen is not over because this one has only begun.
        guard let counting, now.since(counting) >= KioskWatch.window else { return .unknown(reason: "just started") }
        return .fine
    }

    private func frozen(
        _ unit: (name: String, state: KioskSight.Unit), _ sign: KioskSight.Sign, _ isClosed: Bool, _ now: MonoTime
    ) -> Symptom.Sight {
        // What is not there does not hang; `app.absent` tells it.
        if case .down = unit.state { return .fine }
        guard let active else { return .unknown(reason: "does not run") }
        if let last = sign.last, now.since(last) <= sign.silence { return .fine }
        guard now.since(active) > sign.silence, now.since(sign.listeningSince) > sign.silence else {
            return .unknown(reason: "just started")
        }
        guard !isClosed else { return .unknown(reason: "closed hours") }
        return .wrong(evidence: KioskWatch.words(sign, now))
    }

    /// Without a unit nobody can say whether a silent program runs.
    private func alone(_ sign: KioskSight.Sign, _ isClosed: Bool, _ now: MonoTime) -> Symptom.Sight {
        if let last = sign.last, now.since(last) <= sign.silence { return .fine }
        // After a cold start the desktop comes minutes after the agent.
        guard now.since(sign.listeningSince) > sign.silence * 2 else { return .unknown(reason: "just started") }
        return isClosed ? .unknown(reason: "closed hours") : .wrong(evidence: KioskWatch.words(sign, now))
    }

    private static func words(_ sign: KioskSight.Sign, _ now: MonoTime) -> String {
        let since = now.since(sign.last ?? sign.listeningSince).milliseconds / 1000
        return sign.last == nil ? "no sign of life yet, after \(since) s" : "no sign of life for \(since) s"
    }
}

extension KioskSight.Unit {
    fileprivate var restarts: Int? {
        switch self {
        case .active(let count), .starting(let count), .down(_, let count): count
        case .unknown: nil
        }
    }
}
