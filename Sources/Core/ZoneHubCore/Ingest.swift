import Logging
import ZoneModel
import ZoneTime
import ZoneWire

/// Heartbeat in, reply out; in between a commit.
package struct Ingest: Sendable {
    private let store: HubStore
    private let wall: Wall
    private let clock: any ZoneClock
    private let log: Logger

    package init(store: HubStore, wall: Wall, clock: any ZoneClock, log: Logger) {
        (self.store, self.wall, self.clock, self.log) = (store, wall, clock, log)
    }

    /// - Throws: `ErrorJSON` when the body is not a heartbeat, the store's error when it could not be kept.
    package func take(_ body: [UInt8]) async throws -> HeartbeatReply {
        let incoming = try Incoming(body)
        let beat = incoming.heartbeat
        let before = await wall.record(zone: beat.zone, node: beat.node)
        let now = clock.wall()
        let purpose = beat.state?.purpose ?? before?.state?.purpose
        let interval = HubRhythm.of(purpose: purpose).interval
        let record = NodeRecord(beat, before: before, at: now, interval: interval)
        let ack = try await store.store(incoming, record, at: now)
        await wall.take(record)
        if !incoming.poison.isEmpty {
            log.warning(
                "Unreadable events are set aside",
                metadata: ["zone": "\(beat.zone)", "node": "\(beat.node)", "count": "\(incoming.poison.count)"])
        }
        return HeartbeatReply(
            status: .accepted, ackThrough: .init(stream: beat.stream, seq: ack),
            stateAck: record.state == nil ? nil : record.stateHash, serverTime: now, interval: interval)
    }
}
