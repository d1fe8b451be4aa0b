import ZoneHubStore
import ZoneModel
import ZoneWire

extension FuzzEntry {
    /// Bodies that the control sockets take.
    static let requests = FuzzEntry("requests") { bytes in
        try promiseRoundTrip(CommandRequest.self, bytes)
        try promiseRoundTrip(LeaseRequest.self, bytes)
        try promiseRoundTrip(HoldRequest.self, bytes)
        try promiseRoundTrip(PINRequest.self, bytes)
        try promiseRoundTrip(JSONValue.self, bytes)
    }

    /// What the hub and an agent tell each other.
    static let heartbeats = FuzzEntry("heartbeats", longest: 8192) { bytes in
        try promiseRoundTrip(HeartbeatReply.self, bytes)
        try promiseRoundTrip(Event.self, bytes)
        try promiseIncoming(bytes)
        guard let beat = try promiseRoundTrip(Heartbeat.self, bytes), let state = beat.state else { return }
        let print = StateFingerprint(state)
        try promiseRoundTrip(StateFingerprint.self, try WireCoding.encode(print))
        var shuffled = state
        shuffled.devices.reverse()
        let ids = Set(state.devices.map(\.id))
        try promise(
            ids.count < state.devices.count || StateFingerprint(shuffled) == print, "order changes the fingerprint")
        for device in state.devices { _ = ZoneJSON.Device(device, node: beat.node) }
        _ = StatusJSON(
            zone: beat.zone, node: beat.node, version: "", boot: beat.boot, uptimeMs: 0, devices: state.devices)
    }

    /// What `zonectl` hears of an agent, or of what has its socket; the first byte says how the stream is cut.
    static let eventStream = FuzzEntry("event-stream") { bytes in
        let (piece, stream) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
        let whole = parse(stream, stream.count, limit: stream.count)
        try promise(parse(stream, piece, limit: stream.count) == whole, "the pieces change the events")
        let bounded = parse(stream, piece, limit: 64)
        try promise(Array(whole.prefix(bounded.count)) == bounded, "a bounded event is another")
        for event in whole {
            let data = event.data.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }
                .joined()
            let written = Array("event: \(event.name)\nid: a-1\n\(data)\n".utf8)
            try promise(parse(written, piece, limit: 1 << 20) == [event], "an event comes back as another")
        }
    }

    private static func parse(_ stream: [UInt8], _ piece: Int, limit: Int) -> [StreamedEvent] {
        var (parser, events, rest) = (EventStreamParser(limit: limit), [StreamedEvent](), stream[...])
        while !rest.isEmpty {
            events += parser.take(rest.prefix(piece))
            rest = rest.dropFirst(piece)
        }
        return events
    }

    private static func readAgain(_ data: String) -> JSONValue? {
        try? WireCoding.decode(JSONValue.self, Array(data.utf8))
    }

    /// One bad event never costs a batch, and the hub acknowledges nothing that it could not count.
    private static func promiseIncoming(_ bytes: [UInt8]) throws {
        let incoming: Incoming
        do {
            incoming = try Incoming(bytes)
        } catch {
            let words = (error as? ErrorJSON).map { $0.message + $0.zh } ?? "another error: \(error)"
            return try promiseClean(words, "refusal of a heartbeat")
        }
        for event in incoming.events {
            try promise(event.seq > 0, "an event without a number")
            try promise(event.event.data == readAgain(event.data), "data that are kept are not readable")
        }
        for poison in incoming.poison { try promiseClean(poison.why, "quarantine") }
        for gap in incoming.heartbeat.gaps ?? [] { try promise(gap.from <= gap.to, "a gap runs backwards") }
        if let last = incoming.lastSeq { for ack in [0, last - 1, last] { _ = incoming.continues(from: ack) } }
    }
}
