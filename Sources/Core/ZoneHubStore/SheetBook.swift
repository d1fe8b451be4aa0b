import GRDB
import ZoneDays
import ZoneModel
import ZoneTime
import ZoneWire

/// What sheets are made of beside days and cases, as the nodes told it: of each date the last word. It stays for ever,
/// as its events do.
enum SheetBook {
    /// Longer than what an agent with all the devices of a hall writes, in bytes.
    private static let longest = 64 << 10
    private static let names = Set(SheetNote.names.map(\.rawValue))

    static func register(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("7 sheets") { db in
            try db.execute(
                sql: """
                    CREATE TABLE sheetNote (
                        node INTEGER NOT NULL, name TEXT NOT NULL, date TEXT NOT NULL, content TEXT NOT NULL,
                        PRIMARY KEY (node, name, date)) WITHOUT ROWID;
                    """)
        }
    }

    /// Events of a stream come in the order in which they were written. What is no note is history only.
    static func note(_ event: IncomingEvent, node: Int64, _ db: Database) throws {
        guard names.contains(event.name), event.data.utf8.count <= longest,
            let data = try? WireCoding.decode(JSONValue.self, Array(event.data.utf8)),
            let note = SheetNote(EventName(rawValue: event.name), data: data)
        else { return }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO sheetNote VALUES (?, ?, ?, ?)").execute(
            arguments: [node, event.name, note.date.description, event.data])
    }
}

extension HubStore {
    /// Notes of a node of these dates by date, both ends included: all, or the first or last of them.
    package func sheetNotes(
        of name: NodeName, _ event: EventName, from first: CivilDate, to last: CivilDate, _ pick: SheetNote.Pick = .all
    ) async throws -> [JSONValue] {
        let order = pick == .last ? "date DESC" : "date"
        let limit = pick == .all ? -1 : 1
        return try await reader.read { db in
            guard let node = try IngestNode.find(name, db) else { return [] }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT content FROM sheetNote WHERE node = ? AND name = ? AND date BETWEEN ? AND ?
                    ORDER BY \(order) LIMIT ?
                    """, arguments: [node.id, event.rawValue, first.description, last.description, limit]
            ).compactMap { try? WireCoding.decode(JSONValue.self, Array(Cells($0).text(0).utf8)) }
        }
    }
}
