import ZoneModel

/// live -> late (1.5 x interval + grace) -> silent (3 x, inside opening hours where they are known); after a goodbye
/// closed; notOpened: not heard 15 minutes after the opening; unseen: on the roster and never heard; retired: the
/// roster says so.
package enum ZoneLiveness: String, Sendable, Codable, CaseIterable {
    case live, late, silent, closed, notOpened, unseen, retired

    /// For "a zone's state is its best node's": lower is better.
    package var rank: Int {
        switch self {
        case .live: 0
        case .late: 1
        case .closed: 2
        case .notOpened: 3
        case .silent: 4
        case .unseen: 5
        case .retired: 6
        }
    }
}

/// The verdict of the rule for one of the three groups.
/// `closed`: out of service, because the zone is closed.
package enum GroupVerdict: String, Sendable, Codable { case ok, bad, unknown, closed }

/// One element of `GET /api/v1/zones`.
package struct ZoneJSON: Sendable, Hashable, Codable {
    package struct Node: Sendable, Hashable, Codable {
        package var node: NodeID
        package var state: ZoneLiveness
        package var lastHeard: WallTime

        package init(node: NodeID, state: ZoneLiveness, lastHeard: WallTime) {
            (self.node, self.state, self.lastHeard) = (node, state, lastHeard)
        }
    }

    package struct Groups: Sendable, Hashable, Codable {
        package var network: GroupVerdict
        package var query: GroupVerdict
        package var print: GroupVerdict

        package init(network: GroupVerdict, query: GroupVerdict, print: GroupVerdict) {
            (self.network, self.query, self.print) = (network, query, print)
        }
    }

    package struct Observer: Sendable, Hashable, Codable {
        package var node: NodeID
        package var id: DeviceID

        package init(node: NodeID, id: DeviceID) { (self.node, self.id) = (node, id) }
    }

    package struct Headline: Sendable, Hashable, Codable {
        package var headline: String
        package var next: String
    }

    package struct OpenCondition: Sendable, Hashable, Codable {
        package var code: String
        package var severity: Severity
        package var since: WallTime
        package var fixer: Fixer?
        /// The texts of a code that this hub knows; a newer agent's code is shown raw.
        package var zh: Headline?
        package var en: String?

        package init(_ condition: ConditionJSON) {
            (code, severity, since, fixer) = (condition.code, condition.severity, condition.since, condition.fixer)
            zh = condition.texts.map { Headline(headline: $0.headline, next: $0.nextStep) }
            en = condition.texts?.english
        }
    }

    package struct Device: Sendable, Hashable, Codable {
        package var id: DeviceID
        package var node: NodeID
        package var kind: DeviceKind
        package var place: String?
        package var health: Health
        package var serviceable: Bool
        package var simulated: Bool
        package var presence: Presence
        package var link: Link
        package var activity: Activity
        package var mode: Mode
        package var observers: [Observer]
        package var conditions: [OpenCondition]

        /// A device as a node that is heard says it is.
        package init(_ device: DeviceJSON, node: NodeID) {
            (id, kind, place, health) = (device.id, device.kind, device.place, device.health)
            (serviceable, simulated, presence) = (device.serviceable, device.simulated, device.presence)
            (link, activity, mode) = (device.link, device.activity, device.mode)
            self.node = node
            observers = [Observer(node: node, id: device.id)]
            conditions = device.conditions.map(OpenCondition.init)
        }

        /// A silent node's devices are unknown; what was open before stays visible as the last thing known.
        package mutating func becomeUnknown() {
            (health, serviceable, presence, link, activity) = (.unknown, false, .unknown, .unknown, .unknown)
        }
    }

    package var zone: ZoneID
    package var name: String
    package var purpose: String
    package var type: String
    package var state: ZoneLiveness
    package var nodes: [Node]
    package var groups: Groups
    package var devices: [Device]
    /// Whether the district's roster lists it; absent while no roster was imported.
    package var onRoster: Bool?
    /// `false`: the roster says that no agent is to be expected there.
    package var hasAgent: Bool?
    /// Out of its published hours: when they begin next. Absent within them, and where they are not known.
    package var closedUntil: WallTime?
    /// Staff have closed it.
    package var closure: HoursJSON.ClosureJSON?
    /// What is wrong with the zone as a whole, such as `identity.cloned`; absent when nothing is.
    package var alerts: [String]?

    package init(
        zone: ZoneID, name: String, purpose: String, type: String, state: ZoneLiveness, nodes: [Node], groups: Groups,
        devices: [Device]
    ) {
        (self.zone, self.name, self.purpose, self.type) = (zone, name, purpose, type)
        (self.state, self.nodes, self.groups, self.devices) = (state, nodes, groups, devices)
    }
}

/// How many of the roster's zones the hub hears.
package struct ZonesSummary: Sendable, Hashable, Codable {
    package var onRoster: Int
    /// Of these, how many are to have an agent.
    package var withAgent: Int
    /// Zones that were ever heard, on the roster or not.
    package var heard: Int
    /// How many zones are in which state (`ZoneLiveness`).
    package var byState: [String: Int]

    package init(onRoster: Int, withAgent: Int, heard: Int, byState: [String: Int]) {
        (self.onRoster, self.withAgent, self.heard, self.byState) = (onRoster, withAgent, heard, byState)
    }
}
