import ZoneModel

/// queued -> sent -> accepted, rejected or scheduled -> running -> succeeded, failed, cancelled, expired, interrupted.
package enum CommandState: String, Sendable, Codable {
    case accepted, running, succeeded, failed, interrupted

    package var isOver: Bool { self != .accepted && self != .running }
}

/// `POST /v1/devices/{id}/commands`.
package struct CommandRequest: Sendable, Hashable, Codable {
    package var verb: String
    package var args: JSONValue?

    package init(verb: String, args: JSONValue? = nil) { (self.verb, self.args) = (verb, args) }
}

/// A command as it stands: the answer to the POST.
package struct CommandJSON: Sendable, Hashable, Codable {
    package var id: String
    package var device: DeviceID
    package var verb: String
    package var args: JSONValue?
    package var state: CommandState
    /// Who asked, for example `uid 1000 via kiosk.sock`.
    package var actor: String
    package var requestedAt: WallTime
    package var changedAt: WallTime
    /// What came of it; for `failed` and `interrupted` the reason.
    package var result: JSONValue?

    package init(
        id: String, device: DeviceID, verb: String, args: JSONValue?, state: CommandState, actor: String,
        requestedAt: WallTime
    ) {
        (self.id, self.device, self.verb, self.args, self.state) = (id, device, verb, args, state)
        (self.actor, self.requestedAt, changedAt) = (actor, requestedAt, requestedAt)
    }
}
