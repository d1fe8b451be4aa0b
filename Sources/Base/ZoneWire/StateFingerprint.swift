import ZoneModel

/// What the state hash covers: the axes, health, and (code, severity, since) of each condition, with what names the
/// zone. lastSeen, ages, counters and evidence change all the time and ride along unhashed.
package struct StateFingerprint: Sendable, Hashable, Codable {
    struct ConditionPart: Sendable, Hashable, Codable {
        var code: String
        var severity: Severity
        var since: WallTime
    }

    struct DevicePart: Sendable, Hashable, Codable {
        var id: DeviceID
        var kind: DeviceKind
        var place: String?
        var watch: Watch
        var presence: Presence
        var link: Link
        var activity: Activity
        var mode: Mode
        var health: Health
        var simulated: Bool
        var identity: Identity
        var conditions: [ConditionPart]
    }

    var name: String
    var purpose: String
    var type: String
    var devices: [DevicePart]
    /// Absent without one, so that the hash of a zone in service is what it always was.
    var closure: HoursJSON.ClosureJSON?

    package init(_ state: ZoneStateJSON) {
        (name, purpose, type, closure) = (state.name, state.purpose, state.type, state.closure)
        devices = state.devices.sorted { $0.id < $1.id }.map { device in
            DevicePart(
                id: device.id, kind: device.kind, place: device.place, watch: device.watch, presence: device.presence,
                link: device.link, activity: device.activity, mode: device.mode, health: device.health,
                simulated: device.simulated, identity: device.identity,
                conditions: device.conditions.map { .init(code: $0.code, severity: $0.severity, since: $0.since) })
        }
    }
}
