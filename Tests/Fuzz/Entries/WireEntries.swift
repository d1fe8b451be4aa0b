import ZoneHubCore
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

    /// One bad event never costs a batch, and the hub acknowledges nothing that it could not count.
    private static func promiseIncoming(_ bytes: [UInt8]) throws {
        let incoming: Incoming
        do {
            incoming = try Incoming(bytes)
        } catch {
            let words = (error as? ErrorJSON).map { $0.message + $0.zh } ?? "another error: \(error)"
            return try promiseClean(words, "refusal of a heartbeat")
        }
        for event in incoming.heartbeat.events ?? [] { try promise(event.seq > 0, "an event without a number") }
        for poison in incoming.poison { try promiseClean(poison.why, "quarantine") }
        for gap in incoming.heartbeat.gaps ?? [] { try promise(gap.from <= gap.to, "a gap runs backwards") }
        if let last = incoming.lastSeq { for ack in [0, last - 1, last] { _ = incoming.continues(from: ack) } }
    }
}
