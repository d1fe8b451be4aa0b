import Logging
import ZoneCases
import ZoneModel
import ZoneTime

/// For how long faults have been open within opening hours.
struct CaseWatch: Sendable {
    struct Key: Sendable, Hashable {
        var device: DeviceID
        var code: ConditionCode
    }

    static let pace = Duration.seconds(5)
    /// Lines of a case; in one that has so many the machine writes no more that it comes and goes.
    static let mostLines = 200
    private var lastLook: MonoTime?
    private var waited: [Key: Duration] = [:]

    /// - Returns: the time since the last look; `nil` when it is too early for another.
    mutating func look(at now: MonoTime) -> Duration? {
        guard let last = lastLook else {
            lastLook = now
            return .zero
        }
        let passed = now.since(last)
        guard passed >= CaseWatch.pace else { return nil }
        lastLook = now
        return passed
    }

    /// - Parameter running: of `open`, those whose time counts now; the others keep what they have.
    /// - Returns: those that have been open long enough.
    mutating func count(
        _ open: Set<Key>, _ running: Set<Key>, _ passed: Duration, until enough: Duration
    ) -> Set<Key> {
        waited = waited.filter { open.contains($0.key) }
        for key in running { waited[key, default: .zero] += passed }
        return Set(waited.filter { $0.value >= enough }.keys)
    }
}

/// What the machine finds by itself, and what it sees no longer.
extension CaseDesk {
    /// Costs nothing most of the time.
    package func tick() async {
        let (now, settings) = (clock.mono(), settings())
        guard let passed = watch.look(at: now) else { return }
        let states = states()
        // Out of hours the kiosk's mode is closed: what was counted in the hours goes on with the next.
        let faults = states.filter { [.service, .closed].contains($0.mode) }.flatMap { state in
            state.conditions.filter { $0.severity == .fault && (settings.countsSimulated || !state.simulated) }
                .map { (state, $0) }
        }
        let open = Set(faults.map { CaseWatch.Key(device: $0.card.id, code: $1.code) })
        let served = faults.filter { $0.0.mode == .service }
        let running = Set(served.map { CaseWatch.Key(device: $0.card.id, code: $1.code) })
        let counted = settings.isOpen(at: clock.wall()) ? passed : .zero
        let due = watch.count(open, running, counted, until: settings.times.openAfter)
        for (state, condition) in served where due.contains(.init(device: state.card.id, code: condition.code)) {
            await keep { finding(condition, of: state) }
        }
        for file in book.all where file.isBroken { await keep { clearing(of: file, states, settings) } }
    }

    private func keep(_ make: () -> CaseEntry?) async {
        guard let entry = make() else { return }
        do {
            try await write([entry])
        } catch {
            log.error(
                "A line of a case could not be written", metadata: ["case": "\(entry.caseID)", "error": "\(error)"])
        }
    }

    /// A new file, a line in the one that is open, or nothing.
    private func finding(_ condition: Condition, of state: DeviceState) -> CaseEntry? {
        let subject = CaseSubject(
            foundBy: .system, device: state.card.id, kind: state.card.kind, place: state.card.place,
            code: condition.code.rawValue, severity: condition.severity)
        let about = book.files(about: state.card.id)
        let before = about.filter { $0.names(condition.code.rawValue) }
        if let file = before.first(where: \.isBroken) {
            let isNews = file.clearedAt != nil || !file.isSeenByMachine(condition.code.rawValue)
            guard isNews, file.entries.count < CaseWatch.mostLines else { return nil }
            return again(subject, in: file)
        }
        // Somebody has settled it while the machine still sees it: that is theirs to say, until it comes anew.
        if let settled = before.compactMap(\.settledAt).max(), condition.since <= settled { return nil }
        // Somebody has reported the device before the machine was sure: it is the same trouble.
        if let file = about.first(where: { $0.isBroken && $0.subject?.code == nil }) {
            var entry = again(subject, in: file)
            if file.fixer == nil { entry.fixer = condition.fixer }
            return entry
        }
        var entry = opening(of: subject, .system, nil, "", follows: before.first?.id)
        entry.fixer = condition.fixer
        return entry
    }

    private func again(_ subject: CaseSubject, in file: Case) -> CaseEntry {
        var entry = line(.repeated, of: file.id, role: .system)
        entry.subject = subject
        return entry
    }

    /// A device that is not on the list or does not answer says nothing: silence is never resolved.
    private func clearing(of file: Case, _ states: [DeviceState], _ settings: CaseSettings) -> CaseEntry? {
        guard let subject = file.subject, let code = subject.code, file.isSeenByMachine(code),
            file.entries.count < CaseWatch.mostLines,
            let state = states.first(where: { $0.card.id == subject.device }),
            state.presence != .absent, state.link == .up,
            !state.conditions.contains(where: { $0.code.rawValue == code }),
            // Behind a router that is dead nobody sees whether the names work again.
            !state.hidden.contains(where: { $0.rawValue == code })
        else { return nil }
        guard let cleared = file.clearedAt(by: clock.wall()) else { return line(.cleared, of: file.id, role: .system) }
        let quiet = clock.wall().milliseconds - cleared.milliseconds
        guard !file.owesAnswer, quiet >= settings.times.fixedAfter.milliseconds else { return nil }
        return line(.fixed, of: file.id, role: .system, text: "系统检测已恢复正常")
    }
}

extension Case {
    /// Whoever said so.
    fileprivate func names(_ code: String) -> Bool { entries.contains { $0.subject?.code == code } }

    /// What it never saw, it cannot see gone.
    fileprivate func isSeenByMachine(_ code: String) -> Bool {
        entries.contains { $0.subject?.foundBy == .system && $0.subject?.code == code }
    }
}
