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
    private static let stride = 1000
    /// No row is so far above the number that was written with it.
    private static let longest: Int64 = 2_000_000
    private static let highest: Int64 = 1 << 53
    /// Reads that may fail before the rest is given up: with a broken root each one fails, and the agent must start.
    private static let patience = 10_000

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
        for table in [
            "device", "condition", "command", "binding", "hold", "heal", "remembered", "job", "flap", "supplyDay",
            "learned", "day", "caseEntry", "caseFile", "ladder", "dutyEntry", "dutyKnown", "checkAnswer", "sheetNote",
            "dayHours",
        ] {
            if copyTable(table, source, writer) { report.tables += 1 }
        }
        // Without the stream's name the numbers mean nothing to the hub: then they begin anew.
        guard let stream = known[MetaKey.stream].flatMap(HexID.init) else { return report }
        if copyTable("ack", source, writer) { report.tables += 1 }
        let last = last(source, stored: known[MetaKey.lastSeq].flatMap { Int64($0) } ?? 0)
        let acknowledged = min(known[MetaKey.acknowledged].flatMap { Int64($0) } ?? 0, last)
        try writer.write { db in
            try Rows.setMeta(db, MetaKey.stream, stream.text)
            try Rows.setMeta(db, MetaKey.lastSeq, String(last))
            try Rows.setMeta(db, MetaKey.acknowledged, String(acknowledged))
            for key in [MetaKey.configRevision, MetaKey.use, MetaKey.alive, MetaKey.hours] {
                if let value = known[key] { try Rows.setMeta(db, key, value) }
            }
        }
        try copyEvents(source, through: last, writer, &report)
        report.missing = Int(clamping: max(0, last - acknowledged)) - unacknowledged(writer, after: acknowledged)
        return report
    }

    private func openDamaged() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "journal-salvage"
        // writable_schema: else SQLite refuses every read of a file that is shorter than its header says.
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA query_only = 1; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;
                    PRAGMA writable_schema = ON
                    """)
        }
        return try DatabaseQueue(path: from, configuration: configuration)
    }

    /// Both are written together; a number out of a broken row may be anything.
    private func last(_ source: DatabaseQueue, stored: Int64) -> Int64 {
        let newest = (try? source.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM event") }) ?? 0
        let known = min(max(stored, 0), Salvage.highest)
        return newest - known > Salvage.longest ? known : max(known, newest)
    }

    private func unacknowledged(_ writer: DatabaseQueue, after seq: Int64) -> Int {
        let count = try? writer.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM event WHERE seq > ?", arguments: [seq])
        }
        return count.flatMap { $0 } ?? 0
    }

    /// A stretch that does not read is halved until only what is broken is left, the longest first: when patience ends
    /// only small ones are left out.
    private func copyEvents(
        _ source: DatabaseQueue, through last: Int64, _ writer: DatabaseQueue, _ report: inout SalvageReport
    ) throws {
        var todo = last > 0 ? [1...last] : []
        var (next, failures) = (0, 0)
        while next < todo.count, failures < Salvage.patience {
            let seqs = todo[next]
            next += 1
            if let found = try? read(source, seqs) {
                report.events += try insert(found.events, writer)
                if let end = found.end, end < seqs.upperBound { todo.append(end + 1...seqs.upperBound) }
            } else {
                failures += 1
                guard seqs.lowerBound < seqs.upperBound else { continue }
                let middle = seqs.lowerBound + (seqs.upperBound - seqs.lowerBound) / 2
                todo += [seqs.lowerBound...middle, middle + 1...seqs.upperBound]
            }
        }
    }

    private func insert(_ events: [Event], _ writer: DatabaseQueue) throws -> Int {
        guard !events.isEmpty else { return 0 }
        return try writer.write { db in
            try events.reduce(0) { count, event in try Rows.insertIfNew(event, db) ? count + 1 : count }
        }
    }

    /// A page that lies where another belongs shows rows out of order.
    private struct Disorder: Error {}

    /// - Returns: the first rows among `seqs`, and how far that goes when there may be more.
    private func read(_ source: DatabaseQueue, _ seqs: ClosedRange<Int64>) throws -> (events: [Event], end: Int64?) {
        let rows = try source.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM event NOT INDEXED WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
                arguments: [seqs.lowerBound, seqs.upperBound, Salvage.stride])
        }
        let found = rows.compactMap { Int64.fromDatabaseValue($0["seq"] as DatabaseValue) }
        guard found.count == rows.count, zip(found, found.dropFirst()).allSatisfy({ $0 < $1 }),
            found.allSatisfy(seqs.contains)
        else { throw Disorder() }
        return (rows.compactMap(Rows.event), rows.count < Salvage.stride ? nil : found.last)
    }

    /// All of a small table or, when it does not read to its end, what came before.
    private func copyTable(_ name: String, _ source: DatabaseQueue, _ writer: DatabaseQueue) -> Bool {
        var rows: [Row] = []
        let isWhole: ()? = try? source.read { db in
            let cursor = try Row.fetchCursor(db, sql: "SELECT * FROM \(name)")
            while let row = try cursor.next() { rows.append(row.copy()) }
        }
        try? writer.write { db in
            for row in rows {
                let marks = row.columnNames.map { _ in "?" }.joined(separator: ", ")
                let columns = row.columnNames.joined(separator: ", ")
                // A row that does not fit is left out.
                try? db.execute(
                    sql: "INSERT OR IGNORE INTO \(name) (\(columns)) VALUES (\(marks))",
                    arguments: StatementArguments(row.databaseValues))
            }
        }
        return isWhole != nil
    }
}
