import Crypto
import ZoneModel
import ZoneWire

/// What the uplink must know of its agent.
package struct UplinkSource: Sendable {
    package var zone: ZoneID
    package var node: NodeID
    /// The number of the opening hours in force.
    package var hoursRevision: @Sendable () -> Int64
    /// What `HoursForWire` makes of them; asked only when the hub wants them.
    package var hours: @Sendable () -> [Heartbeat.OpenInterval]
    /// The hash that names the trust anchors held; `nil` before there are any.
    package var anchors: @Sendable () -> String?
    package var state: @Sendable () -> ZoneStateJSON
    package var aboutSelf: @Sendable (_ failedHeartbeats: Int) async -> SelfJSON
    /// Told after each heartbeat: `nil` it arrived, else why it did not.
    package var tellReachability: @Sendable (HubFailure?) async -> Void
    /// Names of the hub's lines of cases that are on the disk since its last answer.
    package var entriesHeld: @Sendable () async -> [String] = { [] }
    /// Each answer of the hub, for what in it concerns others: trust anchors, the wish for a new certificate.
    package var heard: @Sendable (HeartbeatReply) async -> Void

    package init(
        zone: ZoneID, node: NodeID, hoursRevision: @escaping @Sendable () -> Int64 = { 0 },
        hours: @escaping @Sendable () -> [Heartbeat.OpenInterval] = { [] },
        anchors: @escaping @Sendable () -> String? = { nil },
        state: @escaping @Sendable () -> ZoneStateJSON,
        aboutSelf: @escaping @Sendable (Int) async -> SelfJSON,
        tellReachability: @escaping @Sendable (HubFailure?) async -> Void,
        heard: @escaping @Sendable (HeartbeatReply) async -> Void = { _ in }
    ) {
        (self.zone, self.node, self.state) = (zone, node, state)
        (self.hoursRevision, self.hours, self.anchors) = (hoursRevision, hours, anchors)
        (self.aboutSelf, self.tellReachability, self.heard) = (aboutSelf, tellReachability, heard)
    }
}

extension StateFingerprint {
    /// SHA-256 over sorted-key JSON, hexadecimal.
    package var hash: String {
        // Strings, enums and times only: encoding cannot fail; an empty text would merely be sent again.
        Hex.text(SHA256.hash(data: (try? WireCoding.encode(self)) ?? []))
    }
}
