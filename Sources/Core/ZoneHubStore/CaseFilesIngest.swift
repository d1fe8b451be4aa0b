import GRDB
import ZoneCases
import ZoneModel
import ZoneWire

/// The heartbeats' side of the case files, in the transaction that keeps the event itself.
extension CaseFiles {
    /// In one heartbeat a node names at most what came in one reply; whoever names more is not read further.
    private static let mostNames = 64

    /// A line that a node wrote, or one of ours that it has kept.
    static func take(
        _ event: IncomingEvent, from name: NodeName, at now: WallTime, _ db: Database, _ queue: CaseQueue
    ) throws {
        func audit(_ act: String, _ detail: String) throws {
            try OrderRows.audit(db, now, "node", act, name.description, detail)
        }
        let entry: CaseEntry
        do {
            entry = try WireCoding.decode(CaseEntry.self, Array(event.data.utf8))
        } catch {
            // The event itself is kept as history, so a program that knows the word can still read it.
            return try audit("case.unreadEntry", WireCoding.explain(error))
        }
        if let owner = try owner(of: entry.caseID, db) {
            guard owner == Owner(name: name, isOurs: false) else {
                return try audit("case.foreignEntry", "\(entry.caseID) \(entry.id)")
            }
        }
        let what = "\(entry.caseID) \(entry.id) \(entry.word)"
        let outcome = try add(entry, of: Owner(name: name, isOurs: false), at: now, db, queue)
        if outcome == .noRoom { return try audit("case.lineDropped", "\(what): \(CaseRules.full.english)") }
        // This hub was restored from a copy that did not have it yet: it comes back from where it was told.
        if outcome == .new, entry.origin == .hub {
            try audit("case.entryReturned", what)
            if let number = entry.number { try CaseNumbers.note(returned: number, db) }
            try db.execute(sql: "UPDATE case_entry SET isWaiting = 0 WHERE id = ?", arguments: [entry.id.text])
        }
    }

    /// The node has these on its disk.
    static func held(_ names: [String], by name: NodeName, _ db: Database, _ queue: CaseQueue) throws {
        guard !names.isEmpty else { return }
        for text in names.prefix(mostNames) where ULID(text) != nil {
            try db.cachedStatement(
                sql: """
                    UPDATE case_entry SET isWaiting = 0 WHERE id = ? AND caseID IN
                        (SELECT id FROM case_file WHERE zone = ? AND node = ? AND isOurs = 0)
                    """
            ).execute(arguments: [text, name.zone.text, name.node.text])
        }
        try noteWaiting(name, db, queue)
    }

    /// For so long a node keeps its journal, and is told what was settled meanwhile, ms.
    private static let toldAgainFor: Int64 = 400 * 86_400_000

    /// Every line of the cases that are not over, and of those in which something was written within 400 days: what a
    /// node takes for open it would add reports to, for ever. It names the lines that it holds, and keeps the others.
    static func tellAgain(_ name: NodeName, at now: WallTime, _ db: Database, _ queue: CaseQueue) throws {
        try db.execute(
            sql: """
                UPDATE case_entry SET isWaiting = 1 WHERE caseID IN
                    (SELECT id FROM case_file WHERE zone = ? AND node = ? AND isOurs = 0 AND (isOver = 0 OR changed >= ?))
                """,
            arguments: [
                name.zone.text, name.node.text, now.advanced(byMilliseconds: -toldAgainFor).milliseconds,
            ])
        try noteWaiting(name, db, queue)
    }

    private static func noteWaiting(_ name: NodeName, _ db: Database, _ queue: CaseQueue) throws {
        let left = try Int.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT 1 FROM case_entry JOIN case_file ON case_file.id = case_entry.caseID
                        WHERE case_entry.isWaiting = 1 AND case_file.zone = ? AND case_file.node = ? LIMIT 1
                    """), arguments: [name.zone.text, name.node.text])
        queue.note(name, left != nil, after: db)
    }
}
