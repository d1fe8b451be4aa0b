import ZoneModel
import ZoneWire

/// The rules of a hub in a page: what it holds, how far it confirms, what it grants. No disk, no clock.
struct ModelHub: Sendable {
    /// A number of an opening is held once, whatever stream it comes in.
    struct Key: Hashable, Sendable {
        var epoch: HexID
        var seq: Int64
    }

    /// A set, as the hub's unique key makes it.
    private(set) var held: [Key: Event] = [:]
    private(set) var missing: [HexID: Set<Int64>] = [:]
    private(set) var position: [HexID: Int64] = [:]
    private(set) var state: ZoneStateJSON?
    private(set) var stateHash: String?
    private(set) var results: [OrderResultJSON] = []
    /// How often an event came that was there already.
    private(set) var replays = 0

    var interval = Duration.seconds(60)
    var backfill: HeartbeatReply.Backfill?
    var want: [String] = []
    var commands: [JSONValue] = []
    var retryAfter: Int64?
    var status = HeartbeatReply.Status.accepted

    mutating func take(_ beat: Heartbeat) -> HeartbeatReply {
        if status == .accepted { store(beat) }
        var reply = HeartbeatReply(
            status: status,
            ackThrough: status == .accepted ? .init(stream: beat.stream, seq: position[beat.stream] ?? 0) : nil,
            stateAck: stateHash, serverTime: beat.sentAt, interval: interval, want: want)
        (reply.backfill, reply.commands, reply.retryAfter) = (backfill, commands, retryAfter)
        return reply
    }

    private mutating func store(_ beat: Heartbeat) {
        if let state = beat.state { (self.state, stateHash) = (state, beat.stateHash) }
        results += beat.results ?? []
        guard let events = beat.events, let last = events.last else { return }
        for event in events {
            let key = Key(epoch: event.epoch, seq: event.seq)
            if held.updateValue(event, forKey: key) != nil { replays += 1 }
        }
        let declared = (beat.gaps ?? []).flatMap { Array($0.from...$0.to) }
        missing[beat.stream, default: []].formUnion(declared)
        let there = Set(events.map(\.seq) + declared)
        // A stream that is not known here is asked for as a whole: this may be an older copy of the hub.
        let known = position[beat.stream] ?? 0
        // Not `allSatisfy` on a range that may run backwards: a replay moves nothing.
        guard last.seq > known, (known + 1...last.seq).allSatisfy(there.contains) else {
            position[beat.stream] = known
            return
        }
        position[beat.stream] = last.seq
    }

    /// The numbers held, in order.
    var numbers: [Int64] { held.keys.map(\.seq).sorted() }

    /// The hub knows more of this stream than its agent does.
    mutating func foresee(_ stream: HexID, through seq: Int64) { position[stream] = seq }
}
