import ZoneModel
import ZoneWire

/// What the uplink remembers between two heartbeats.
struct UplinkMemory: Sendable {
    /// Confirmed by the hub: history goes on after it.
    var acknowledged: Int64
    /// The highest number that this uplink has sent. A confirmation of more than that is of another life of this
    /// journal; what of ours has those numbers has yet to be sent.
    var sentThrough: Int64
    /// The state hash that the hub says it holds.
    var acknowledgedHash: String?
    /// The state that the last heartbeat was about.
    var told: (state: ZoneStateJSON, hash: String)?
    var hoursAreWanted = false
    /// Events that the hub does not take even alone.
    var passedOver: Set<Int64> = []
    var passedOverAt: [MonoTime] = []
    /// The hub refused a heartbeat with long results: until one is accepted they go without what makes them long.
    var resultsAreBrief = false
    /// Answers to orders that could not be read.
    var refusals: [OrderResultJSON] = []
    var hb: Int64 = 0

    private var rewoundAt: MonoTime?

    init(acknowledged: Int64) { (self.acknowledged, sentThrough) = (acknowledged, acknowledged) }

    /// Once an hour: a disk is restored from an image once, and a hub that confirms the future each time would make a
    /// new stream with each heartbeat.
    mutating func mayRewind(at now: MonoTime) -> Bool {
        if let rewoundAt, now.since(rewoundAt) < .seconds(3600) { return false }
        rewoundAt = now
        return true
    }

    /// At most twenty a day: beyond that it is not the events. (A proxy that takes one kilobyte takes heartbeats
    /// without history and refuses every single event.)
    mutating func mayPassOver(at now: MonoTime) -> Bool {
        passedOverAt.removeAll { now.since($0) >= .seconds(86_400) }
        return passedOverAt.count < 20
    }
}

/// A heartbeat and what one must know of it when the answer comes.
struct UplinkDraft: Sendable {
    var heartbeat: Heartbeat
    var batch = Batch()
    /// Of the desk; the others are refusals.
    var deskResults: [OrderResultJSON] = []

    /// Nothing of any size but history.
    var isBare: Bool { heartbeat.state == nil && heartbeat.hours == nil && heartbeat.results == nil }
}
