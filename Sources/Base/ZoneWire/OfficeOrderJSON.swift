import ZoneModel

/// The closed list of what the hub may tell a node to do.
package enum OrderVerb: String, Sendable, Codable, CaseIterable {
    case probe, heal, check, testPage, show, brightness, blank, restartService, diagnostics, configure

    /// Whether it is done to one device; `nil`: with or without.
    package var needsDevice: Bool? {
        switch self {
        case .probe, .heal, .testPage, .show, .brightness, .blank: true
        case .restartService, .diagnostics, .configure: false
        case .check: nil
        }
    }
}

/// `POST /v1/orders` at the hub's office.
package struct OrderRequest: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    package var verb: OrderVerb
    package var device: DeviceID?
    package var args: JSONValue?
    package var requires: [OrderJSON.Requirement]?
    /// ms in which the node must accept it; 1000 to 86400000, by default 600000.
    package var ttl: Int64?

    package init(
        name: NodeName, verb: OrderVerb, device: DeviceID? = nil, args: JSONValue? = nil,
        requires: [OrderJSON.Requirement]? = nil, ttl: Int64? = nil
    ) {
        (zone, node, self.verb, self.device, self.args) = (name.zone, name.node, verb, device, args)
        (self.requires, self.ttl) = (requires, ttl)
    }
}

/// An order as the hub keeps it: the answer to the POST and an element of `GET /v1/orders`.
package struct OrderRecordJSON: Sendable, Hashable, Codable {
    package var id: HexID
    package var zone: ZoneID
    package var node: NodeID
    package var verb: String
    package var device: DeviceID?
    package var args: JSONValue?
    package var requires: [OrderJSON.Requirement]?
    /// Who asked, for example `uid 1000 via office.sock`.
    package var actor: String
    package var createdAt: WallTime
    /// Not accepted by then, it is expired.
    package var expiresAt: WallTime
    package var state: CommandState
    package var changedAt: WallTime
    /// When it came to this, by the node's own clock.
    package var reportedAt: WallTime?
    package var result: JSONValue?
    /// The state is what the hub concluded from silence; what the node says later is the truth.
    package var isConcluded: Bool?

    package init(
        id: HexID, _ request: OrderRequest, actor: String, createdAt: WallTime, ttl: Duration
    ) {
        self.id = id
        (zone, node, verb, device) = (request.zone, request.node, request.verb.rawValue, request.device)
        (args, requires, self.actor) = (request.args, request.requires, actor)
        (self.createdAt, changedAt, state) = (createdAt, createdAt, .queued)
        expiresAt = createdAt.advanced(byMilliseconds: ttl.milliseconds)
    }

    package var name: NodeName { NodeName(zone: zone, node: node) }
}

/// A line of the audit: who did what at the hub, and when. `GET /v1/audit`.
package struct AuditEntryJSON: Sendable, Hashable, Codable {
    package var id: Int64
    package var at: WallTime
    package var actor: String
    /// `order.placed`, `enrolment.approved`, …
    package var act: String
    /// Whom it was about, for example `liangping-01/pc-1`.
    package var subject: String
    package var detail: String

    package init(id: Int64, at: WallTime, actor: String, act: String, subject: String, detail: String) {
        (self.id, self.at, self.actor, self.act) = (id, at, actor, act)
        (self.subject, self.detail) = (subject, detail)
    }
}
