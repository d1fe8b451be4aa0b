import Logging
import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTime
import ZoneWire

/// Where facts become history: one judge per device, every change one event in one transaction with its projection.
package actor Station {
    package nonisolated let board = Board()
    let journal: Journal
    let clock: any ZoneClock
    let log: Logger
    private let rules: JudgeRules
    private(set) var judges: [DeviceID: Judge] = [:]
    private var holds: [Hold]
    /// Closed by the published hours: beside the holds of people, in no table, and nobody's to release (decision 0035).
    private var outOfHours: Hold?
    private var flaps: FlapBook
    private var supplies: SupplyBook
    private let displays: DisplayBook
    var uses: UseBook
    /// In a zone that is for citizens, what simulators do is nobody's use.
    let countsSimulated: Bool

    package init(
        journal: Journal, clock: any ZoneClock, rules: JudgeRules = JudgeRules(), restored: Restored = Restored(),
        hours: @escaping @Sendable () -> OpeningCalendar? = { nil }, displays: DisplayBook = DisplayBook(),
        countsSimulated: Bool = true, log: Logger
    ) {
        (self.displays, self.countsSimulated) = (displays, countsSimulated)
        uses = UseBook(
            restored.use, boot: journal.boot, at: Moment(wall: clock.wall(), mono: clock.mono()),
            lastSeq: journal.lastSeq)
        supplies = SupplyBook(restored.supplyDays, hours: hours)
        (self.journal, self.clock, self.rules, self.log) = (journal, clock, rules, log)
        (holds, flaps) = (restored.holds, FlapBook(restored.flaps, open: restored.devices))
    }

    /// Puts a device on the list. A device that is on it already keeps its state.
    package func admit(_ card: DeviceCard, restored: DeviceState? = nil, maxAge: Duration) async {
        if let known = judges[card.id] {
            var judge = Judge(card: card, restored: known.state, maxAge: maxAge, rules: rules)
            judge.hold(inForce(on: card.id))
            judges[card.id] = judge
            guard known.state.card != card else { return }
            return await commit([Entry(nil, [.device(judge.state)])], judge.state)
        }
        var judge = Judge(card: card, restored: restored, maxAge: maxAge, rules: rules)
        judge.hold(inForce(on: card.id))
        judges[card.id] = judge
        let isNew = restored == nil
        let event = isNew ? draft(.deviceAdded, .b, card.id, ["kind": .string(card.kind.rawValue)]) : nil
        await commit([Entry(event, [.device(judge.state)])], judge.state)
    }

    /// One fact that nobody will look at again soon: it counts as often as clearing a condition asks for.
    package func takeForGood(_ symptom: Symptom, from device: DeviceID) async {
        for _ in 0..<rules.goodFactsToClear { await take(Report(symptoms: [symptom]), from: device) }
    }

    package func take(_ report: Report, from device: DeviceID) async {
        guard var judge = judges[device] else { return }
        var report = report
        let days = supplies.note(&report, from: device, at: now, clock.quality())
        displays.note(&report, of: judge.state.card, among: judges.values.map(\.state))
        let changes = judge.take(report, at: now)
        judges[device] = judge
        let levels = days.isEmpty ? [] : [Entry(nil, [.supplyDays(days)])]
        let uses = useEntries(after: judge.state, now)
        await commit(changes.map { entry(for: $0, judge.state) } + levels + uses, judge.state)
    }

    /// Takes a device off the list; its conditions end with it.
    package func dismiss(_ id: DeviceID) async {
        guard let judge = judges.removeValue(forKey: id) else { return }
        let closed = judge.state.conditions.map { Projection.conditionClosed(id, $0.code) }
        let event = draft(.deviceRemoved, .b, id, ["kind": .string(judge.state.card.kind.rawValue)])
        await commit([Entry(event, closed + [.deviceGone(id)])] + useEntries(without: id, now)) { $0.remove(id) }
    }

    /// - Returns: the hold in force; one that goes on is the old one with another end.
    /// - Throws: what the journal says; then the hold is not in force.
    @discardableResult
    package func hold(_ wanted: Hold) async throws -> Hold {
        let old = holds.first { ($0.subject, $0.mode) == (wanted.subject, wanted.mode) }
        let isOver = old?.isOver(at: clock.wall(), clock.quality()) ?? true
        let hold = isOver ? wanted : wanted.going(onFrom: old)
        holds.removeAll { ($0.subject, $0.mode) == (hold.subject, hold.mode) }
        holds.append(hold)
        let event = EventDraft(
            .modeHeld, .b, subject: hold.subject, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: hold.json)
        try await publishHolds(Entry(event, [.held(hold)]))
        return hold
    }

    /// - Returns: whether there was such a hold.
    package func release(_ subject: String, _ mode: Mode, why: String) async throws -> Bool {
        guard let index = holds.firstIndex(where: { ($0.subject, $0.mode) == (subject, mode) }) else { return false }
        holds.remove(at: index)
        let event = EventDraft(
            .modeReleased, .b, subject: subject, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: ["mode": .string(mode.rawValue), "why": .string(why)])
        try await publishHolds(Entry(event, [.released(subject: subject, mode)]))
        return true
    }

    /// Ends what people have said of a device that is on the list no longer.
    func releaseAll(of id: DeviceID, why: String) async throws {
        for hold in holds where hold.subject == id.text { _ = try await release(hold.subject, hold.mode, why: why) }
    }

    private func publishHolds(_ entry: Entry) async throws {
        // All that the row says: a hold that leaves the mode as it was may change the standing.
        let before = judges.mapValues(\.state.axesJSON)
        let states = applyHolds()
        let words = states.filter { $0.axesJSON != before[$0.card.id] }.sorted { $0.card.id < $1.card.id }.map {
            Entry(draft(.deviceState, .c, $0.card.id, $0.axesJSON))
        }
        do {
            _ = try await journal.submit([entry] + words, .now) { [board] in
                for state in states { board.publish(state) }
            }.committed()
        } catch {
            // What is not on the disk is not so: after a restart nobody would know of it.
            holds = (try? journal.restore().holds) ?? holds
            _ = applyHolds()
            throw error
        }
    }

    private func applyHolds() -> [DeviceState] {
        for id in judges.keys { judges[id]?.hold(inForce(on: id)) }
        return judges.values.map(\.state)
    }

    private func inForce(on id: DeviceID) -> [Hold] {
        holds.filter { $0.concerns(id) } + (outOfHours.map { [$0] } ?? [])
    }

    /// - Parameter hold: `nil` while the hours are open, or nobody knows them.
    func keepHours(_ hold: Hold?) async {
        guard hold != outOfHours else { return }
        outOfHours = hold
        let states = applyHolds()
        // Through the journal, so that no state of before is shown after it.
        await commit([Entry(nil)]) { board in for state in states { board.publish(state) } }
    }

    /// The holds in force, for whoever runs the devices.
    package func mode(of id: DeviceID) -> Mode { judges[id]?.state.mode ?? .service }

    /// By which staff have closed the whole zone.
    package var closure: Hold? { holds.first { $0.subject == Hold.zone && $0.mode == .closed } }

    /// Answers when the station is not stuck.
    package func pulse() {}

    /// Lets time pass for all devices.
    /// - Returns: whether a hold has ended, so that modes may be others now.
    @discardableResult
    package func tick() async -> Bool {
        let over = holds.filter { $0.isOver(at: clock.wall(), clock.quality()) }
        for hold in over { _ = try? await release(hold.subject, hold.mode, why: "its time is over") }
        for flap in flaps.settled(at: now) { await tell(flap) }
        await tickUse(now)
        // Read anew for each: while one is written down, reports of the others come in.
        for id in Array(judges.keys) {
            guard var judge = judges[id] else { continue }
            let changes = judge.tick(at: now)
            guard !changes.isEmpty else { continue }
            judges[id] = judge
            await write(changes, of: judge.state)
        }
        return !over.isEmpty
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
            return entry(.conditionRaised, condition, state, .conditionOpened(id, condition))
        case .updated(let condition):
            return entry(.conditionUpdated, condition, state, .conditionOpened(id, condition))
        case .happened(let instant):
            // The count and what was counted are one transaction, and nobody sees the count before.
            return Entry(draft(.instantOccurred, .b, id, instant.json), [.device(state)])
        case .cleared(let condition):
            log.notice("Condition cleared", metadata: ["device": "\(id)", "code": "\(condition.code.rawValue)"])
            return entry(.conditionCleared, condition, state, .conditionClosed(id, condition.code))
        case .superseded(let condition, let cause):
            log.notice(
                "Condition superseded",
                metadata: [
                    "device": "\(id)", "code": "\(condition.code.rawValue)", "by": "\(cause.rawValue)",
                ])
            return entry(.conditionCleared, condition, state, .conditionClosed(id, condition.code), by: cause)
        }
    }

    /// The table always changes; the row in the history is left out when the condition has had its share of the day.
    private func entry(
        _ name: EventName, _ condition: Condition, _ state: DeviceState, _ change: Projection,
        by cause: ConditionCode? = nil
    ) -> Entry {
        let id = state.card.id
        let flap = flaps.note(id, condition.code, isOpen: name != .conditionCleared, at: now)
        let event = flap.untold == 0 ? draft(name, .b, id, state.standingJSON(with: condition.json(cause))) : nil
        return Entry(event, [change, .flap(flap)])
    }

    /// One row for all the changes that had none, when the condition has come to rest or the day is over.
    private func tell(_ rest: FlapBook.Rest) async {
        var data: JSONValue = .members([
            "code": .string(rest.count.code.rawValue), "open": .bool(rest.isOpen),
            "changes": .integer(Int64(rest.count.untold)), "date": .string(rest.count.date),
            "forMs": rest.lasted.map { .integer($0.milliseconds) },
        ])
        if let state = judges[rest.count.device]?.state { data = state.standingJSON(with: data) }
        var told = rest.count
        told.untold = 0
        let event = draft(.conditionUpdated, .b, told.device, data)
        await commit([Entry(event, [.flap(told)])]) { _ in }
    }

    /// The entries are handed over before the first suspension, so that the journal has them in the order they came.
    private func commit(_ entries: [Entry], _ state: DeviceState) async {
        await commit(entries) { $0.publish(state) }
    }

    func commit(_ entries: [Entry], _ show: @escaping @Sendable (Board) -> Void) async {
        // What has no event of class A or B would wait for company, and the picture with it.
        let urgency: Urgency = entries.contains { ($0.event?.eventClass ?? .c) >= .c } ? .now : .byClass
        do {
            _ = try await journal.submit(entries, urgency) { [board] in show(board) }.committed()
        } catch {
            let subject = entries.compactMap(\.event?.subject).first ?? ""
            log.error("Journal does not take an event", metadata: ["subject": "\(subject)", "error": "\(error)"])
        }
    }
}

extension Hold {
    fileprivate var json: JSONValue {
        .members([
            "mode": .string(mode.rawValue), "setter": .string(setter), "reason": reason.map { .string($0) },
            "until": until.map { .string($0.rfc3339) },
        ])
    }
}

extension Instant {
    fileprivate var json: JSONValue {
        ["code": .string(code.rawValue), "count": .integer(Int64(count)), "evidence": .string(evidence)]
    }
}

extension Condition {
    /// - Parameter cause: by which it is superseded.
    fileprivate func json(_ cause: ConditionCode?) -> JSONValue {
        .members([
            "code": .string(code.rawValue), "severity": .string(severity.rawValue), "since": .string(since.rfc3339),
            "evidence": evidence.map { .string($0) }, "simulated": simulated ? true : nil,
            "supersededBy": cause.map { .string($0.rawValue) },
        ])
    }
}
