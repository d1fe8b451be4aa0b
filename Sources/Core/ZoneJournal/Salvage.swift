import GRDB
import ZoneLinux
import ZoneModel

/// What was found in a damaged file.
package struct SalvageReport: Sendable, Hashable {
    package var events = 0
    /// Numbers that were there once and are not readable.
    package var missing = 0
    package var tables = 0
}

/// Reads what can be read of a damaged journal, row by row, into a new one. Numbers, stream and epochs stay what they
/// were: the hub knows a row by them and takes none twice.
struct Salvage {
    private static let stride: Int64 = 200
    /// Rows to look for before giving up on a file whose numbers make no sense.
    private static let longest: Int64 = 2_000_000

    let from: String

    init(from path: String) { from = path }

    func run(into writer: DatabaseQueue) throws -> SalvageReport {
        var report = SalvageReport()
        guard let source = try? openDamaged() else { return report }
        defer { try? source.close() }
        let meta = (try? source.read { try Row.fetchAll($0, sql: "SELECT key, value FROM meta") }) ?? []
        var known: [String: String] = [:]
        for row in meta {
            guard let key = String.fromDatabaseValue(row["key"] as DatabaseValue) else { continue }
            known[key] = String.fromDatabaseValue(row["value"] as DatabaseValue)
        }
        // Without the stream's name the numbers mean nothing to the hub: then everything begins anew.
        guard let stream = known[MetaKey.stream].flatMap(HexID.init) else { return report }
        let last = max(known[MetaKey.lastSeq].flatMap { Int64($0) } ?? 0, newest(source))
        let acknowledged = known[MetaKey.acknowledged].flatMap { Int64($0) } ?? 0
        try writer.write { db in
            try Rows.setMeta(db, MetaKey.stream, stream.text)
            try Rows.setMeta(db, MetaKey.lastSeq, String(last))
            try Rows.setMeta(db, MetaKey.acknowledged, String(min(acknowledged, last)))
        }
        try copyEvents(source, through: min(last, acknowledged + Salvage.longest), writer, &report)
        report.missing = Int(clamping: max(0, last - acknowledged)) - unacknowledged(writer, after: acknowledged)
        for table in ["device", "condition", "command", "binding", "hold", "heal", "remembered", "job", "flap", "ack"] {
            if copyTable(table, source, writer) { report.tables += 1 }
        }
        return report
    }

    private func openDamaged() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "journal-salvage"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA query_only = 1; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
        }
        return try DatabaseQueue(path: from, configuration: configuration)
    }

    private func newest(_ source: DatabaseQueue) -> Int64 {
        (try? source.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM event") }) ?? 0
    }

    private func unacknowledged(_ writer: DatabaseQueue, after seq: Int64) -> Int {
        let count = try? writer.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM event WHERE seq > ?", arguments: [seq])
        }
        return count.flatMap { $0 } ?? 0
    }

    /// A stretch at a time; a stretch that does not read is read number by number.
    private func copyEvents(
        _ source: DatabaseQueue, through last: Int64, _ writer: DatabaseQueue, _ report: inout SalvageReport
    ) throws {
        var next: Int64 = 1
        while next <= last {
            let end = min(last, next + Salvage.stride - 1)
            let events = (try? read(source, next...end)) ?? (next...end).flatMap { (try? read(source, $0...$0)) ?? [] }
            try writer.write { db in for event in events { try Rows.insert(event, db) } }
            report.events += events.count
            next = end + 1
        }
    }

    private func read(_ source: DatabaseQueue, _ seqs: ClosedRange<Int64>) throws -> [Event] {
        try source.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM event NOT INDEXED WHERE seq BETWEEN ? AND ?",
                arguments: [seqs.lowerBound, seqs.upperBound]
            ).compactMap(Rows.event)
        }
    }

    /// All of a small table or, when it does not read to its end, what came before.
    private func copyTable(_ name: String, _ source: DatabaseQueue, _ writer: DatabaseQueue) -> Bool {
        var rows: [Row] = []
        let isWhole: ()? = try? source.read { db in
            let cursor = try Row.fetchCursor(db, sql: "SELECT * FROM \(name)")
            while let row = try cursor.next() { rows.append(row.copy()) }
        }
        for row in rows {
            let marks = row.columnNames.map { _ in "?" }.joined(separator: ", ")
            try? writer.write { db in
                try db.execute(
                    sql: "INSERT OR IGNORE INTO \(name) (\(row.columnNames.joined(separator: ", "))) VALUES (\(marks))",
                    arguments: StatementArguments(row.databaseValues))
            }
        }
        return isWhole != nil
    }
}
