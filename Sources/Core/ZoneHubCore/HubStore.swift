import GRDB
import ZoneModel
import ZoneWire

/// The hub's database. Nothing is acknowledged before it is committed with synchronous=FULL.
package final class HubStore: Sendable {
    package struct NotDurable: Error, CustomStringConvertible {
        package var description: String { "SQLite 未能进入 synchronous=FULL。 SQLite is not at synchronous=FULL." }
    }

    private let writer: DatabaseQueue
    private let reader: DatabaseQueue

    package init(path: String) throws {
        writer = try DatabaseQueue(path: path)
        try writer.writeWithoutTransaction { db in
            // By hand, after opening: GRDB's own way ends in synchronous=NORMAL.
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;
                    PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 0
                    """)
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { throw NotDurable() }
        }
        try HubSchema.migrator.migrate(writer)
        var configuration = Configuration()
        configuration.readonly = true
        reader = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Every node as last known.
    package func nodes() throws -> [NodeRecord] {
        try reader.read { db in
            try String.fetchAll(db, sql: "SELECT content FROM node ORDER BY zone, node").compactMap {
                try? WireCoding.decode(NodeRecord.self, Array($0.utf8))
            }
        }
    }

    /// Stores a heartbeat in one transaction; a replay changes nothing.
    /// - Returns: the number up to which everything of this stream is on the disk.
    package func store(_ incoming: Incoming, _ record: NodeRecord, at now: WallTime) async throws -> Int64 {
        try await writer.write { db in
            let beat = incoming.heartbeat
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO node VALUES (?, ?, ?)").execute(
                arguments: [beat.zone.text, beat.node.text, try WireCoding.text(record)])
            for event in beat.events ?? [] { try HubStore.insert(event, beat, now, db) }
            for poison in incoming.poison { try HubStore.quarantine(poison, beat, now, db) }
            return try HubStore.advance(incoming, db)
        }
    }

    /// Stored events of a node, oldest first.
    package func events(zone: ZoneID, node: NodeID, limit: Int) async throws -> [Event] {
        try await reader.read { db in
            try String.fetchAll(
                db, sql: "SELECT content FROM event WHERE zone = ? AND node = ? ORDER BY stream, seq, epoch LIMIT ?",
                arguments: [zone.text, node.text, limit]
            ).compactMap { try? WireCoding.decode(Event.self, Array($0.utf8)) }
        }
    }

    package func quarantineCount() async throws -> Int {
        try await reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM quarantine") ?? 0 }
    }

    /// Answers when the writer is not stuck.
    package func pulse() async { try? await writer.write { _ in } }

    package func close() {
        // The reader first: the last connection to close checkpoints, and a read-only one cannot.
        try? reader.close()
        try? writer.close()
    }

    private static func insert(_ event: Event, _ beat: Heartbeat, _ now: WallTime, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [
            beat.zone.text, beat.node.text, beat.stream.text, event.epoch.text, event.seq, now.milliseconds,
            event.name.rawValue, event.class.rawValue, try WireCoding.text(event),
        ])
    }

    private static func quarantine(_ poison: Incoming.Poison, _ beat: Heartbeat, _ now: WallTime, _ db: Database) throws
    {
        try db.cachedStatement(
            sql: """
                INSERT INTO quarantine (zone, node, received, why, content)
                SELECT :zone, :node, :received, :why, :content
                WHERE NOT EXISTS (
                    SELECT 1 FROM quarantine WHERE zone = :zone AND node = :node AND content = :content)
                """
        ).execute(arguments: [
            "zone": beat.zone.text, "node": beat.node.text, "received": now.milliseconds, "why": poison.why,
            "content": String(decoding: poison.content, as: UTF8.self),
        ])
    }

    private static func advance(_ incoming: Incoming, _ db: Database) throws -> Int64 {
        let beat = incoming.heartbeat
        let key: StatementArguments = [beat.zone.text, beat.node.text, beat.stream.text]
        let stored = try Int64.fetchOne(
            db, sql: "SELECT ack FROM position WHERE zone = ? AND node = ? AND stream = ?", arguments: key)
        guard let last = incoming.lastSeq else { return stored ?? 0 }
        // The first words of a stream may start anywhere: what came before was never ours.
        let begin = stored ?? ((beat.events?.first?.seq ?? last) - 1)
        let ack = incoming.continues(from: begin) ? max(begin, last) : begin
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?)").execute(
            arguments: key + [ack])
        return ack
    }
}
