import ZoneModel
import ZoneWire

/// What the hub knows of one node: its last heartbeat and the last state it sent.
package struct NodeRecord: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    package var stream: HexID
    package var epoch: HexID
    package var boot: String
    package var hb: Int64
    package var lastHeard: WallTime
    package var intervalMs: Int64
    /// Said goodbye on an orderly shutdown.
    package var saidGoodbye: Bool
    package var stateHash: String
    package var state: ZoneStateJSON?

    /// - Parameter before: what was known; a heartbeat without state keeps the one it confirms.
    package init(_ heartbeat: Heartbeat, before: NodeRecord?, at now: WallTime, interval: Duration) {
        (zone, node, stream, epoch) = (heartbeat.zone, heartbeat.node, heartbeat.stream, heartbeat.epoch)
        (boot, hb, lastHeard) = (heartbeat.boot, heartbeat.hb, now)
        intervalMs = interval.milliseconds
        saidGoodbye = heartbeat.reason == .shutdown
        (stateHash, state) = (before?.stateHash ?? "", before?.state)
        if let fresh = heartbeat.state { (stateHash, state) = (heartbeat.stateHash, fresh) }
    }

    /// live -> late after 1.5 x interval + grace -> silent after 3 x interval.
    package func liveness(at now: WallTime, grace: Duration) -> ZoneLiveness {
        if saidGoodbye { return .closed }
        let age = now.milliseconds - lastHeard.milliseconds
        if age <= intervalMs * 3 / 2 + grace.milliseconds { return .live }
        return age <= intervalMs * 3 ? .late : .silent
    }
}

/// How often zones report. A demo zone is quicker, because somebody is watching.
package struct HubRhythm: Sendable, Hashable {
    package var interval: Duration
    package var grace: Duration

    package static func of(purpose: String?) -> HubRhythm {
        purpose == "demo"
            ? HubRhythm(interval: .seconds(10), grace: .seconds(5))
            : HubRhythm(interval: .seconds(60), grace: .seconds(30))
    }
}
