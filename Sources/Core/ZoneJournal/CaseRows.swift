import GRDB
import ZoneModel

/// One line of a case as the table holds it; what it means is the cases' own affair.
package struct CaseRow: Sendable, Hashable {
    package var id: String
    package var caseID: String
    /// Whether the case is over with it.
    package var isOver: Bool
    package var at: WallTime
    /// JSON.
    package var content: String

    package init(id: String, caseID: String, isOver: Bool, at: WallTime, content: String) {
        (self.id, self.caseID, self.isOver, self.at, self.content) = (id, caseID, isOver, at, content)
    }
}

/// The union of all lines, and which cases are not over: start-up reads those and no history.
enum CaseRows {
    /// Cases that are over and are still in memory after a restart: what came back is linked to them.
    private static let keptOver = 50
    /// Lines; more is no honest case file.
    private static let mostLines = 20_000

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE caseEntry (
                    id TEXT PRIMARY KEY, caseID TEXT NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
                CREATE INDEX caseEntryByCase ON caseEntry (caseID);
                CREATE TABLE caseFile (
                    id TEXT PRIMARY KEY, isOver INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
                CREATE INDEX caseFileByState ON caseFile (isOver, changed);
                """)
    }

    /// A line that is there already stays as it is.
    static func put(_ row: CaseRow, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO caseEntry VALUES (?, ?, ?, ?)").execute(
            arguments: [row.id, row.caseID, row.at.milliseconds, row.content])
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO caseFile VALUES (?, ?, ?)").execute(
            arguments: [row.caseID, row.isOver, row.at.milliseconds])
    }

    static func recent(_ db: Database) throws -> [String] {
        try texts(
            db,
            """
            SELECT content FROM caseEntry WHERE caseID IN (SELECT id FROM caseFile WHERE isOver = 0)
                OR caseID IN (SELECT id FROM caseFile WHERE isOver = 1 ORDER BY changed DESC LIMIT \(keptOver))
                LIMIT \(mostLines)
            """, [])
    }

    /// Of cases that are not over, and of those in which something was written since.
    static func lively(since at: WallTime, _ db: Database) throws -> [String] {
        try texts(
            db,
            """
            SELECT content FROM caseEntry
                WHERE caseID IN (SELECT id FROM caseFile WHERE isOver = 0 OR changed >= ?) LIMIT \(mostLines)
            """, [at.milliseconds])
    }

    static func of(_ caseID: String, _ db: Database) throws -> [String] {
        try texts(db, "SELECT content FROM caseEntry WHERE caseID = ? LIMIT \(mostLines)", [caseID])
    }

    /// A damaged file may hold anything in any column.
    private static func texts(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> [String] {
        try DatabaseValue.fetchAll(db, sql: sql, arguments: arguments).compactMap { String.fromDatabaseValue($0) }
    }
}
