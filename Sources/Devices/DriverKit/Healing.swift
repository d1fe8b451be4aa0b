import ZoneModel

/// Something a driver can do about a fault of its device, without a person. Which step is tried when is the ladder's
/// business, how often in a day the budget's.
package struct HealingStep: Sendable, Hashable, Codable {
    /// What a citizen in front of the device notices.
    package enum Harm: String, Sendable, Codable, CaseIterable {
        case none, interruptsUse, cutsPower
        /// Everything on this PC is gone for some minutes.
        case restartsPC
    }

    /// Whom it concerns.
    package enum Reach: String, Sendable, Codable {
        case device
        /// All devices of this PC, or a service that they share.
        case machine
    }

    /// Stable word such as `reopen`; unique within a device.
    package var name: String
    package var harm: Harm
    package var reach: Reach
    /// How long it may take.
    package var deadline: Duration
    /// How often on one day (zone time), by whomever.
    package var dailyBudget: Int

    package init(_ name: String, harm: Harm, reach: Reach = .device, deadline: Duration, dailyBudget: Int) {
        (self.name, self.harm, self.reach) = (name, harm, reach)
        (self.deadline, self.dailyBudget) = (deadline, dailyBudget)
    }

    /// Closes the device and opens it again: every device has this one, from the core.
    package static let reopen = HealingStep("reopen", harm: .interruptsUse, deadline: .seconds(30), dailyBudget: 12)
}

extension HealingStep.Harm: Comparable {
    /// The mildest first.
    package static func < (left: Self, right: Self) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .none: 0
        case .interruptsUse: 1
        case .cutsPower: 2
        case .restartsPC: 3
        }
    }
}

extension LiveDevice {
    package nonisolated var healingSteps: [HealingStep] { [] }

    package func heal(_ step: HealingStep) async throws(DeviceError) {
        throw DeviceError(.unsupported, doing: step.name, "the driver offers no such step")
    }
}
