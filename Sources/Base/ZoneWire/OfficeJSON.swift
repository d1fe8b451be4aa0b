import ZoneModel

/// `POST /v1/tokens` at the hub's office: a ticket with which one node may enrol once.
package struct TokenRequest: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    /// `host:port` by which the node reaches the agents' port; by default what hub.yaml says.
    package var address: String?

    package init(name: NodeName, address: String? = nil) {
        (zone, node, self.address) = (name.zone, name.node, address)
    }
}

/// `POST /v1/denials` shuts a node or a key out, `DELETE` lets it in again (`why` is then not needed).
package struct DenialRequest: Sendable, Hashable, Codable {
    /// Both, or neither and a key.
    package var zone: ZoneID?
    package var node: NodeID?
    /// A fingerprint: short, or 64 hex digits. Shuts one PC out and not the one that took its place.
    package var key: String?
    package var why: String?

    package init(name: NodeName, why: String? = nil) { (zone, node, self.why) = (name.zone, name.node, why) }
    package init(key: String, why: String? = nil) { (self.key, self.why) = (key, why) }
}

/// Answer to `POST /v1/import`.
package struct ImportReportJSON: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    package var createdAt: WallTime
    package var heartbeats: Int
    /// Events that the hub did not have yet.
    package var newEvents: Int
    /// Up to which number each stream is complete now.
    package var through: [HeartbeatReply.Position]
    /// `certificate.expired` or `certificate.tooOld`.
    package var flags: [String]
    /// How many heartbeats of the file were none of this node.
    package var refusedCount: Int
    /// The first 20 of them, with the reason.
    package var refused: [String]

    package init(name: NodeName, createdAt: WallTime, flags: [String]) {
        (zone, node, self.createdAt, self.flags) = (name.zone, name.node, createdAt, flags)
        (heartbeats, newEvents, through, refusedCount, refused) = (0, 0, [], 0, [])
    }
}

/// `GET /v1/summary`.
package struct HubSummaryJSON: Sendable, Hashable, Codable {
    /// How many zones are in each state.
    package var zones: [String: Int]
    /// Zones on the roster, and how many of them should report by themselves.
    package var onRoster: Int
    package var withAgent: Int
    package var pendingEnrolments: Int
    package var denied: Int
    package var openOrders: Int
    package var serverTime: WallTime
    /// What somebody should mend, in plain words: a year without its calendar of holidays.
    package var notices: [String]?

    package init(
        zones: [String: Int], onRoster: Int, withAgent: Int, pendingEnrolments: Int, denied: Int, openOrders: Int,
        serverTime: WallTime
    ) {
        (self.zones, self.onRoster, self.withAgent) = (zones, onRoster, withAgent)
        (self.pendingEnrolments, self.denied, self.openOrders) = (pendingEnrolments, denied, openOrders)
        self.serverTime = serverTime
    }
}
