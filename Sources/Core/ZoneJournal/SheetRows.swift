import GRDB
import ZoneDays
import ZoneModel
import ZoneTime
import ZoneWire

/// What sheets are made of beside days and cases: one row per date and name, the last one that was told.
enum SheetRows {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE sheetNote (
                    name TEXT NOT NULL, date TEXT NOT NULL, content TEXT NOT NULL,
                    PRIMARY KEY (name, date)) WITHOUT ROWID;
                """)
    }

    static func put(_ note: SheetNote, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO sheetNote VALUES (?, ?, ?)").execute(
            arguments: [note.name.rawValue, note.date.description, try WireCoding.text(note.data)])
    }

    /// As long as the days themselves.
    static func forget(now: WallTime, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM sheetNote WHERE date < ?",
            arguments: [CivilDate(of: now).advanced(byDays: -DayLedger.keptDates).description])
    }
}

extension Journal {
    /// Notes of these dates by date, both ends included: all, or the first or last of them.
    package func sheetNotes(
        _ name: EventName, from first: CivilDate, to last: CivilDate, _ pick: SheetNote.Pick = .all
    ) async throws -> [JSONValue] {
        let order = pick == .last ? "date DESC" : "date"
        let limit = pick == .all ? -1 : 1
        return try await reader.read { db in
            try Rows.all(
                db, JSONValue.self,
                "SELECT content FROM sheetNote WHERE name = ? AND date BETWEEN ? AND ? ORDER BY \(order) LIMIT ?",
                [name.rawValue, first.description, last.description, limit])
        }
    }
}
