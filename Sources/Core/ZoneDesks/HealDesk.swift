import DriverKit
import Logging
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Does healing steps within their daily budget. The count is on the disk before the step begins, so that a step that
/// takes the agent down with it is counted too.
package actor HealDesk {
    /// Who performs a step; the supervisor.
    package typealias Perform = @Sendable (DeviceID, HealingStep) async throws(DeviceError) -> Void

    private struct Key: Hashable {
        var device: DeviceID
        var step: String
    }

    private let journal: Journal
    private let clock: any ZoneClock
    private let perform: Perform
    /// Told when a budget is spent (`true`) and when a new day has given a new one.
    private let tellSpent: @Sendable (DeviceID, Bool) async -> Void
    private var date = ""
    private var counts: [Key: Int] = [:]
    private var spent: Set<DeviceID> = []
    /// Said to be spent by an earlier run, on a day that is over.
    private var toRelieve: Set<DeviceID> = []

    /// - Parameter spent: devices whose condition says so from an earlier run.
    package init(
        journal: Journal, clock: any ZoneClock, counts stored: [HealCount], spent known: Set<DeviceID> = [],
        perform: @escaping Perform,
        tellSpent: @escaping @Sendable (DeviceID, Bool) async -> Void
    ) {
        (self.journal, self.clock, self.perform, self.tellSpent) = (journal, clock, perform, tellSpent)
        date = ZoneCivil.date(clock.wall())
        for row in stored where row.date == date { counts[Key(device: row.device, step: row.step)] = row.count }
        let today = Set(counts.keys.map(\.device))
        (spent, toRelieve) = (known.intersection(today), known.subtracting(today))
    }

    /// - Parameters:
    ///   - cause: why, for example the code of the condition or the actor of a command.
    ///   - other: who performs it, when it is no step of the device's driver.
    package func attempt(
        _ step: HealingStep, on device: DeviceID, cause: String, by other: Perform? = nil
    ) async throws(DeviceError) {
        await turnDay()
        let key = Key(device: device, step: step.name)
        let count = counts[key, default: 0] + 1
        guard count <= step.dailyBudget else {
            await noteSpent(step, device)
            throw DeviceError(.budgetSpent, doing: step.name, "\(step.dailyBudget) times a day")
        }
        counts[key] = count
        let row = HealCount(device: device, step: step.name, date: date, count: count)
        guard
            await note(
                .healAttempted, device, step, ["cause": .string(cause), "count": .integer(Int64(count))], [.healed(row)]
            )
        else { throw DeviceError(.ioFailed, doing: step.name, "the journal does not take it; nothing was done") }
        do {
            try await (other ?? perform)(device, step)
            _ = await note(.healSucceeded, device, step)
        } catch {
            _ = await note(.healFailed, device, step, ["error": .string("\(error)")])
            throw error
        }
    }

    private func noteSpent(_ step: HealingStep, _ device: DeviceID) async {
        guard spent.insert(device).inserted else { return }
        _ = await note(.healBudgetSpent, device, step)
        await tellSpent(device, true)
    }

    /// A clock that is set back finds the day's counts again: they are kept by date on the disk, and by the latest
    /// date here.
    package func turnDay() async {
        let today = ZoneCivil.date(clock.wall())
        if today > date { (date, counts, toRelieve, spent) = (today, [:], toRelieve.union(spent), []) }
        guard !toRelieve.isEmpty else { return }
        let relieved = toRelieve
        toRelieve = []
        for device in relieved { await tellSpent(device, false) }
    }

    private func note(
        _ name: EventName, _ device: DeviceID, _ step: HealingStep, _ more: [String: JSONValue] = [:],
        _ projections: [Projection] = []
    ) async -> Bool {
        let data = more.merging(["step": .string(step.name), "harm": .string(step.harm.rawValue)]) { first, _ in first }
        let event = EventDraft(
            name, .b, subject: device.text, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: .object(data))
        return (try? await journal.write([Entry(event, projections)], .now)) != nil
    }
}
