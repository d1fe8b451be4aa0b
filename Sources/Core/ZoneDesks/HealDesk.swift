import DriverKit
import Logging
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Does healing steps within their daily budget: the only way to one, for the ladder and for people. The count is on the
/// disk before the step begins, so that a step that takes the agent down with it is counted too.
package actor HealDesk {
    /// Who performs a step; the supervisor.
    package typealias Perform = @Sendable (DeviceID, HealingStep) async throws(DeviceError) -> Void

    private struct Key: Hashable {
        var device: DeviceID
        var step: String
        var date: String
    }

    private let journal: Journal
    private let clock: any ZoneClock
    private let perform: Perform
    /// Told when a budget is spent (`true`) and when a new day has given a new one.
    private let tellSpent: @Sendable (DeviceID, Bool) async -> Void
    private let begun: MonoTime
    private var date = ""
    /// Of this day, and of later ones where the clock has been set back.
    private var counts: [Key: Int] = [:]
    private var records: [DeviceID: LadderRecord] = [:]
    /// How many steps are being done; a person may come in between.
    private var underWay: [DeviceID: Int] = [:]
    private var spent: Set<DeviceID> = []
    /// Said to be spent by an earlier run, on a day that is over.
    private var toRelieve: Set<DeviceID> = []

    /// - Parameter spent: devices whose condition says so from an earlier run.
    package init(
        journal: Journal, clock: any ZoneClock, counts stored: [HealCount], ladders: [LadderRecord] = [],
        spent known: Set<DeviceID> = [],
        perform: @escaping Perform,
        tellSpent: @escaping @Sendable (DeviceID, Bool) async -> Void
    ) {
        (self.journal, self.clock, self.perform, self.tellSpent) = (journal, clock, perform, tellSpent)
        let today = ZoneCivil.date(clock.wall())
        (begun, date) = (clock.mono(), today)
        // A PC whose clock battery is empty comes up in another year, and is set right a minute later.
        for row in stored where row.date >= today && row.count > 0 {
            counts[Key(device: row.device, step: row.step, date: row.date)] = row.count
        }
        records = Dictionary(ladders.map { ($0.device, $0) }) { first, _ in first }
        let counted = Set(counts.keys.map(\.device))
        let asked = Set(ladders.filter { ($0.asked ?? "") >= today }.map(\.device))
        (spent, toRelieve) = (known.intersection(counted).union(asked), known.subtracting(counted.union(asked)))
    }

    /// What the ladder must know of a device.
    package struct Book: Sendable {
        package var used: [String: Int]
        package var record: LadderRecord
        package var isUnderWay: Bool
        package var isAsked: Bool
        /// Since the last step, and since this agent began; also after a reboot.
        package var rested: Duration
    }

    package func book(of device: DeviceID) async -> Book {
        await turnDay()
        let used = counts.filter { $0.key.device == device && $0.key.date == date }.map { ($0.key.step, $0.value) }
        return Book(
            used: Dictionary(used) { first, _ in first }, record: records[device] ?? LadderRecord(device: device),
            isUnderWay: underWay[device, default: 0] > 0, isAsked: spent.contains(device), rested: rested(device))
    }

    private func rested(_ device: DeviceID) -> Duration {
        let since = clock.mono().since(begun)
        guard let last = records[device]?.last, last.boot == journal.boot else { return since }
        return min(since, clock.mono().since(MonoTime(milliseconds: last.ended ?? last.began)))
    }

    /// - Parameters:
    ///   - cause: why, for example the code of the condition or the actor of a command.
    ///   - codes: of the conditions that the ladder does it for.
    ///   - tried: the steps of the ladder's round, with this one.
    ///   - other: who performs it, when it is no step of the device's driver.
    ///   - bars: what stands in the way now, asked once more when the count is on the disk; a step that is barred then is
    ///     not done and not counted.
    package func attempt(
        _ step: HealingStep, on device: DeviceID, cause: String, for codes: [ConditionCode] = [],
        tried: Set<String>? = nil, by other: Perform? = nil, bars: @Sendable () async -> [HealingGate] = { [] }
    ) async throws(DeviceError) {
        await turnDay()
        let key = Key(device: device, step: step.name, date: date)
        let count = counts[key, default: 0] + 1
        guard count <= step.dailyBudget else {
            await ask(device, HealDesk.data(step))
            throw DeviceError(.budgetSpent, doing: step.name, "\(step.dailyBudget) times a day")
        }
        counts[key] = count
        let row = HealCount(device: device, step: step.name, date: date, count: count)
        let before = records[device] ?? LadderRecord(device: device)
        var record = before
        if let tried { record.tried = tried.sorted() }
        record.last = LadderRecord.Step(
            name: step.name, harm: step.harm.rawValue, codes: codes, boot: journal.boot,
            began: clock.mono().milliseconds)
        records[device] = record
        underWay[device, default: 0] += 1
        defer { underWay[device, default: 1] -= 1 }
        let data = HealDesk.data(step, ["cause": .string(cause), "count": .integer(Int64(count))])
        guard await note(.healAttempted, device, data, [.healed(row), .ladder(record)]) else {
            counts[key, default: 1] -= 1
            throw DeviceError(.ioFailed, doing: step.name, "the journal does not take it; nothing was done")
        }
        // The disk may have taken its time, and a citizen has come meanwhile.
        let gates = await bars()
        guard gates.isEmpty else { throw await withdraw(step, key, before, record, gates) }
        do {
            try await (other ?? perform)(device, step)
            _ = await note(.healSucceeded, device, HealDesk.data(step), [end(of: record, isDone: true)])
        } catch {
            let data = HealDesk.data(step, ["error": .string("\(error)")])
            _ = await note(.healFailed, device, data, [end(of: record, isDone: false)])
            throw error
        }
    }

    /// The count is given back; the minute until the next step is not.
    private func withdraw(
        _ step: HealingStep, _ key: Key, _ before: LadderRecord, _ begun: LadderRecord, _ gates: [HealingGate]
    ) async -> DeviceError {
        counts[key, default: 1] -= 1
        let row = HealCount(device: key.device, step: key.step, date: key.date, count: counts[key, default: 0])
        var record = records[key.device] ?? begun
        if record.last?.began == begun.last?.began {
            record.tried = before.tried
            record.last?.codes = []
            record.last?.ended = clock.mono().milliseconds
            records[key.device] = record
        }
        let names: JSONValue = .array(gates.map { .string($0.rawValue) })
        let data = HealDesk.data(step, ["reason": "gate", "gates": names, "count": .integer(Int64(row.count))])
        _ = await note(.healFailed, key.device, data, [.healed(row), .ladder(record)])
        let words = gates.map(\.rawValue).joined(separator: ", ")
        return DeviceError(.busy, doing: step.name, "barred meanwhile by \(words); nothing was done")
    }

    private func end(of begun: LadderRecord, isDone: Bool) -> Projection {
        var record = records[begun.device] ?? begun
        // Of two at once, a person's and the ladder's, the later one is judged.
        if record.last?.began == begun.last?.began {
            record.last?.ended = clock.mono().milliseconds
            record.last?.isDone = isDone
            records[begun.device] = record
        }
        return .ladder(record)
    }

    // MARK: Judging

    /// How the last step is to be judged, by what is open now.
    /// - Parameter judging: how long it has to show whether it helped.
    package func judge(_ device: DeviceID, open: [ConditionCode], within judging: Duration) async {
        guard underWay[device, default: 0] == 0, var record = records[device] else { return }
        let codes = record.last?.codes ?? []
        let isOver = Set(codes).isDisjoint(with: open)
        let isInTime = rested(device) <= patience(record, judging)
        var healed: JSONValue?
        if isOver || !isInTime {
            if isOver, isInTime, let last = record.last, wasDone(last), !codes.isEmpty {
                healed = .members([
                    "step": .string(last.name), "harm": .string(last.harm), "healed": true,
                    "codes": .array(codes.map { .string($0.rawValue) }),
                    "steps": .integer(Int64(max(1, record.tried.count))),
                ])
            }
            record.last?.codes = []
        }
        if open.isEmpty { record.tried = [] }
        guard record != records[device] else { return }
        records[device] = record
        if let healed {
            _ = await note(.healSucceeded, device, healed, [.ladder(record)])
        } else {
            _ = try? await journal.write([Entry(nil, [.ladder(record)])], .now)
        }
    }

    /// After a restart of the PC its programs have to come up first.
    package static let patienceAfterBoot = Duration.seconds(300)

    /// Who restarts the PC may not live to say that it was done; that this is another boot says it.
    private func wasDone(_ step: LadderRecord.Step) -> Bool {
        let isRestart = step.harm == HealingStep.Harm.restartsPC.rawValue
        return step.isDone || (isRestart && step.ended == nil && step.boot != journal.boot)
    }

    private func patience(_ record: LadderRecord, _ judging: Duration) -> Duration {
        let isThisBoot = record.last?.boot == journal.boot
        return (isThisBoot ? judging : max(judging, HealDesk.patienceAfterBoot))
            + HealingCauses.proof(of: record.last?.codes ?? [])
    }

    // MARK: A person is asked

    /// Asks a person, once a day.
    package func giveUp(_ device: DeviceID, open: [ConditionCode]) async {
        await turnDay()
        await ask(device, ["codes": .array(open.map { .string($0.rawValue) })])
    }

    private func ask(_ device: DeviceID, _ data: JSONValue) async {
        guard spent.insert(device).inserted else { return }
        var record = records[device] ?? LadderRecord(device: device)
        record.asked = date
        records[device] = record
        _ = await note(.healBudgetSpent, device, data, [.ladder(record)])
        await tellSpent(device, true)
    }

    /// The device is well again, by whomever: nobody need come for it. Nobody is asked twice on one day all the same.
    package func relieve(_ device: DeviceID) async { await tellSpent(device, false) }

    /// A clock that is set back finds the day's counts again: they are kept by date on the disk, and by the latest
    /// date here, as long as nobody knows which of the dates is right.
    package func turnDay() async {
        let today = ZoneCivil.date(clock.wall())
        if today > date {
            let asked = Set(records.values.filter { $0.asked == today }.map(\.device))
            (toRelieve, spent) = (toRelieve.union(spent).subtracting(asked), asked)
            // The day that is left is kept: a clock that has run ahead may come back to it.
            let before = date
            (date, counts) = (today, counts.filter { $0.key.date >= before })
        }
        if clock.quality() == .synced { await fold(into: today) }
        guard !toRelieve.isEmpty else { return }
        let relieved = toRelieve
        toRelieve = []
        for device in relieved { await tellSpent(device, false) }
    }

    /// The clock has been ahead and is right now: what is counted on a day that has not come was done before this one is over.
    private func fold(into today: String) async {
        let later = counts.filter { $0.key.date > today }
        let asked = records.values.filter { ($0.asked ?? "") > today }
        guard date > today || !later.isEmpty || !asked.isEmpty else { return }
        date = today
        var rows: [Projection] = []
        for (key, count) in later {
            let own = Key(device: key.device, step: key.step, date: today)
            let sum = counts[own, default: 0] + count
            (counts[key], counts[own]) = (nil, sum)
            rows.append(.healed(HealCount(device: key.device, step: key.step, date: key.date, count: 0)))
            rows.append(.healed(HealCount(device: key.device, step: key.step, date: today, count: sum)))
        }
        for var record in asked {
            record.asked = today
            records[record.device] = record
            rows.append(.ladder(record))
        }
        _ = try? await journal.write([Entry(nil, rows)], .now)
    }

    private static func data(_ step: HealingStep, _ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(
            more.merging(["step": .string(step.name), "harm": .string(step.harm.rawValue)]) { first, _ in first })
    }

    private func note(
        _ name: EventName, _ device: DeviceID, _ data: JSONValue, _ projections: [Projection] = []
    ) async -> Bool {
        let event = EventDraft(
            name, .b, subject: device.text, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: data)
        return (try? await journal.write([Entry(event, projections)], .now)) != nil
    }
}
