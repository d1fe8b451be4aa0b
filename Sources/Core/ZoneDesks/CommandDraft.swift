import ZoneAccess
import ZoneModel
import ZoneWire

/// A command before it is accepted: what, on which device, by whom, and what must be so when it begins.
package struct CommandDraft: Sendable {
    private static let longestActor = 120

    package var request: CommandRequest
    package var device: DeviceID
    /// As it stands in the journal.
    package var actor: String
    package var order: HexID?
    package var requires: [OrderJSON.Requirement] = []

    package init(_ request: CommandRequest, for device: DeviceID, by caller: Caller) {
        (self.request, self.device, actor) = (request, device, caller.description)
    }

    /// What the agent itself finds due.
    package init(_ request: CommandRequest, for device: DeviceID, actor: String) {
        (self.request, self.device, self.actor) = (request, device, actor)
    }

    /// An order of the hub; without a device it is about the whole PC.
    package init(_ order: OrderJSON) {
        request = CommandRequest(verb: order.verb, args: order.args, ttl: order.ttl)
        device = order.device ?? Verb.Target.machineID
        actor = "\(Role.hub.rawValue): \(order.actor.cleaned(limit: CommandDraft.longestActor))"
        (self.order, requires) = (order.id, order.requires ?? [])
    }

    func command(_ state: CommandState, at now: WallTime) -> CommandJSON {
        var command = CommandJSON(
            id: HexID.make().text, device: device, verb: request.verb, args: request.args, state: state, actor: actor,
            requestedAt: now)
        (command.order, command.requires) = (order, requires.isEmpty ? nil : requires)
        return command
    }
}

extension EventName {
    package static let commandRejected = EventName(rawValue: "command.rejected")
}

extension ErrorJSON {
    /// As the result of a command that was rejected.
    package var asResult: JSONValue { ["code": .string(code), "message": .string(message), "zh": .string(zh)] }
}

extension JSONValue {
    /// In bytes of JSON. What is longer stays with the command; its row in the history says how long it was, because
    /// rows of this class are kept for a year.
    private static let longestInHistory = 2048

    var forHistory: JSONValue {
        guard let bytes = try? WireCoding.encode(self).count, bytes > JSONValue.longestInHistory else { return self }
        return ["bytes": .integer(Int64(bytes))]
    }
}
