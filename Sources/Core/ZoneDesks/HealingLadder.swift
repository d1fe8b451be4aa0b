import DriverKit
import ZoneModel

/// What is known of one device when its next step is looked for.
package struct HealingView: Sendable {
    /// Open and healable.
    package var causes: [ConditionCode]
    /// All steps of the device now.
    package var steps: [HealingStep]
    /// Today's counts by the step's name, by whomever.
    package var used: [String: Int]
    /// The steps of this round.
    package var tried: Set<String>
    package var isUnderWay: Bool
    /// A person was asked today.
    package var isAsked: Bool
    /// Since the last step ended, and since the agent began.
    package var rested: Duration
    /// How long a step has to show whether it helped.
    package var judging: Duration
    package var facts: HealingFacts

    package init(
        causes: [ConditionCode], steps: [HealingStep], used: [String: Int] = [:], tried: Set<String> = [],
        isUnderWay: Bool = false, isAsked: Bool = false, rested: Duration = .seconds(3600),
        judging: Duration = HealingLadder.leastRest, facts: HealingFacts = HealingFacts()
    ) {
        (self.causes, self.steps, self.used, self.tried) = (causes, steps, used, tried)
        (self.isUnderWay, self.isAsked, self.rested, self.judging) = (isUnderWay, isAsked, rested, judging)
        self.facts = facts
    }
}

package enum HealingDecision: Sendable, Hashable {
    /// Nothing is wrong that could be healed.
    case rest
    /// Something is, and no step of this device helps.
    case noStep
    case act(HealingStep)
    case underWay
    /// The last step may still show what it did, for so long.
    case judge(Duration)
    /// The next step has to wait for what stands in its way.
    case wait(HealingStep, [HealingGate])
    /// All steps are spent: a person has to be asked.
    case giveUp
    /// A person was asked; nothing more today.
    case asked
}

/// Cheap before strong, one step a minute, a budget for each day, never in anybody's way, and at its end it asks. A pure
/// value: what it says follows from the view alone.
package struct HealingLadder: Sendable, Hashable {
    /// Between the end of one step and the next one of the same device.
    package static let leastRest = Duration.seconds(60)
    /// Steps of one device on one day, all together.
    package static let dailyTotal = 12

    package init() {}

    /// The steps that can help against what is open, the mildest first.
    package func ladder(_ view: HealingView) -> [HealingStep] {
        view.steps.enumerated()
            .filter { !HealingCauses.helps($0.element.name, against: view.causes).isEmpty }
            .sorted { left, right in
                if left.element.harm != right.element.harm { return left.element.harm < right.element.harm }
                // Opening anew is the mildest of what can be noticed; a driver lists its own in their order.
                if left.element.isReopen != right.element.isReopen { return left.element.isReopen }
                return left.offset < right.offset
            }.map(\.element)
    }

    package func decide(_ view: HealingView) -> HealingDecision {
        guard !view.causes.isEmpty else { return .rest }
        let ladder = ladder(view)
        guard !ladder.isEmpty else { return .noStep }
        if view.isUnderWay { return .underWay }
        if view.isAsked { return .asked }
        let rest = max(view.judging, HealingLadder.leastRest)
        guard view.rested >= rest else { return .judge(rest - view.rested) }
        let left = ladder.filter { view.used[$0.name, default: 0] < $0.dailyBudget }
        guard !left.isEmpty, view.used.values.reduce(0, +) < HealingLadder.dailyTotal else { return .giveUp }
        func bars(_ step: HealingStep) -> [HealingGate] {
            view.facts.bars(step, used: view.used[step.name, default: 0])
        }
        let possible = left.filter { !bars($0).contains(where: \.isLong) }
        guard let next = possible.first(where: { !view.tried.contains($0.name) }) ?? possible.first else {
            return .wait(left[0], bars(left[0]))
        }
        let barred = bars(next)
        return barred.isEmpty ? .act(next) : .wait(next, barred)
    }

    /// The steps of the round after `step`: with all of them tried a new one begins at the bottom.
    package func tried(after step: HealingStep, _ view: HealingView) -> Set<String> {
        view.tried.contains(step.name) ? [step.name] : view.tried.union([step.name])
    }
}

extension HealingStep {
    fileprivate var isReopen: Bool { name == HealingStep.reopen.name }
}
