import GRDB
import ZoneModel

/// Events that could not be read, kept for whoever mends the agent that sent them. Bounded: a node that sends nothing
/// else must not fill the disk.
enum IngestQuarantine {
    /// Of one node, and of one heartbeat.
    private static let perNode = 200
    private static let perBeat = 50
    private static let longest = 16 << 10
    /// In all.
    static let most = 20_000

    static func take(_ poison: [Incoming.Poison], from name: NodeName, at now: WallTime, _ db: Database) throws {
        guard !poison.isEmpty else { return }
        for one in poison.prefix(perBeat) { try take(one, name, now, db) }
        try db.execute(
            sql: """
                DELETE FROM quarantine WHERE zone = ? AND node = ? AND id <= (
                    SELECT id FROM quarantine WHERE zone = ? AND node = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
                """, arguments: [name.zone.text, name.node.text, name.zone.text, name.node.text, perNode])
    }

    private static func take(_ poison: Incoming.Poison, _ name: NodeName, _ now: WallTime, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO quarantine (zone, node, received, why, content, print)
                SELECT :zone, :node, :received, :why, :content, :print
                WHERE NOT EXISTS (
                    SELECT 1 FROM quarantine WHERE zone = :zone AND node = :node AND print = :print)
                """
        ).execute(arguments: [
            "zone": name.zone.text, "node": name.node.text, "received": now.milliseconds, "why": poison.why,
            "content": String(decoding: poison.content.prefix(longest), as: UTF8.self),
            "print": Int64(bitPattern: fingerprint(poison.content)),
        ])
    }

    /// FNV-1a with 64 bits: enough to know a replay by; who makes two alike loses his own copy.
    private static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension HubStore {
    package func quarantineCount() async throws -> Int {
        try await reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM quarantine") ?? 0 }
    }
}
