import DriverKit
import ZoneDesks
import ZoneModel

extension HealingStep {
    static let reboot = HealingStep(
        "reboot", harm: .restartsPC, reach: .machine, deadline: .seconds(30), dailyBudget: 1)
}

/// All steps there are: those of the drivers, and what is done to the PC itself.
struct MachineHealing: Sendable {
    let supervisor: Supervisor
    /// `nil` for an agent below a root of its own.
    let restarter: (any MachineRestarter)?

    func steps(of device: DeviceID) async -> [HealingStep] {
        var steps = await supervisor.healingSteps(of: device)
        guard device == Verb.Target.machineID else { return steps }
        if restarter != nil { steps.append(.reboot) }
        return steps
    }

    func heal(_ device: DeviceID, _ step: HealingStep) async throws(DeviceError) {
        guard device == Verb.Target.machineID else { return try await supervisor.heal(device, step) }
        switch step.name {
        case HealingStep.reboot.name: try await reboot(step)
        default: try await supervisor.heal(device, step)
        }
    }

    private func reboot(_ step: HealingStep) async throws(DeviceError) {
        guard let restarter else {
            throw DeviceError(.unsupported, doing: step.name, "an agent with a root of its own leaves the PC alone")
        }
        // It would take the second half of a document.
        guard await !supervisor.isPrintingAnything else {
            throw DeviceError(.busy, doing: step.name, "a document is being printed: wait until it is over")
        }
        try await restarter.reboot(within: step.deadline)
    }
}
