import ZoneModel

/// Something a driver can do about a fault of its device, without a person. Which step is tried when is the ladder's
/// business, how often in a day the budget's.
package struct HealingStep: Sendable, Hashable, Codable {
    /// What a citizen in front of the device notices.
    package enum Harm: String, Sendable, Codable {
        case none, interruptsUse, cutsPower
    }

    /// Stable word such as `reopen`; unique within a device.
    package var name: String
    package var harm: Harm
    /// How long it may take.
    package var deadline: Duration
    /// How often on one day (zone time), by whomever.
    package var dailyBudget: Int

    package init(_ name: String, harm: Harm, deadline: Duration, dailyBudget: Int) {
        (self.name, self.harm, self.deadline, self.dailyBudget) = (name, harm, deadline, dailyBudget)
    }

    /// Closes the device and opens it again: every device has this one, from the core.
    package static let reopen = HealingStep("reopen", harm: .interruptsUse, deadline: .seconds(30), dailyBudget: 12)
}

extension LiveDevice {
    package nonisolated var healingSteps: [HealingStep] { [] }

    package func heal(_ step: HealingStep) async throws(DeviceError) {
        throw DeviceError(.unsupported, doing: step.name, "the driver offers no such step")
    }
}
