// Purpose: every JSON that leaves a program: control API, heartbeat, hub API. Additive within a version; golden files.
import ZoneModel

/// A condition on the wire.
package struct ConditionJSON: Sendable, Hashable, Codable {
    package var code: String
    package var severity: Severity
    package var since: WallTime
    package var lastSeen: WallTime?
    package var fixer: Fixer?
    package var evidence: String?
    package var simulated: Bool?

    package init(_ condition: Condition) {
        (code, severity, since) = (condition.code.rawValue, condition.severity, condition.since)
        (lastSeen, fixer, evidence) = (condition.lastSeen, condition.fixer, condition.evidence)
        simulated = condition.simulated ? true : nil
    }

    /// The texts of a code this program knows.
    package var texts: ConditionTexts? { ConditionCode(rawValue: code)?.texts }
}

/// A device on the control API, in `zonectl status --json` and in a heartbeat's state.
package struct DeviceJSON: Sendable, Hashable, Codable {
    package var id: DeviceID
    package var kind: DeviceKind
    package var place: String?
    /// Where citizens take what it printed; on the control API only.
    package var collect: String?
    package var watch: Watch
    package var presence: Presence
    package var link: Link
    package var activity: Activity
    package var mode: Mode
    package var holds: [Hold]?
    package var reason: String?
    package var health: Health
    package var serviceable: Bool
    package var simulated: Bool
    package var conditions: [ConditionJSON]
    package var identity: Identity
    package var details: JSONValue?
    /// How often what happened, such as `deposits`; absent while nothing was counted.
    package var counts: [String: Int64]?
    package var lastSeen: WallTime?

    package init(_ state: DeviceState) {
        (id, kind, place, watch) = (state.card.id, state.card.kind, state.card.place, state.card.watch)
        (presence, link, activity, mode) = (state.presence, state.link, state.activity, state.mode)
        holds = state.holds.isEmpty ? nil : state.holds
        (reason, health, serviceable) = (state.reason, state.health, state.serviceable)
        (simulated, identity, details, lastSeen) = (state.simulated, state.identity, state.details, state.lastSeen)
        counts = state.counts.isEmpty ? nil : state.counts
        conditions = state.conditions.map(ConditionJSON.init).sorted { $0.code < $1.code }
    }
}

/// `GET /v1/devices` and `zonectl status --json`.
package struct DeviceListJSON: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    package var devices: [DeviceJSON]

    package init(zone: ZoneID, node: NodeID, devices: [DeviceJSON]) {
        (self.zone, self.node, self.devices) = (zone, node, devices)
    }
}

/// `GET /v1/status`.
package struct StatusJSON: Sendable, Hashable, Codable {
    package struct Counts: Sendable, Hashable, Codable {
        package var devices: Int
        package var ok: Int
        package var degraded: Int
        package var failed: Int
        package var unknown: Int

        package init(_ devices: [DeviceJSON]) {
            func count(_ health: Health) -> Int { devices.count { $0.health == health } }
            (self.devices, ok, degraded) = (devices.count, count(.ok), count(.degraded))
            (failed, unknown) = (count(.failed), count(.unknown))
        }
    }

    package var zone: ZoneID
    package var node: NodeID
    package var version: String
    package var boot: String
    package var uptimeMs: Int64
    /// The worst of the devices: failed, unknown, degraded, ok in this order.
    package var health: Health
    package var counts: Counts

    package init(zone: ZoneID, node: NodeID, version: String, boot: String, uptimeMs: Int64, devices: [DeviceJSON]) {
        (self.zone, self.node, self.version, self.boot, self.uptimeMs) = (zone, node, version, boot, uptimeMs)
        counts = Counts(devices)
        let order: [Health] = [.failed, .unknown, .degraded]
        health = order.first { worst in devices.contains { $0.health == worst } } ?? .ok
    }
}

/// Every error of the control API and the hub API.
package struct ErrorJSON: Error, Sendable, Hashable, Codable {
    package var code: String
    package var message: String
    package var zh: String
    package var fixer: Fixer

    package init(code: String, message: String, zh: String, fixer: Fixer = .technician) {
        (self.code, self.message, self.zh, self.fixer) = (code, message, zh, fixer)
    }
}

/// `GET /v1/public`: what citizens may read. No part, address or brand.
package struct PublicJSON: Sendable, Hashable, Codable {
    package struct Line: Sendable, Hashable, Codable {
        package var kind: DeviceKind
        package var serviceable: Bool
        package var text: String

        package init(kind: DeviceKind, serviceable: Bool, text: String) {
            (self.kind, self.serviceable, self.text) = (kind, serviceable, text)
        }
    }

    /// What was reported and what became of it, the latest first.
    package struct Report: Sendable, Hashable, Codable {
        package var kind: DeviceKind?
        package var text: String
        package var en: String
        /// What the office says to it.
        package var answer: String?

        package init(kind: DeviceKind?, text: String, en: String, answer: String?) {
            (self.kind, self.text, self.en, self.answer) = (kind, text, en, answer)
        }
    }

    package var name: String
    package var lines: [Line]
    /// Absent while there is none.
    package var reports: [Report]?

    package init(name: String, lines: [Line]) { (self.name, self.lines) = (name, lines) }
}
