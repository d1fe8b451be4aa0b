import DriverKit
import ZoneJournal
import ZoneModel
import ZoneTime

/// What the ladder sees of the agent.
package struct HealingSeams: Sendable {
    package var devices: @Sendable () -> [DeviceState]
    package var steps: @Sendable (DeviceID) async -> [HealingStep]
    package var facts: @Sendable (DeviceState) async -> HealingFacts
    /// How long after a step the device's next looks need to show whether it helped.
    package var judging: @Sendable (DeviceID) async -> Duration

    package init(
        devices: @escaping @Sendable () -> [DeviceState],
        steps: @escaping @Sendable (DeviceID) async -> [HealingStep],
        facts: @escaping @Sendable (DeviceState) async -> HealingFacts,
        judging: @escaping @Sendable (DeviceID) async -> Duration = { _ in HealingLadder.leastRest }
    ) {
        (self.devices, self.steps, self.facts, self.judging) = (devices, steps, facts, judging)
    }
}

/// Goes round all devices and lets the ladder decide; the desk does what it says. Steps of two devices may be done at once.
package actor HealingRound {
    /// How one device stands, for people.
    package struct Standing: Sendable {
        package var view: HealingView
        package var decision: HealingDecision
        package var ladder: [HealingStep]
        package var last: LadderRecord.Step?
    }

    private let heals: HealDesk
    private let seams: HealingSeams
    private let ladder = HealingLadder()
    private var tasks: [DeviceID: Task<Void, Never>] = [:]
    /// Devices whose last step or round is not settled yet.
    private var unsettled: Set<DeviceID>

    package init(heals: HealDesk, seams: HealingSeams, ladders: [LadderRecord] = []) {
        (self.heals, self.seams) = (heals, seams)
        unsettled = Set(ladders.map(\.device))
    }

    /// Once a second.
    package func tick() async {
        for state in seams.devices() {
            let open = HealingCauses.open(in: state)
            let isSaidSpent = state.conditions.contains { $0.code == .healBudgetSpent }
            guard !open.isEmpty || isSaidSpent || unsettled.contains(state.card.id) else { continue }
            await look(at: state, open, isSaidSpent: isSaidSpent)
        }
    }

    private func look(at state: DeviceState, _ open: [ConditionCode], isSaidSpent: Bool) async {
        let id = state.card.id
        let isUnderWay = tasks[id] != nil
        if !isUnderWay { await heals.judge(id, open: open, within: await seams.judging(id)) }
        guard !open.isEmpty else {
            // A step that is still under way is judged when it is over.
            if !isUnderWay { unsettled.remove(id) }
            // What is silent is not well.
            if isSaidSpent, state.link == .up { await heals.relieve(id) }
            return
        }
        unsettled.insert(id)
        guard !isOnlyDamped(open, in: state), !isOutOfReach(open, in: state) else { return }
        let view = await view(of: state, open)
        switch ladder.decide(view) {
        case .act(let step): act(step, view, on: id)
        case .giveUp: await heals.giveUp(id, open: open)
        case .rest, .noStep, .underWay, .judge, .wait, .asked: break
        }
    }

    /// The latest good answer no longer says any of it: the conditions wait for their end, and no step is to be
    /// credited with that.
    private func isOnlyDamped(_ open: [ConditionCode], in state: DeviceState) -> Bool {
        guard state.link == .up, let seen = state.lastSeen else { return false }
        return state.conditions.filter { open.contains($0.code) }.allSatisfy { $0.lastSeen < seen }
    }

    /// A printer that is not plugged in, that another program has, or that nobody has looked at since it was plugged in: no
    /// step brings its link back, and each would cost one of the day's few.
    private func isOutOfReach(_ open: [ConditionCode], in state: DeviceState) -> Bool {
        open == [.printerLinkDown] && (state.link == .unknown || state.presence == .absent)
    }

    private func act(_ step: HealingStep, _ view: HealingView, on id: DeviceID) {
        let codes = HealingCauses.helps(step.name, against: view.causes)
        let tried = ladder.tried(after: step, view)
        let (seams, used) = (seams, view.used[step.name, default: 0])
        tasks[id] = Task {
            // Whether it could be done is in the journal; whether it helped, the next looks say.
            try? await heals.attempt(
                step, on: id, cause: codes.map(\.rawValue).joined(separator: " "), for: codes, tried: tried,
                bars: {
                    // A device that is on the list no longer is refused by whoever performs.
                    guard let state = seams.devices().first(where: { $0.card.id == id }) else { return [] }
                    return await seams.facts(state).bars(step, used: used)
                })
            tasks[id] = nil
        }
    }

    private func view(of state: DeviceState, _ open: [ConditionCode]) async -> HealingView {
        let id = state.card.id
        let (steps, facts, judging) = (await seams.steps(id), await seams.facts(state), await seams.judging(id))
        let book = await heals.book(of: id)
        return HealingView(
            causes: open, steps: steps, used: book.used, tried: Set(book.record.tried),
            isUnderWay: book.isUnderWay || tasks[id] != nil, isAsked: book.isAsked, rested: book.rested,
            judging: judging + HealingCauses.proof(of: book.record.last?.codes ?? []), facts: facts)
    }

    /// Steps that are under way are waited for.
    package func settle() async { for task in tasks.values { await task.value } }

    /// - Returns: `nil` when there is no such device.
    package func standing(of id: DeviceID) async -> Standing? {
        guard let state = seams.devices().first(where: { $0.card.id == id }) else { return nil }
        let view = await view(of: state, HealingCauses.open(in: state))
        return Standing(
            view: view, decision: ladder.decide(view), ladder: ladder.ladder(view),
            last: await heals.book(of: id).record.last)
    }
}
