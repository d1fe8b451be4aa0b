import ZoneModel
import ZoneWire

/// What the hub knows of one node: when it was heard, the last state it sent, its opening hours.
package struct NodeRecord: Sendable, Hashable {
    package var zone: ZoneID
    package var node: NodeID
    package var lastHeard: WallTime
    /// At which the hub wants to hear it, whatever it told it last: judged more strictly a lost answer would be silence.
    package var intervalMs: Int64
    /// Said goodbye on an orderly shutdown.
    package var saidGoodbye: Bool
    package var stateHash: String
    package var state: ZoneStateJSON?
    package var hours: OpeningHours?
    /// As judged last; on the disk.
    package var liveness: ZoneLiveness
    /// When two boots of this identity were last seen at work side by side.
    package var interleaved: WallTime?

    package init(_ name: NodeName, lastHeard: WallTime) {
        (zone, node) = (name.zone, name.node)
        (self.lastHeard, intervalMs, saidGoodbye) = (lastHeard, HubRhythm.of(purpose: nil).interval.milliseconds, false)
        (stateHash, liveness) = ("", .live)
    }

    package var name: NodeName { NodeName(zone: zone, node: node) }

    /// A day without two boots at work ends the suspicion.
    package func isCloned(at now: WallTime) -> Bool {
        interleaved.map { now.milliseconds - $0.milliseconds < IngestNode.suspicion } ?? false
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

/// The published opening intervals of one node's zone, as the node sent them.
package struct OpeningHours: Sendable, Hashable, Codable {
    /// Of the configuration that said so; above 0.
    package var revision: Int64
    /// What they say goes up to here.
    package var until: WallTime
    /// In order, apart from each other.
    package var intervals: [Heartbeat.OpenInterval]

    private static let day: Int64 = 86_400_000
    private static let mostIntervals = 200

    /// From a heartbeat: 14 days beginning with yesterday. What lies elsewhere or runs backwards is left out.
    package init(revision: Int64, _ told: [Heartbeat.OpenInterval], at now: WallTime) {
        let (first, last) = (now.milliseconds - 3 * OpeningHours.day, now.milliseconds + 31 * OpeningHours.day)
        let sound = told.prefix(OpeningHours.mostIntervals).filter {
            $0.opens < $0.closes && $0.opens.milliseconds >= first && $0.closes.milliseconds <= last
        }
        self.revision = revision
        until = now.advanced(byMilliseconds: 12 * OpeningHours.day)
        intervals = sound.sorted { $0.opens < $1.opens }.reduce(into: []) { merged, interval in
            guard let before = merged.last, interval.opens <= before.closes else { return merged.append(interval) }
            merged[merged.count - 1].closes = max(before.closes, interval.closes)
        }
    }

    /// What the hub has for a node that names `revision`: not this revision, or it ends within three days.
    package func isWorn(at now: WallTime, revision named: Int64) -> Bool {
        named != revision || until.milliseconds - now.milliseconds < 3 * OpeningHours.day
    }

    package func interval(at now: WallTime) -> Heartbeat.OpenInterval? {
        intervals.last { $0.opens <= now }.flatMap { now < $0.closes ? $0 : nil }
    }
}
