import DriverKit
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneWire

extension HealingJSON {
    init(_ device: DeviceID, _ standing: HealingRound.Standing) {
        let view = standing.view
        let steps = view.causes.isEmpty ? view.steps : standing.ladder
        self.init(
            device: device, state: State(standing.decision), codes: view.causes.map(\.rawValue),
            steps: steps.map { Step($0, view) }, used: view.used.values.reduce(0, +),
            budget: HealingLadder.dailyTotal)
        last = standing.last?.name
        switch standing.decision {
        case .act(let step): next = step.name
        case .wait(let step, let gates): (next, waitsFor) = (step.name, gates.map(\.rawValue))
        case .judge(let rest): judgedIn = rest.milliseconds
        case .rest, .noStep, .underWay, .giveUp, .asked: break
        }
    }
}

extension HealingJSON.State {
    fileprivate init(_ decision: HealingDecision) {
        self =
            switch decision {
            case .rest: .resting
            case .noStep: .noStep
            case .act: .ready
            case .underWay: .underWay
            case .judge: .judging
            case .wait: .waiting
            case .giveUp, .asked: .spent
            }
    }
}

extension HealingJSON.Step {
    fileprivate init(_ step: HealingStep, _ view: HealingView) {
        self.init(
            name: step.name, harm: step.harm.rawValue, used: view.used[step.name, default: 0],
            budget: step.dailyBudget, isTried: view.tried.contains(step.name), deadline: step.deadline.milliseconds)
    }
}
