import ZoneModel

/// Agent to hub, `POST /v1/heartbeats`. `v` is 1; within a version changes are additive.
package struct Heartbeat: Sendable, Hashable, Codable {
    package static let version = 1

    package enum Reason: String, Sendable, Codable { case boot, periodic, change, drain, triggered, shutdown }

    /// Journal positions that hold nothing any more; `seq` from…to, both ends included.
    package struct Gap: Sendable, Hashable, Codable {
        package var from: Int64
        package var to: Int64

        package init(from: Int64, to: Int64) { (self.from, self.to) = (from, to) }
    }

    /// From `opens` up to, not including, `closes`.
    package struct OpenInterval: Sendable, Hashable, Codable {
        package var opens: WallTime
        package var closes: WallTime

        package init(opens: WallTime, closes: WallTime) { (self.opens, self.closes) = (opens, closes) }
    }

    package var v: Int
    package var zone: ZoneID
    package var node: NodeID
    package var stream: HexID
    package var epoch: HexID
    package var boot: String
    /// Counts heartbeats since the agent's start.
    package var hb: Int64
    package var reason: Reason
    package var sentAt: WallTime
    /// CLOCK_BOOTTIME in ms.
    package var mono: Int64
    package var clock: ClockQuality
    /// ms to the next periodic heartbeat, as the agent understands it.
    package var interval: Int64
    package var hoursRev: Int64
    package var stateHash: String
    /// Sent whenever the hash differs from the last acknowledged one.
    package var state: ZoneStateJSON?
    /// The contiguous run after the last acknowledged one.
    package var events: [Event]?
    package var gaps: [Gap]?
    /// The published opening intervals from yesterday on, 14 days of them; sent when the hub wants them (`want: hours`).
    package var hours: [OpenInterval]?
    /// How far the orders of the hub are.
    package var results: [OrderResultJSON]?
    /// Names of lines of cases that came down with the last reply and are on this disk now; the hub tells them until then.
    package var entries: [String]?
    /// Names the set of trust anchors that the node holds; the hub sends its own when they differ.
    package var anchors: String?
    package var aboutSelf: SelfJSON?

    private enum CodingKeys: String, CodingKey {
        case v, zone, node, stream, epoch, boot, hb, reason, sentAt, mono, clock, interval, hoursRev, stateHash, state
        case events, gaps, hours, results, entries, anchors
        case aboutSelf = "self"
    }

    package init(
        zone: ZoneID, node: NodeID, stream: HexID, epoch: HexID, boot: String, hb: Int64, reason: Reason,
        sentAt: WallTime, mono: MonoTime, clock: ClockQuality, interval: Duration, stateHash: String
    ) {
        (v, hoursRev) = (Heartbeat.version, 0)
        (self.zone, self.node, self.stream, self.epoch, self.boot) = (zone, node, stream, epoch, boot)
        (self.hb, self.reason, self.sentAt, self.mono) = (hb, reason, sentAt, mono.milliseconds)
        (self.clock, self.interval, self.stateHash) = (clock, interval.milliseconds, stateHash)
    }
}

/// The live picture of one node.
package struct ZoneStateJSON: Sendable, Hashable, Codable {
    package var name: String
    package var purpose: String
    package var type: String
    package var devices: [DeviceJSON]
    /// Staff have closed the zone; `hours` know nothing of it.
    package var closure: HoursJSON.ClosureJSON?

    package init(name: String, purpose: String, type: String, devices: [DeviceJSON]) {
        (self.name, self.purpose, self.type, self.devices) = (name, purpose, type, devices)
    }
}

/// What the agent knows of itself; rides along.
package struct SelfJSON: Sendable, Hashable, Codable {
    package var version: String
    package var uptimeMs: Int64
    /// Heartbeats that failed since the last one that was accepted.
    package var failedHeartbeats: Int
    package var workerKills: Int
    /// How often one of the agent's own timers was more than a second late since start, and the worst of it in ms.
    package var stalls: Int?
    package var longestStallMs: Int64?

    package init(
        version: String, uptimeMs: Int64, failedHeartbeats: Int, workerKills: Int, stalls: Int? = nil,
        longestStallMs: Int64? = nil
    ) {
        (self.version, self.uptimeMs, self.failedHeartbeats) = (version, uptimeMs, failedHeartbeats)
        (self.workerKills, self.stalls, self.longestStallMs) = (workerKills, stalls, longestStallMs)
    }
}

/// Hub to agent.
package struct HeartbeatReply: Sendable, Hashable, Codable {
    package enum Status: String, Sendable, Codable { case accepted, pending, rejected }

    package struct Position: Sendable, Hashable, Codable {
        package var stream: HexID
        package var seq: Int64

        package init(stream: HexID, seq: Int64) { (self.stream, self.seq) = (stream, seq) }
    }

    package var v: Int
    package var status: Status
    /// Everything up to here is on the hub's disk.
    package var ackThrough: Position?
    /// The state hash the hub holds.
    package var stateAck: String?
    package var serverTime: WallTime
    /// ms; the agent uses it from now on.
    package var interval: Int64
    /// ms to wait before the next one.
    package var retryAfter: Int64?
    /// How much history the next heartbeat may carry, and when: live states come before history.
    package struct Backfill: Sendable, Hashable, Codable {
        /// Events, 0 to 500.
        package var events: Int
        /// ms to wait before the next heartbeat that only carries history.
        package var afterMs: Int64

        package init(events: Int, afterMs: Int64) { (self.events, self.afterMs) = (events, afterMs) }
    }

    package var backfill: Backfill?
    /// What the hub lacks: `state`, `hours`, `renew` (a new certificate); unknown words are passed over.
    package var want: [String]
    /// `OrderJSON`; one that is not readable does not cost the others.
    package var commands: [JSONValue]
    /// Lines of cases that were written at the hub, told until the node says that it holds them (decision 0038).
    package var entries: [JSONValue]
    /// The hub's trust anchors, PEM, when the node's differ.
    package var anchors: [String]?

    package init(
        status: Status, ackThrough: Position?, stateAck: String?, serverTime: WallTime, interval: Duration,
        want: [String] = []
    ) {
        (v, commands, entries) = (Heartbeat.version, [], [])
        (self.status, self.ackThrough, self.stateAck, self.serverTime) = (status, ackThrough, stateAck, serverTime)
        (self.interval, self.want) = (interval.milliseconds, want)
    }
}
