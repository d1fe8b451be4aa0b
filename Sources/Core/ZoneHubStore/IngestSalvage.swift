import GRDB
import ZoneModel

/// What became of a damaged database.
package struct HubDamage: Sendable, Hashable, CustomStringConvertible {
    /// The name the damaged file was given.
    package var setAside: String
    package var found: String
    package var rows = 0
    /// Tables that could not be read to their end.
    package var torn: [String] = []

    init(setAside: String, found: String) { (self.setAside, self.found) = (setAside, found) }

    package var description: String {
        let lost = torn.isEmpty ? "全部读出" : "未读全的表：\(torn.joined(separator: "、"))"
        let missing = torn.isEmpty ? "every table was read" : "not read to the end: \(torn.joined(separator: ", "))"
        return "平台数据库已损坏（\(found)），已改名为 \(setAside)；已转存\(rows)行，\(lost)；专区会补报最近的记录。"
            + " The hub's database was damaged (\(found)) and is now \(setAside); \(rows) rows were saved, \(missing);"
            + " zones send their latest history again."
    }
}

/// Copies what can be read of a damaged file, table by table: from the first row until it breaks, then from the last
/// one backwards. Whatever lies between two damages of one table stays in the file that was set aside.
struct IngestSalvage {
    private static let slice = 1000

    private let path: String

    init(from path: String) { self.path = path }

    func run(into writer: DatabaseQueue, _ damage: inout HubDamage) throws {
        var configuration = Configuration()
        configuration.readonly = true
        // writable_schema: else nothing is read of a file that is shorter than its header says.
        configuration.prepareDatabase {
            try $0.execute(sql: "PRAGMA query_only = 1; PRAGMA trusted_schema = OFF; PRAGMA writable_schema = ON")
        }
        guard let source = try? DatabaseQueue(path: path, configuration: configuration) else {
            damage.torn = ["*"]
            return
        }
        defer { try? source.close() }
        for table in try tables(writer) {
            let (rows, isWhole) = copy(table, source, writer)
            damage.rows += rows
            if !isWhole { damage.torn.append(table) }
        }
        // Then nobody knows what is missing: every node sends again what it still has, and what is here is known.
        if !damage.torn.isEmpty { try writer.write { try $0.execute(sql: "UPDATE position SET ack = 0") } }
    }

    private func tables(_ writer: DatabaseQueue) throws -> [String] {
        try writer.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                        AND name <> 'grdb_migrations' ORDER BY name
                    """)
        }
    }

    private func copy(_ table: String, _ source: DatabaseQueue, _ writer: DatabaseQueue) -> (Int, isWhole: Bool) {
        let forward = copy("SELECT * FROM \(table)", table, source, writer)
        if forward.isWhole { return forward }
        let backward = copy("SELECT * FROM \(table) ORDER BY rowid DESC", table, source, writer)
        return (forward.0 + backward.0, false)
    }

    private func copy(
        _ sql: String, _ table: String, _ source: DatabaseQueue, _ writer: DatabaseQueue
    ) -> (Int, isWhole: Bool) {
        var (saved, waiting) = (0, [Row]())
        let isWhole: ()? = try? source.read { db in
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                waiting.append(row.copy())
                if waiting.count == IngestSalvage.slice { saved += insert(&waiting, table, writer) }
            }
        }
        saved += insert(&waiting, table, writer)
        return (saved, isWhole != nil)
    }

    private func insert(_ rows: inout [Row], _ table: String, _ writer: DatabaseQueue) -> Int {
        defer { rows = [] }
        let count = try? writer.write { [rows] db in
            rows.reduce(0) { count, row in
                let before = db.totalChangesCount
                let places = row.map { _ in "?" }.joined(separator: ", ")
                let columns = row.columnNames.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
                let sql = "INSERT OR IGNORE INTO \(table) (\(columns)) VALUES (\(places))"
                // A row that does not fit is left out.
                try? db.cachedStatement(sql: sql).execute(arguments: StatementArguments(row.databaseValues))
                return count + db.totalChangesCount - before
            }
        }
        return count ?? 0
    }
}
