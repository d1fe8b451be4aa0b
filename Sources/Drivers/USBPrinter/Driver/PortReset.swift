import DriverKit
import ZoneModel
import ZoneTime

extension HealingStep {
    /// What pulling the plug and putting it back does, but for the power. Few a day: a printer that needs more is broken.
    static let resetPort = HealingStep("resetPort", harm: .interruptsUse, deadline: .seconds(30), dailyBudget: 3)
}

extension USBPrinterDevice {
    nonisolated var healingSteps: [HealingStep] { [.resetPort] }

    /// Never while a document is on its way, ours or somebody else's: what the printer has of it would be lost.
    func heal(_ step: HealingStep) async throws(DeviceError) {
        guard step == .resetPort else {
            throw DeviceError(.unsupported, doing: step.name, "the driver offers no such step")
        }
        guard !isPrinting else {
            throw DeviceError(
                .busy, doing: step.name, "a document is being printed: wait until it is over, or cancel it")
        }
        let begin = clock.mono()
        isResetting = true
        defer { isResetting = false }
        try await port.reset(within: step.deadline)
        // As after plugging in: the kernel's driver takes some time to have it.
        appeared = clock.mono()
        do throws(DeviceError) {
            _ = try await lookOnceTaken(within: step.deadline - clock.mono().since(begin))
        } catch {
            // A print queue that was waiting for it: it is there, and taken.
            guard error.code == .busy else { throw error }
        }
    }
}
