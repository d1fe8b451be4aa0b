import DriverKit
import ZoneAccess
import ZoneDesks
import ZoneModel
import ZoneWire

/// `restartService`: what a technician on the phone would have somebody do first. A closed list, a daily budget.
enum ServiceVerbs {
    /// cups only: the agent speaks with printers itself, but a site may have a queue of its own (configuration,
    /// `devices.*.uri`), and cupsd hangs.
    static let units = ["cups.service"]
    private static let deadline = Duration.seconds(60)
    private static let dailyBudget = 4

    static func restart(_ tools: AgentTools) -> Verb {
        let complaint = Verb.arguments(["unit": .choice(units)], required: ["unit"])
        // Beyond the deadline of systemctl itself: who overran is told as that.
        return Verb(
            "restartService", action: .restartService, on: .machine, deadline: deadline + .seconds(10),
            complaint: complaint
        ) { command throws(DeviceError) in
            let unit = command.args?["unit"]?.stringValue ?? ""
            let doing = "restart \(unit)"
            guard let systemd = tools.units else {
                throw DeviceError(
                    .unsupported, doing: doing, "an agent with a root of its own leaves the services of the PC alone")
            }
            guard units.contains(unit) else { throw DeviceError(.refused, doing: doing, "not on the list") }
            let step = HealingStep(doing, harm: .interruptsUse, deadline: deadline, dailyBudget: dailyBudget)
            try await refuseWhilePrinting(doing, tools)
            try await tools.heals.attempt(step, on: command.device, cause: command.actor) {
                _, step throws(DeviceError) in
                try await systemd.restart(unit, within: step.deadline)
            }
            let facts = await systemd.facts(of: [unit])[unit] ?? [:]
            return .members([
                "unit": .string(unit), "activeState": facts["ActiveState"].map { .string($0) },
                "subState": facts["SubState"].map { .string($0) },
            ])
        }
    }

    private static func refuseWhilePrinting(_ doing: String, _ tools: AgentTools) async throws(DeviceError) {
        for state in tools.station.board.states where await tools.supervisor.isPrinting(state.card.id) {
            throw DeviceError(.busy, doing: doing, "\(state.card.id) is printing a document")
        }
    }
}
