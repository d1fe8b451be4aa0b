import DriverKit
import ZoneModel

/// Why a step may not be done now. Which of them count for a step is data by its harm: docs/healing.md shows the table.
package enum HealingGate: String, Sendable, Codable, CaseIterable {
    /// A person looks after the device.
    case person
    /// Held as maintenance or disabled: whoever did so is at it.
    case hold
    /// A program has the device to itself.
    case lease
    /// A document is printed or copied, or waits for its turn.
    case document
    /// Somebody touched the kiosk within the last minute.
    case touch
    /// Out of hours each step is done once a day: the rest is kept for the hours.
    case keptForHours
    /// The zone is open, and citizens can still look something up.
    case openHours
    /// The PC has run for less than ten minutes.
    case freshBoot
    /// The acts of the night are under way.
    case nightly

    /// Those that do not pass within minutes: meanwhile a milder step may have another turn.
    package var isLong: Bool { [.keptForHours, .openHours, .freshBoot, .nightly].contains(self) }
}

extension HealingStep.Harm {
    package var gates: [HealingGate] {
        switch self {
        // Nobody notices it, and a queue that stands under a citizen's document is what it is for.
        case .none: [.person, .hold, .keptForHours]
        case .interruptsUse, .cutsPower: [.person, .hold, .lease, .document, .touch, .keptForHours]
        case .restartsPC: HealingGate.allCases.filter { $0 != .keptForHours }
        }
    }
}

/// What the gates are held against, for one device at one moment.
package struct HealingFacts: Sendable, Hashable {
    package static let leastUptime = Duration.seconds(600)

    package var isWatchedByPerson = false
    package var isHeld = false
    package var isLeased = false
    /// Any device of this PC.
    package var isAnyLeased = false
    package var hasDocument = false
    /// On any device of this PC.
    package var hasAnyDocument = false
    package var isTouched = false
    /// By the published hours and what staff closed; `nil`: nobody knows.
    package var isClosed: Bool?
    /// Whether citizens can look something up at this PC.
    package var isQueryPossible = true
    package var isNight = false
    package var uptime = Duration.seconds(86_400)

    package init() {}

    /// The gates that bar the step, in the order of their names above.
    /// - Parameter used: how often it was done today.
    package func bars(_ step: HealingStep, used: Int) -> [HealingGate] {
        let gates = Set(step.harm.gates)
        return HealingGate.allCases.filter { gates.contains($0) && bars($0, step.reach, used) }
    }

    private func bars(_ gate: HealingGate, _ reach: HealingStep.Reach, _ used: Int) -> Bool {
        switch gate {
        case .person: isWatchedByPerson
        case .hold: isHeld
        case .lease: reach == .machine ? isAnyLeased : isLeased
        case .document: reach == .machine ? hasAnyDocument : hasDocument
        case .touch: isTouched
        case .keptForHours: isClosed == true && used > 0
        case .openHours: isClosed != true && isQueryPossible
        case .freshBoot: uptime < HealingFacts.leastUptime
        case .nightly: isNight
        }
    }
}
