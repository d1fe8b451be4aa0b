import GRDB
import ZoneModel
import ZoneWire

/// What a heartbeat is to what was heard before it.
enum IngestMeeting: Sendable, Hashable {
    /// The newest word of the node.
    case newest
    /// Said before something that was heard already: a replay, or a letter that took long. Its history counts, its
    /// picture does not.
    case stale
}

extension IngestNode {
    /// Milliseconds for which two boots seen at work are held against an identity: a day.
    static let suspicion: Int64 = 86_400_000
    /// How long letters may take without making a clone of their sender, ms.
    private static let slowestPost: Int64 = 30_000
    /// Boots that are remembered of one node.
    private static let mostBoots = 16

    /// Takes note of boot, opening and number of a heartbeat.
    ///
    /// A clone is one identity whose boots A, B are heard as A, B, A. A's last letter may also come late, after B has
    /// begun: told apart by A's own clock since boot, which nobody sets (CLOCK_BOOTTIME). Only if it ran past the
    /// moment at which B was first heard, A was at work beside B. A letter is on its way for 10 s at most (the agent's
    /// deadline), and so was the one that A's clock is compared with.
    mutating func meet(_ beat: Heartbeat, at now: WallTime, _ db: Database) throws -> IngestMeeting {
        if beat.epoch.text == epoch, beat.boot == boot, beat.stream.text == stream {
            guard beat.hb >= hb else { return .stale }
        } else if !epoch.isEmpty {
            if beat.boot == boot {
                guard try isNewer(beat, db) else { return .stale }
            } else {
                if let known = try knownBeat(of: beat.epoch, db), beat.hb <= known { return .stale }
                if try isLate(beat, at: now, db) { return .stale }
            }
            try noteBeat(db)
        }
        if beat.boot != boot { try change(to: beat, at: now, db) }
        (stream, epoch, hb) = (beat.stream.text, beat.epoch.text, beat.hb)
        (mono, monoAt) = (beat.mono, now)
        return .newest
    }

    /// Another stream or opening in the same boot. A restored snapshot of a running machine counts from where it was;
    /// it is believed once it has a stream of its own.
    private func isNewer(_ beat: Heartbeat, _ db: Database) throws -> Bool {
        guard beat.stream.text == stream else {
            let known = try db.cachedStatement(sql: "SELECT 1 FROM opening WHERE node = ? AND stream = ? LIMIT 1")
            return try Int.fetchOne(known, arguments: [id, beat.stream.text]) == nil
        }
        if let known = try knownBeat(of: beat.epoch, db), beat.hb <= known { return false }
        return beat.mono >= mono
    }

    private func knownBeat(of other: HexID, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(hb) FROM opening WHERE node = ? AND epoch = ? AND hb >= 0"),
            arguments: [id, other.text])
    }

    /// The last number of an opening that ends here.
    private func noteBeat(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO opening (node, stream, epoch, boot, hb, pruned) VALUES (?, ?, ?, ?, ?, 0)
                ON CONFLICT (node, epoch, stream) DO UPDATE SET hb = max(hb, excluded.hb)
                """, arguments: [id, stream, epoch, boot, hb])
    }

    /// Whether a letter of a boot heard before was written before the present boot spoke. If not, both are at work.
    private mutating func isLate(_ beat: Heartbeat, at now: WallTime, _ db: Database) throws -> Bool {
        let row = try Row.fetchOne(
            db, sql: "SELECT heard, mono FROM nodeBoot WHERE node = ? AND boot = ?", arguments: [id, beat.boot])
        guard let cells = row.map(Cells.init) else { return false }
        let writtenAt = cells.integer(0) + beat.mono - cells.integer(1)
        guard writtenAt > bootSince.milliseconds + IngestNode.slowestPost else { return true }
        interleaved = now.milliseconds
        try db.execute(
            sql: "UPDATE nodeBoot SET cloned = ? WHERE node = ? AND boot IN (?, ?)",
            arguments: [now.milliseconds, id, beat.boot, boot])
        return false
    }

    private mutating func change(to beat: Heartbeat, at now: WallTime, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE nodeBoot SET heard = ?, mono = ? WHERE node = ? AND boot = ?",
            arguments: [monoAt.milliseconds, mono, id, boot])
        try db.execute(
            sql: """
                INSERT INTO nodeBoot (node, boot, began, heard, mono, cloned) VALUES (?, ?, ?, ?, ?, 0)
                ON CONFLICT (node, boot) DO UPDATE SET heard = excluded.heard, mono = excluded.mono
                """, arguments: [id, beat.boot, now.milliseconds, now.milliseconds, beat.mono])
        try db.execute(
            sql: """
                DELETE FROM nodeBoot WHERE node = ? AND boot NOT IN (
                    SELECT boot FROM nodeBoot WHERE node = ? ORDER BY heard DESC LIMIT ?)
                """, arguments: [id, id, IngestNode.mostBoots])
        (boot, bootSince) = (beat.boot, now)
    }
}
