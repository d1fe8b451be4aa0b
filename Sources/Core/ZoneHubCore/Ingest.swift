// Purpose: heartbeat in, reply out, in between a commit; the wall, who is there, the roster. No HTTP, no TLS.
import Logging
import Synchronization
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// Heartbeat in, reply out; in between a commit.
package struct Ingest: Sendable {
    /// More than can be taken now: come back later, and keep the data.
    package struct Overloaded: Error, Sendable, Hashable, CustomStringConvertible {
        package var retryAfter: Duration
        package var description: String {
            "平台繁忙，请 \(retryAfter.components.seconds) 秒后再报。 Overloaded: try again in \(retryAfter)."
        }

        package init(retryAfter: Duration) { self.retryAfter = retryAfter }
    }

    package struct Limits: Sendable, Hashable {
        /// Bytes of bodies that are being taken at the same time; read, each needs some five times as much.
        package var bytes = 32 << 20
        /// While somebody waits for an answer of a node.
        package var hurry = Duration.seconds(5)
        /// After which a full disk is tried again.
        package var fullDisk = Duration.seconds(60)

        package init() {}
    }

    private let store: HubStore
    private let wall: Wall
    private let clock: any ZoneClock
    private let log: Logger
    private let orders: any OrderShelf
    private let limits: Limits
    private let gate: BackfillGate
    private let committer: IngestCommitter
    private let load = Load()

    package init(
        store: HubStore, wall: Wall, clock: any ZoneClock, log: Logger, orders: any OrderShelf = EmptyShelf(),
        gate: BackfillGate = BackfillGate(), limits: Limits = Limits()
    ) {
        (self.store, self.wall, self.clock, self.log, self.orders) = (store, wall, clock, log, orders)
        (self.limits, self.gate) = (limits, gate)
        committer = IngestCommitter(store: store, clock: clock) { news, duration in
            gate.note(commit: duration)
            await wall.take(news)
        }
    }

    /// - Parameter body: JSON, inflated.
    /// - Parameter name: what the node's certificate says; the body must say the same.
    /// - Throws: `ErrorJSON` when the body is not a heartbeat of this node, `Overloaded` when it could not be kept now,
    ///   SQLite's errors.
    package func take(_ body: [UInt8], from name: NodeName) async throws -> HeartbeatReply {
        try await take(body, from: name, isFromFile: false) { await reply(to: $0, $1, from: name, at: $2) }
    }

    /// What a heartbeat out of a file has brought.
    package struct Imported: Sendable, Hashable {
        /// Everything up to here is kept.
        package var through: HeartbeatReply.Position
        package var newEvents: Int
    }

    /// A heartbeat out of a signed file: its history counts as any, but nobody was heard over the line, and nobody gets
    /// a reply: no order is sent by it.
    /// - Throws: as `take`.
    package func takeExported(_ body: [UInt8], from name: NodeName) async throws -> Imported {
        try await take(body, from: name, isFromFile: true) { incoming, outcome, _ in
            Imported(
                through: .init(stream: incoming.heartbeat.stream, seq: outcome.acknowledged),
                newEvents: outcome.newEvents)
        }
    }

    private func take<Answer>(
        _ body: [UInt8], from name: NodeName, isFromFile: Bool,
        _ answer: (Incoming, IngestOutcome, WallTime) async -> Answer
    ) async throws -> Answer {
        guard load.enter(body.count, limit: limits.bytes) else { throw Overloaded(retryAfter: .seconds(10)) }
        defer { load.leave(body.count) }
        let now = clock.wall()
        let incoming = try Incoming(body)
        let beat = incoming.heartbeat
        guard NodeName(zone: beat.zone, node: beat.node) == name else { throw Ingest.mismatch(beat, name) }
        let outcome = try await keep(IngestVisit(incoming, at: now, isFromFile: isFromFile))
        report(incoming, outcome, name)
        if let results = beat.results, !results.isEmpty { try await orders.take(results, from: name, at: now) }
        return await answer(incoming, outcome, now)
    }

    private func keep(_ visit: IngestVisit) async throws -> IngestOutcome {
        do {
            return try await committer.take(visit)
        } catch let error as HubStore.NoRoom {
            log.error("Heartbeat refused", metadata: ["error": "\(error)"])
            throw Overloaded(retryAfter: limits.fullDisk)
        }
    }

    private func reply(
        to incoming: Incoming, _ outcome: IngestOutcome, from name: NodeName, at now: WallTime
    ) async -> HeartbeatReply {
        let (beat, record) = (incoming.heartbeat, outcome.news.record)
        let isHurried = await orders.isSomebodyWaiting(for: name)
        let usual = Duration.milliseconds(record.intervalMs)
        var reply = HeartbeatReply(
            status: .accepted, ackThrough: .init(stream: beat.stream, seq: outcome.acknowledged),
            stateAck: record.stateHash.isEmpty ? nil : record.stateHash, serverTime: now,
            interval: isHurried ? min(usual, limits.hurry) : usual, want: outcome.wants)
        reply.backfill = gate.grant(
            after: incoming.events.count, isDraining: beat.reason == .drain, interval: usual, at: clock.mono())
        let outgoing = await orders.outgoing(for: name, at: now)
        reply.commands = outgoing.compactMap { order in
            (try? WireCoding.encode(order)).flatMap { try? WireCoding.decode(JSONValue.self, $0) }
        }
        reply.entries = await caseLines(for: name)
        return reply
    }

    private func caseLines(for name: NodeName) async -> [JSONValue] {
        do {
            return try await store.caseLines(for: name)
        } catch {
            // They wait; the next heartbeat finds them again.
            log.error("Lines of cases could not be read", metadata: ["node": "\(name)", "error": "\(error)"])
            return []
        }
    }

    private func report(_ incoming: Incoming, _ outcome: IngestOutcome, _ name: NodeName) {
        if !incoming.poison.isEmpty {
            let count = incoming.poison.count
            log.warning("Unreadable events are set aside", metadata: ["node": "\(name)", "count": "\(count)"])
        }
        if outcome.showedClone {
            log.warning("Two machines report in one name: identity.cloned", metadata: ["node": "\(name)"])
        }
    }

    private static func mismatch(_ beat: Heartbeat, _ name: NodeName) -> ErrorJSON {
        ErrorJSON(
            code: "identity.mismatch",
            message: "the certificate is \(name)'s, the heartbeat says \(beat.zone)/\(beat.node)",
            zh: "证书属于 \(name)，上报却写着 \(beat.zone)/\(beat.node)")
    }
}

/// Bytes of all bodies under way.
private final class Load: Sendable {
    private let bytes = Mutex(0)

    /// One body alone is always let in.
    func enter(_ count: Int, limit: Int) -> Bool {
        bytes.withLock { bytes in
            guard bytes == 0 || bytes + count <= limit else { return false }
            bytes += count
            return true
        }
    }

    func leave(_ count: Int) { bytes.withLock { $0 -= count } }
}
