import ZoneModel

/// queued -> sent -> accepted, rejected or scheduled -> running -> succeeded, failed, cancelled, expired, interrupted.
package enum CommandState: String, Sendable, Codable {
    case queued, sent, accepted, rejected, scheduled, running, succeeded, failed, cancelled, expired, interrupted

    package var isOver: Bool {
        switch self {
        case .queued, .sent, .accepted, .scheduled, .running: false
        case .rejected, .succeeded, .failed, .cancelled, .expired, .interrupted: true
        }
    }
}

/// `POST /v1/devices/{id}/commands`.
package struct CommandRequest: Sendable, Hashable, Codable {
    package var verb: String
    package var args: JSONValue?
    /// ms that it may wait for its turn; then it expires. 1000 to 86400000, by default 60000.
    package var ttl: Int64?

    package init(verb: String, args: JSONValue? = nil, ttl: Int64? = nil) {
        (self.verb, self.args, self.ttl) = (verb, args, ttl)
    }
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
    /// CLOCK_BOOTTIME in ms of the boot `boot`, after which it does not begin any more.
    package var expires: Int64?
    package var boot: String?
    /// The order of the hub that it carries out.
    package var order: HexID?
    /// What must be so when it begins; only orders ask for anything.
    package var requires: [OrderJSON.Requirement]?

    package init(
        id: String, device: DeviceID, verb: String, args: JSONValue?, state: CommandState, actor: String,
        requestedAt: WallTime
    ) {
        (self.id, self.device, self.verb, self.args, self.state) = (id, device, verb, args, state)
        (self.actor, self.requestedAt, changedAt) = (actor, requestedAt, requestedAt)
    }
}
