import DriverKit
import ZoneAccess
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

/// What the verbs work with.
struct AgentTools: Sendable {
    let supervisor: Supervisor
    let station: Station
    let heals: HealDesk
    let jobs: JobDesk
    let changes: ConfigurationDesk
    let store: ConfigurationStore
    let journal: Journal
    /// systemd; `nil` for an agent below a root of its own, which must not touch what belongs to the PC.
    let units: (any UnitManager)?
    /// What is wrong with the hw-profiles.
    let profileComplaints: [FileComplaint]
    let clock: any ZoneClock
    let startedAt: MonoTime
    /// The check that runs now.
    var checks = CheckBoard()
    /// With the steps of the PC itself; `nil`: those of the drivers only.
    var machine: MachineHealing?
}

/// What can be commanded in this version. For orders of the hub `OrderVerb` is the closed list.
enum AgentVerbs {
    static func all(_ tools: AgentTools) -> [Verb] {
        [
            probe(tools.supervisor), heal(tools), CheckVerb.make(tools),
            TestPageVerb.make(tools), ServiceVerbs.restart(tools), DiagnosticsVerb.make(tools), configure(tools),
        ] + SignVerbs.all(tools.supervisor)
    }

    /// Looks at the device now.
    private static func probe(_ supervisor: Supervisor) -> Verb {
        Verb("probe", action: .probeDevice, isIdempotent: true) { command throws(DeviceError) in
            guard let report = try await supervisor.probe(command.device) else {
                throw DeviceError(.absent, doing: "probe \(command.device)", "the device is not open")
            }
            return .members([
                "presence": report.presence.map { .string($0.rawValue) },
                "link": report.link.map { .string($0.rawValue) },
                "seen": .array(report.seen),
            ])
        }
    }

    /// Does one healing step of the device, within its daily budget.
    private static func heal(_ tools: AgentTools) -> Verb {
        Verb("heal", action: .healDevice, complaint: Verb.arguments(["step": .text(limit: 40)])) {
            command throws(DeviceError) in
            let wanted = command.args?["step"]?.stringValue ?? HealingStep.reopen.name
            let own = await tools.supervisor.healingSteps(of: command.device)
            let steps = await tools.machine?.steps(of: command.device) ?? own
            guard let step = steps.first(where: { $0.name == wanted }) else {
                let names = steps.map(\.name).joined(separator: ", ")
                throw DeviceError(
                    .unsupported, doing: "heal", "现在没有这一步 no such step now; 可用 known: \(names.isEmpty ? "none" : names)"
                )
            }
            try await tools.heals.attempt(step, on: command.device, cause: command.actor)
            return ["step": .string(step.name)]
        }
    }

    /// Takes the district's layer of the configuration, on the same way as a push at the socket.
    private static func configure(_ tools: AgentTools) -> Verb {
        let complaint = Verb.arguments(["text": .text(limit: ConfigurationStore.longestFile)], required: ["text"])
        // The same text once more changes nothing.
        return Verb("configure", action: .pushConfiguration, on: .machine, isIdempotent: true, complaint: complaint) {
            command throws(DeviceError) in
            do {
                try await tools.changes.push(command.args?["text"]?.stringValue ?? "", by: command.actor)
            } catch let error as ErrorJSON {
                throw DeviceError(.refused, doing: "configure", error.message.cleaned(limit: 400))
            } catch {
                throw DeviceError(.ioFailed, doing: "configure", "\(error)".cleaned())
            }
            let state = tools.store.current
            return [
                "revision": .string(state.revision),
                "ignored": .array(state.inForce.origins.ignored.sorted().map { .string($0) }),
                "pendingRestart": .array(state.pendingRestart.map { .string($0) }),
            ]
        }
    }
}

extension Report {
    /// What is wrong in the device's own words.
    var seen: [JSONValue] {
        symptoms.compactMap { symptom in
            guard case .wrong(let evidence, _) = symptom.sight else { return nil }
            return ["code": .string(symptom.code.rawValue), "evidence": .string(evidence)]
        }
    }
}
