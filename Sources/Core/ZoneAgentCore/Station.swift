import Logging
import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTime
import ZoneWire

/// Where facts become history: one judge per device, every change one event in one transaction with its projection.
package actor Station {
    package nonisolated let board = Board()
    private let journal: Journal
    private let clock: any ZoneClock
    private let log: Logger
    private let rules: JudgeRules
    private var judges: [DeviceID: Judge] = [:]

    package init(journal: Journal, clock: any ZoneClock, rules: JudgeRules = JudgeRules(), log: Logger) {
        (self.journal, self.clock, self.rules, self.log) = (journal, clock, rules, log)
    }

    /// Puts a device on the list. A device that is on it already keeps its state.
    package func admit(_ card: DeviceCard, restored: DeviceState? = nil, maxAge: Duration) async {
        if let known = judges[card.id] {
            judges[card.id] = Judge(card: card, restored: known.state, maxAge: maxAge, rules: rules)
            return
        }
        let judge = Judge(card: card, restored: restored, maxAge: maxAge, rules: rules)
        judges[card.id] = judge
        let isNew = restored == nil
        let event = isNew ? draft(.deviceAdded, .b, card.id, ["kind": .string(card.kind.rawValue)]) : nil
        await commit([Entry(event, [.device(judge.state)])], judge.state)
    }

    package func take(_ report: Report, from device: DeviceID) async {
        guard var judge = judges[device] else { return }
        let changes = judge.take(report, at: now)
        judges[device] = judge
        await write(changes, of: judge.state)
    }

    /// Lets time pass for all devices.
    package func tick() async {
        for (id, judge) in judges {
            var judge = judge
            let changes = judge.tick(at: now)
            guard !changes.isEmpty else { continue }
            judges[id] = judge
            await write(changes, of: judge.state)
        }
    }

    private var now: Moment { Moment(wall: clock.wall(), mono: clock.mono()) }

    private func draft(_ name: EventName, _ eventClass: EventClass, _ device: DeviceID, _ data: JSONValue) -> EventDraft
    {
        EventDraft(
            name, eventClass, subject: device.text, at: clock.wall(), clockQuality: clock.quality(),
            mono: clock.mono(), data: data)
    }

    private func write(_ changes: [Change], of state: DeviceState) async {
        await commit(changes.map { entry(for: $0, state) }, state)
    }

    private func entry(for change: Change, _ state: DeviceState) -> Entry {
        let id = state.card.id
        switch change {
        case .state:
            return Entry(draft(.deviceState, .c, id, state.axesJSON), [.device(state)])
        case .raised(let condition):
            log.notice("Condition raised", metadata: ["device": "\(id)", "code": "\(condition.code.rawValue)"])
            return Entry(draft(.conditionRaised, .b, id, condition.json), [.conditionOpened(id, condition)])
        case .cleared(let condition):
            log.notice("Condition cleared", metadata: ["device": "\(id)", "code": "\(condition.code.rawValue)"])
            return Entry(draft(.conditionCleared, .b, id, condition.json), [.conditionClosed(id, condition.code)])
        }
    }

    /// The entries are handed over before the first suspension, so that the journal has them in the order they came.
    private func commit(_ entries: [Entry], _ state: DeviceState) async {
        let urgency: Urgency = entries.contains { $0.event?.eventClass == .c } ? .now : .byClass
        do {
            _ = try await journal.submit(entries, urgency) { [board] in board.publish(state) }.committed()
        } catch {
            log.error("Journal does not take an event", metadata: ["device": "\(state.card.id)", "error": "\(error)"])
        }
    }
}

extension DeviceState {
    fileprivate var axesJSON: JSONValue {
        .members([
            "presence": .string(presence.rawValue), "link": .string(link.rawValue),
            "activity": .string(activity.rawValue), "mode": .string(mode.rawValue),
            "health": .string(health.rawValue), "reason": reason.map { .string($0) },
        ])
    }
}

extension Condition {
    fileprivate var json: JSONValue {
        .members([
            "code": .string(code.rawValue), "severity": .string(severity.rawValue), "since": .string(since.rfc3339),
            "evidence": evidence.map { .string($0) }, "simulated": simulated ? true : nil,
        ])
    }
}
