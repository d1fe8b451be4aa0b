import GRDB
import ZoneCases
import ZoneModel
import ZoneWire

/// Between rows and cases. The lines are the truth; a file's row says whose it is and what its lines come to.
enum CaseFiles {
    static func register(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("5 cases") { db in
            try db.execute(
                sql: """
                    CREATE TABLE case_file (
                        id TEXT NOT NULL PRIMARY KEY, zone TEXT NOT NULL, node TEXT NOT NULL, isOurs INTEGER NOT NULL,
                        isOver INTEGER NOT NULL, opened INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE INDEX case_file_open ON case_file (isOver, changed);
                    CREATE INDEX case_file_zone ON case_file (zone, node);
                    CREATE TABLE case_entry (
                        id TEXT NOT NULL PRIMARY KEY, caseID TEXT NOT NULL, isWaiting INTEGER NOT NULL,
                        content TEXT NOT NULL) WITHOUT ROWID;
                    CREATE INDEX case_entry_file ON case_entry (caseID);
                    CREATE INDEX case_entry_waiting ON case_entry (id) WHERE isWaiting = 1;
                    CREATE TABLE case_year (year INTEGER PRIMARY KEY, last INTEGER NOT NULL);
                    """)
        }
    }

    /// Whose a file is.
    struct Owner: Hashable {
        var name: NodeName
        /// Born here: nothing of it goes down.
        var isOurs: Bool
    }

    static func owner(of id: ULID, _ db: Database) throws -> Owner? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT zone, node, isOurs FROM case_file WHERE id = ?"), arguments: [id.text])
        guard let cells = row.map(Cells.init), let zone = Slug(cells.text(0)), let node = Slug(cells.text(1)) else {
            return nil
        }
        return Owner(name: NodeName(zone: zone, node: node), isOurs: cells.integer(2) == 1)
    }

    static func file(_ id: ULID, _ db: Database) throws -> Case {
        let lines = try texts(db, "SELECT content FROM case_entry WHERE caseID = ?", [id.text])
        return Case(id: id, lines.compactMap { try? WireCoding.decode(CaseEntry.self, Array($0.utf8)) })
    }

    enum Outcome { case new, known, noRoom }

    /// Writes one line, and for the first of a file its number. What a person reports always finds room.
    @discardableResult
    static func add(
        _ entry: CaseEntry, of owner: Owner, at now: WallTime, _ db: Database, _ queue: CaseQueue
    ) throws -> Outcome {
        let isFirst = try self.owner(of: entry.caseID, db) == nil
        var file = try file(entry.caseID, db)
        guard !file.holds(entry.id) else { return .known }
        guard entry.isPersonsReport || CaseRules.hasRoom(for: entry.step, in: file) else { return .noRoom }
        let goesDown = entry.origin == .hub && !owner.isOurs
        try put(entry, isWaiting: goesDown, db)
        file.take(entry)
        if isFirst {
            let number = try CaseNumbers.line(of: entry.caseID, at: now, db)
            try put(number, isWaiting: !owner.isOurs, db)
            file.take(number)
        }
        try put(file, of: owner, db)
        if goesDown || isFirst && !owner.isOurs { queue.note(owner.name, true, after: db) }
        return .new
    }

    private static func put(_ entry: CaseEntry, isWaiting: Bool, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO case_entry VALUES (?, ?, ?, ?)").execute(
            arguments: [entry.id.text, entry.caseID.text, isWaiting, try WireCoding.text(entry)])
    }

    private static func put(_ file: Case, of owner: Owner, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO case_file VALUES (?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                file.id.text, owner.name.zone.text, owner.name.node.text, owner.isOurs, file.isOver,
                file.openedAt?.milliseconds ?? 0, file.changedAt?.milliseconds ?? 0,
            ])
    }

    static func waitingNodes(_ db: Database) throws -> Set<NodeName> {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT DISTINCT case_file.zone, case_file.node FROM case_entry
                    JOIN case_file ON case_file.id = case_entry.caseID WHERE case_entry.isWaiting = 1
                """
        ).map(Cells.init)
        return Set(
            rows.compactMap { cells in
                guard let zone = Slug(cells.text(0)), let node = Slug(cells.text(1)) else { return nil }
                return NodeName(zone: zone, node: node)
            })
    }

    /// Rows that are not ours are left out: a damaged file may hold anything in any column.
    static func texts(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> [String] {
        try DatabaseValue.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).compactMap {
            String.fromDatabaseValue($0)
        }
    }
}
