import Logging
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneWire

/// What people do at fixed times and what they look for: it takes what they enter, and says what is overdue.
actor DutyDesk: DutiesBackend {
    /// How far back something may have begun, in days.
    private static let beginDays = 31
    /// A clock that nobody has set since the factory says something earlier.
    private static let leastYear = 2024
    /// Events that are read again after a start.
    private static let readAgain: Int64 = 2000

    let tools: DutyTools
    var marks: [DutyMark]
    private(set) var checks: CheckBook
    var since: [Slug: CivilDate]
    private var memory: RequestMemory
    /// Up to where the journal was read for what begins duties.
    var position: Int64
    var lookedAt: MonoTime?
    /// The evidence that each condition was told with last; empty: that it is fine.
    var told: [ConditionCode: String] = [:]
    /// Two taps at the same moment are one mark.
    private var turns = Turns()

    init(_ tools: DutyTools, restored: Restored) {
        self.tools = tools
        marks = restored.duties.records.compactMap(DutyMark.init)
        checks = CheckBook(restored.duties.checks.compactMap(CheckAnswer.init))
        since = restored.duties.since.compactMapValues { CivilDate($0) }
        memory = RequestMemory(restored.remembered)
        position = max(0, tools.journal.lastSeq - DutyDesk.readAgain)
    }

    var now: WallTime { tools.clock.wall() }
    var today: CivilDate { CivilDate(of: now) }
    var zoneType: String { tools.type().rawValue }
    var duties: [Duty] { tools.policy().duties(for: zoneType) }
    var book: DutyBook { DutyBook(hours: tools.hours(), marks: marks, since: since) }

    /// With an empty battery nobody knows what day it is.
    var isClockDoubtful: Bool {
        guard tools.clock.quality() == .unsynced else { return false }
        // A mark made while the clock ran ahead says nothing of what day it is.
        let newest = marks.filter(\.isVouched).map(\.at).max()?.advanced(byMilliseconds: -86_400_000)
        return today.year < DutyDesk.leastYear || newest.map { now < $0 } ?? false
    }

    /// A time server says so; a hand that set it may have set it wrong.
    var isClockVouched: Bool { tools.clock.quality() == .synced }

    // MARK: people

    func enter(_ duty: String, _ entry: DutyEntry, by caller: Caller, key: RequestKey?) async throws -> DutyJSON {
        try await turns.add { try await self.enterNow(duty, entry, caller, key) }.value
    }

    func takeBack(_ duty: String, date: CivilDate?, by caller: Caller) async throws -> DutyJSON {
        try await turns.add { try await self.takeBackNow(duty, date, caller) }.value
    }

    func check(
        _ list: String, _ request: CheckListRequest, by caller: Caller, key: RequestKey?
    ) async throws -> CheckListJSON {
        try await turns.add { try await self.checkNow(list, request, caller, key) }.value
    }

    private func duty(_ id: String) throws -> Duty {
        guard let found = duties.first(where: { $0.id.text == id }) else {
            let name = id.cleaned(limit: 40)
            throw ErrorJSON(
                code: "not.found", message: "no duty \(name): see zonectl duty", zh: "没有编号为“\(name)”的日常工作")
        }
        return found
    }

    private func enterNow(
        _ id: String, _ entry: DutyEntry, _ caller: Caller, _ key: RequestKey?
    ) async throws -> DutyJSON {
        let duty = try duty(id)
        if let key, try memory.made(by: key, at: now) != nil { return json(duty) }
        guard duty.role != .technician || caller.role != .staff else { throw ErrorJSON.notStaff(duty) }
        guard !isClockDoubtful else { throw ErrorJSON.clock }
        let mark = entry.kind == .done ? try done(duty, entry.date, caller) : try begun(duty, entry.date, caller)
        // Who says it twice has said it once.
        if marks.contains(where: { $0.isSame(as: mark) }) { return json(duty) }
        let name: EventName = mark.kind == .done ? .dutyDone : .dutyBegun
        let remembered = key.map { Projection.remembered(memory.remember($0, made: id, at: now)) }
        do {
            try await write(
                name, mark.data(note: entry.note, by: caller), .entered(mark.record(note: entry.note)), remembered)
        } catch {
            if let key { memory.forget(key) }
            throw error
        }
        marks.append(mark)
        await look()
        return json(duty)
    }

    private func done(_ duty: Duty, _ date: CivilDate?, _ caller: Caller) throws -> DutyMark {
        let occurrence: Occurrence?
        if let date {
            guard date <= today, date >= today.advanced(byDays: -duty.lateDays) else {
                throw ErrorJSON.date(date, within: duty.lateDays)
            }
            occurrence = book.occurrence(of: duty, on: date)
        } else {
            occurrence = book.meant(by: duty, at: now)
        }
        let day = date ?? occurrence.map { min(today, $0.dates.upperBound) } ?? today
        return DutyMark(
            duty: duty.id, date: day, at: now, role: caller.role.rawValue,
            isLate: occurrence.map { now >= $0.late } ?? (day < today), isVouched: isClockVouched)
    }

    private func begun(_ duty: Duty, _ date: CivilDate?, _ caller: Caller) throws -> DutyMark {
        guard case .after = duty.rhythm else { throw ErrorJSON.notTriggered(duty) }
        let day = date ?? today
        guard day <= today, day >= today.advanced(byDays: -DutyDesk.beginDays) else {
            throw ErrorJSON.date(day, within: DutyDesk.beginDays)
        }
        return DutyMark(
            duty: duty.id, kind: .begun, date: day, at: now, role: caller.role.rawValue, isVouched: isClockVouched)
    }

    private func takeBackNow(_ id: String, _ date: CivilDate?, _ caller: Caller) async throws -> DutyJSON {
        let duty = try duty(id)
        let mine = marks.filter { $0.duty == duty.id && $0.kind == .done && CivilDate(of: $0.at) == today }
        guard let mark = mine.last(where: { date == nil || $0.date == date }) else {
            throw ErrorJSON(
                code: "duty.over", message: "nothing of \(duty.id) was entered today that could be taken back",
                zh: "今天没有登记过这一项，不能撤回；以前的登记不能改", fixer: .none)
        }
        try await write(
            .dutyUndone, mark.data(note: nil, by: caller),
            .takenBack(duty: duty.id, kind: mark.kind.rawValue, date: mark.date.description))
        marks.removeAll { $0.isSame(as: mark) }
        await look()
        return json(duty)
    }

    private func checkNow(
        _ id: String, _ request: CheckListRequest, _ caller: Caller, _ key: RequestKey?
    ) async throws -> CheckListJSON {
        guard let list = checkListsHere.first(where: { $0.id.text == id }) else {
            let name = id.cleaned(limit: 40)
            throw ErrorJSON(
                code: "not.found", message: "no check-list \(name): see zonectl checklist", zh: "没有编号为“\(name)”的清单")
        }
        if let key, try memory.made(by: key, at: now) != nil { return json(list) }
        guard !isClockDoubtful else { throw ErrorJSON.clock }
        let answers = try list.answers(request, at: now, by: caller)
        let remembered = key.map { Projection.remembered(memory.remember($0, made: id, at: now)) }
        var after = checks
        for answer in answers { after.note(answer) }
        do {
            let data = list.data(answers, after, at: now, by: caller)
            // Not the zone's: there the checks of the devices are looked for, and these would push them out of sight.
            try await write(
                .checkDone, data, .checked(answers.map(\.record)), remembered, subject: "checklist-\(list.id)")
        } catch {
            if let key { memory.forget(key) }
            throw error
        }
        checks = after
        return json(list)
    }

    func write(
        _ name: EventName, _ data: JSONValue, _ change: DutyChange, _ more: Projection? = nil, subject: String = "zone"
    ) async throws {
        let event = EventDraft(
            name, .a, subject: subject, at: now, clockQuality: tools.clock.quality(), mono: tools.clock.mono(),
            data: data)
        try await tools.journal.write([Entry(event, [.duty(change)] + (more.map { [$0] } ?? []))], .now)
    }
}

extension DutyMark {
    func isSame(as other: DutyMark) -> Bool { (duty, kind, date) == (other.duty, other.kind, other.date) }

    func data(note: String?, by caller: Caller?) -> JSONValue {
        .members([
            "duty": .string(duty.text), "date": .string(date.description), "role": .string(role),
            "late": isLate ? true : nil, "note": note.map { .string($0) },
            "actor": caller.map { .string($0.description) },
        ])
    }
}
