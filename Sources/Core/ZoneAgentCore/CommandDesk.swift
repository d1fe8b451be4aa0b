import DriverKit
import Logging
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Takes commands, one at a time per device, and writes every step down: `running` is on the disk before the effect.
package actor CommandDesk {
    /// What a command does to a device.
    package typealias Effect = @Sendable (CommandJSON) async throws(DeviceError) -> JSONValue

    /// Verbs of this version. Each names its effect in the table that the agent is built with.
    package static let probe = "probe"

    private let journal: Journal
    private let clock: any ZoneClock
    private let effects: [String: Effect]
    private let log: Logger
    private var queues: [DeviceID: Task<CommandJSON, Never>] = [:]

    package init(journal: Journal, clock: any ZoneClock, effects: [String: Effect], log: Logger) {
        (self.journal, self.clock, self.effects, self.log) = (journal, clock, effects, log)
    }

    package nonisolated var verbs: [String] { effects.keys.sorted() }

    /// Accepts a command and queues it behind the others of its device.
    /// - Returns: the command as accepted, and a task that ends with its outcome.
    package func accept(
        _ request: CommandRequest, for device: DeviceID, actor: String
    ) async throws -> (accepted: CommandJSON, outcome: Task<CommandJSON, Never>) {
        guard let effect = effects[request.verb] else {
            throw ErrorJSON(
                code: "command.unknown", message: "unknown verb; known: \(verbs.joined(separator: ", "))",
                zh: "没有这个命令，可用的命令：\(verbs.joined(separator: "、"))")
        }
        let command = CommandJSON(
            id: HexID.make().text, device: device, verb: request.verb, args: request.args, state: .accepted,
            actor: actor, requestedAt: clock.wall())
        try await record(command, .commandAccepted)
        let earlier = queues[device]
        let outcome = Task {
            _ = await earlier?.value
            return await self.execute(command, effect)
        }
        queues[device] = outcome
        return (command, outcome)
    }

    /// After a restart: what was running has an unknown outcome, what had not begun will not begin.
    package func settle(_ unfinished: [CommandJSON]) async throws {
        for command in unfinished {
            let wasRunning = command.state == .running
            var command = command
            command.state = wasRunning ? .interrupted : .failed
            command.result =
                wasRunning ? "the agent restarted; the outcome is unknown" : "the agent restarted before it ran"
            try await record(command, wasRunning ? .commandInterrupted : .commandFailed)
        }
    }

    private func execute(_ command: CommandJSON, _ effect: Effect) async -> CommandJSON {
        var command = command
        do {
            command.state = .running
            try await record(command, .commandRunning)
            do {
                command.result = try await effect(command)
                command.state = .succeeded
            } catch {
                command.result = .string("\(error)")
                command.state = .failed
            }
            try await record(command, command.state == .succeeded ? .commandSucceeded : .commandFailed)
        } catch {
            log.error("Journal does not take a command", metadata: ["command": "\(command.id)", "error": "\(error)"])
            (command.state, command.result) = (.failed, "the journal does not take it")
        }
        return command
    }

    private func record(_ command: CommandJSON, _ name: EventName) async throws {
        var command = command
        command.changedAt = clock.wall()
        let data = JSONValue.members([
            "id": .string(command.id), "verb": .string(command.verb), "actor": .string(command.actor),
            "result": command.result,
        ])
        let event = EventDraft(
            name, .a, subject: command.device.text, at: command.changedAt, clockQuality: clock.quality(),
            mono: clock.mono(), data: data)
        try await journal.write([Entry(event, [.command(command)])], .now)
    }
}
