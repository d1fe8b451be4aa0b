import ZoneModel

/// A command on its way from the hub to a node, in `commands` of a heartbeat's reply. The hub repeats it until the node
/// has said what it makes of it; the id keeps it from being done twice.
package struct OrderJSON: Sendable, Hashable, Codable {
    /// What must be so at the moment it begins, else it is rejected.
    package enum Requirement: String, Sendable, Codable, CaseIterable {
        /// Outside the published opening hours.
        case closedHours
        /// The device is held in maintenance (or disabled).
        case maintenance
        /// Nobody holds a lease on the device.
        case noLease
    }

    package var id: HexID
    package var verb: String
    /// Absent for what concerns the whole PC.
    package var device: DeviceID?
    package var args: JSONValue?
    /// ms from its arrival in which it may begin; 1000 to 86400000.
    package var ttl: Int64
    package var requires: [Requirement]?
    /// Who asked at the hub, as it stands in the audit.
    package var actor: String

    package init(
        id: HexID, verb: String, device: DeviceID?, args: JSONValue? = nil, ttl: Int64,
        requires: [Requirement]? = nil, actor: String
    ) {
        (self.id, self.verb, self.device, self.args) = (id, verb, device, args)
        (self.ttl, self.requires, self.actor) = (ttl, requires, actor)
    }
}

/// How far a node is with an order, in `results` of a heartbeat; sent again until a heartbeat with it was accepted.
package struct OrderResultJSON: Sendable, Hashable, Codable {
    package var id: HexID
    package var state: CommandState
    package var at: WallTime
    package var result: JSONValue?

    package init(id: HexID, state: CommandState, at: WallTime, result: JSONValue? = nil) {
        (self.id, self.state, self.at, self.result) = (id, state, at, result)
    }
}
