import ZoneModel
import ZoneWire

/// How often a healing step was tried on one device on one day (zone time).
package struct HealCount: Sendable, Hashable, Codable {
    package var device: DeviceID
    package var step: String
    /// `2026-11-21`.
    package var date: String
    package var count: Int

    package init(device: DeviceID, step: String, date: String, count: Int) {
        (self.device, self.step, self.date, self.count) = (device, step, date, count)
    }
}

/// A request with an `Idempotency-Key`: the same key from the same user on the same route is the same request.
package struct RememberedRequest: Sendable, Hashable, Codable {
    package var user: UInt32
    package var route: String
    package var key: String
    /// SHA-256 of the body, hex.
    package var bodyHash: String
    /// The id of the command or job it made.
    package var made: String
    package var at: WallTime

    package init(user: UInt32, route: String, key: String, bodyHash: String, made: String, at: WallTime) {
        (self.user, self.route, self.key) = (user, route, key)
        (self.bodyHash, self.made, self.at) = (bodyHash, made, at)
    }
}

/// A job with what only the agent itself may know about it.
package struct JobRecord: Sendable, Hashable, Codable {
    package var job: JobJSON
    /// Who gave it in; others see it only with a right of their own.
    package var user: UInt32
    /// The kernel's boot_id at its acceptance; `expires` counts only within it.
    package var boot: String
    /// CLOCK_BOOTTIME in ms after which it does not begin any more.
    package var expires: Int64

    package init(job: JobJSON, user: UInt32, boot: String, expires: Int64) {
        (self.job, self.user, self.boot, self.expires) = (job, user, boot, expires)
    }
}

/// How often a condition came and went on one day, so that a flapping contact does not fill the journal.
package struct FlapCount: Sendable, Hashable, Codable {
    package var device: DeviceID
    package var code: ConditionCode
    /// `2026-11-21`.
    package var date: String
    /// Rows written that day.
    package var rows: Int
    /// Changes since then that have no row of their own.
    package var untold: Int

    package init(device: DeviceID, code: ConditionCode, date: String, rows: Int = 0, untold: Int = 0) {
        (self.device, self.code, self.date, self.rows, self.untold) = (device, code, date, rows, untold)
    }
}
