// Purpose: the simulated fleet against a hub of a hundred lines that is right by inspection, and over real TLS.
import ZoneModel
import ZoneWire

/// What a hub must do with heartbeats, in memory and as plainly as it can be said.
struct ModelHub {
    struct Key: Hashable {
        var stream: HexID
        var epoch: HexID
        var seq: Int64
    }

    /// What an event was, as far as the ledger's sums go.
    struct Held: Hashable {
        var name: String
        var at: String
        var kind: String
    }

    struct Unreadable: Error { var why: String }

    private(set) var held: [Key: Held] = [:]
    private(set) var poison: Set<Key> = []
    /// Both, by number.
    private(set) var keys: [Int64: [Key]] = [:]
    private(set) var positions: [HexID: Int64] = [:]
    private(set) var boots: [String] = []
    private(set) var epochs: Set<HexID> = []
    private(set) var heartbeats: [Heartbeat] = []
    private(set) var wrongClocks = 0
    private(set) var repeated = 0
    var state: ZoneStateJSON?
    var stateHash: String?
    var interval: Int64 = 10_000
    var backfill: HeartbeatReply.Backfill? = .init(events: 100, afterMs: 50)
    var want: [String] = []
    var orders: [OrderJSON] = []
    private(set) var results: [OrderResultJSON] = []

    /// - Throws: `Unreadable` when even the envelope is wrong.
    mutating func take(_ body: [UInt8]) throws -> HeartbeatReply {
        let (beat, good, bad) = try ModelHub.read(body)
        heartbeats.append(beat)
        if boots.last != beat.boot { boots.append(beat.boot) }
        epochs.insert(beat.epoch)
        wrongClocks += beat.clock == .unsynced ? 1 : 0
        for event in good { keep(event, beat.stream) }
        for place in bad {
            let key = Key(stream: beat.stream, epoch: place.epoch, seq: place.seq)
            if poison.insert(key).inserted { keys[key.seq, default: []].append(key) }
        }
        advance(beat, Set(good.map(\.seq) + bad.map(\.seq)))
        if let fresh = beat.state { (state, stateHash) = (fresh, beat.stateHash) }
        take(beat.results ?? [])
        if beat.hours?.count == 14 { want.removeAll { $0 == "hours" } }
        var reply = HeartbeatReply(
            status: .accepted, ackThrough: positions[beat.stream].map { .init(stream: beat.stream, seq: $0) },
            stateAck: stateHash, serverTime: beat.sentAt, interval: .milliseconds(interval), want: want)
        reply.backfill = backfill
        reply.commands = try orders.map { try WireCoding.decode(JSONValue.self, try WireCoding.encode($0)) }
        return reply
    }

    /// Back to an older day: what came since is not there.
    mutating func restore(_ older: ModelHub) { self = older }

    private mutating func keep(_ event: Event, _ stream: HexID) {
        let key = Key(stream: stream, epoch: event.epoch, seq: event.seq)
        let new = Held(name: event.name.rawValue, at: event.at.rfc3339, kind: event.class.rawValue)
        if let old = held.updateValue(new, forKey: key) {
            repeated += old == new ? 1 : 1_000_000
        } else {
            keys[key.seq, default: []].append(key)
        }
    }

    private mutating func take(_ told: [OrderResultJSON]) {
        results += told
        orders.removeAll { order in told.contains { $0.id == order.id } }
    }

    private mutating func advance(_ beat: Heartbeat, _ present: Set<Int64>) {
        guard let last = present.max() else { return }
        var numbers = present
        for gap in beat.gaps ?? [] { numbers.formUnion(gap.from...gap.to) }
        var through = positions[beat.stream] ?? (numbers.min() ?? last) - 1
        while numbers.contains(through + 1) { through += 1 }
        positions[beat.stream] = through
    }

    private static func read(
        _ body: [UInt8]
    ) throws -> (Heartbeat, [Event], [(seq: Int64, epoch: HexID)]) {
        if let beat = try? WireCoding.decode(Heartbeat.self, body) { return (beat, beat.events ?? [], []) }
        guard case .object(var members) = try WireCoding.decode(JSONValue.self, body),
            let events = members.removeValue(forKey: "events")?.arrayValue
        else { throw Unreadable(why: String(decoding: body, as: UTF8.self)) }
        let beat = try WireCoding.decode(Heartbeat.self, try WireCoding.encode(JSONValue.object(members)))
        var (good, bad): ([Event], [(seq: Int64, epoch: HexID)]) = ([], [])
        for event in events {
            if let read = try? WireCoding.decode(Event.self, try WireCoding.encode(event)) {
                good.append(read)
            } else if let seq = event["seq"]?.integerValue,
                let epoch = event["epoch"]?.stringValue.flatMap({ HexID($0) })
            {
                bad.append((seq, epoch))
            }
        }
        return (beat, good, bad)
    }
}
