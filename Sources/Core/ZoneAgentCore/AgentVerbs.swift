import DriverKit
import ZoneAccess
import ZoneDesks
import ZoneModel
import ZoneWire

/// What can be commanded in this version.
enum AgentVerbs {
    static func all(_ supervisor: Supervisor, _ heals: HealDesk) -> [Verb] {
        [probe(supervisor), heal(supervisor, heals)]
    }

    /// Looks at the device now.
    private static func probe(_ supervisor: Supervisor) -> Verb {
        Verb("probe", action: .probeDevice, isIdempotent: true) { command throws(DeviceError) in
            guard let report = try await supervisor.probe(command.device) else {
                throw DeviceError(.absent, doing: "probe \(command.device)", "the device is not open")
            }
            let wrong = report.symptoms.compactMap { symptom -> JSONValue? in
                guard case .wrong(let evidence) = symptom.sight else { return nil }
                return ["code": .string(symptom.code.rawValue), "evidence": .string(evidence)]
            }
            return .members([
                "presence": report.presence.map { .string($0.rawValue) },
                "link": report.link.map { .string($0.rawValue) },
                "seen": .array(wrong),
            ])
        }
    }

    /// Does one healing step of the device, within its daily budget.
    private static func heal(_ supervisor: Supervisor, _ heals: HealDesk) -> Verb {
        Verb("heal", action: .healDevice, complaint: complaintAboutStep) { command throws(DeviceError) in
            let wanted = command.args?["step"]?.stringValue ?? HealingStep.reopen.name
            let steps = await supervisor.healingSteps(of: command.device)
            guard let step = steps.first(where: { $0.name == wanted }) else {
                let names = steps.map(\.name).joined(separator: ", ")
                throw DeviceError(
                    .unsupported, doing: "heal", "no such step now; known: \(names.isEmpty ? "none" : names)")
            }
            try await heals.attempt(step, on: command.device, cause: command.actor)
            return ["step": .string(step.name)]
        }
    }

    private static let complaintAboutStep: @Sendable (JSONValue?) -> String? = { arguments in
        guard let arguments, arguments != .null else { return nil }
        guard case .object(let members) = arguments else { return "args: expected an object" }
        if let stranger = members.keys.sorted().first(where: { $0 != "step" }) { return "args.\(stranger): unknown" }
        return members["step"].map { $0.stringValue == nil ? "args.step: expected a text" : nil } ?? nil
    }
}
