/// Who a device says it is. Every string is cleaned of control characters before it gets here.
package struct Identity: Sendable, Hashable, Codable {
    package var vendor: String?
    package var model: String?
    package var serial: String?
    package var firmware: String?
    /// Vendor and product id, four hex digits each, such as `222a:0001`.
    package var busId: String?
    /// Where it is plugged, such as `usb-0000:00:14.0-2`, or its address.
    package var busPath: String?

    package init(
        vendor: String? = nil, model: String? = nil, serial: String? = nil, firmware: String? = nil,
        busId: String? = nil, busPath: String? = nil
    ) {
        (self.vendor, self.model, self.serial) = (vendor, model, serial)
        (self.firmware, self.busId, self.busPath) = (firmware, busId, busPath)
    }
}

/// One open condition of one device.
package struct Condition: Sendable, Hashable, Codable {
    package var code: ConditionCode
    package var severity: Severity
    package var since: WallTime
    package var lastSeen: WallTime
    package var fixer: Fixer
    /// What was seen, in the device's own words, for example `media-empty-error`.
    package var evidence: String?
    package var simulated: Bool

    package init(
        code: ConditionCode, severity: Severity, since: WallTime, lastSeen: WallTime, fixer: Fixer,
        evidence: String?, simulated: Bool
    ) {
        (self.code, self.severity, self.since, self.lastSeen) = (code, severity, since, lastSeen)
        (self.fixer, self.evidence, self.simulated) = (fixer, evidence, simulated)
    }
}

/// What does not change from minute to minute about a device on the list.
package struct DeviceCard: Sendable, Hashable, Codable {
    package var id: DeviceID
    package var kind: DeviceKind
    package var place: String?
    package var watch: Watch

    package init(id: DeviceID, kind: DeviceKind, place: String? = nil, watch: Watch = .machine) {
        (self.id, self.kind, self.place, self.watch) = (id, kind, place, watch)
    }
}

/// One device as everybody outside sees it: the card, the axes, what is open, who it says it is.
package struct DeviceState: Sendable, Hashable {
    package var card: DeviceCard
    package var presence: Presence = .unknown
    package var link: Link = .unknown
    package var activity: Activity = .unknown
    /// The strongest of `holds`.
    package var mode: Mode { holds.effectiveMode }
    package var holds: [Hold] = []
    /// Why an axis is unknown or down, such as `permission` or `timedOut`; nothing while all is known.
    package var reason: String?
    package var conditions: [Condition] = []
    /// What cannot be seen behind one of `conditions`, and has not been seen to be well since: not open, and not over.
    package var hidden: Set<ConditionCode> = []
    package var identity = Identity()
    package var simulated = false
    /// By kind (panel: slots, axes; printer: supplies, trays, counters). Rides along, is not part of the state hash.
    package var details: JSONValue = [:]
    /// How often what happened, since the device came onto the list: `deposits`, `lidOpenings`. What was counted is on
    /// the disk before it is shown.
    package var counts: [String: Int64] = [:]
    /// The last good answer.
    package var lastSeen: WallTime?

    package init(card: DeviceCard) { self.card = card }

    package var health: Health {
        Health(presence: presence, link: link, severities: conditions.lazy.map(\.severity))
    }

    /// Can a citizen use it now?
    package var serviceable: Bool { mode == .service && (health == .ok || health == .degraded) }
}
