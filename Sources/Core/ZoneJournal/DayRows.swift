import GRDB
import ZoneDays
import ZoneModel
import ZoneTime
import ZoneWire

/// Dates that are over, as they were closed: one row per date and device, and one for the zone.
enum DayRows {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE day (
                    date TEXT NOT NULL, device TEXT NOT NULL, content TEXT NOT NULL,
                    PRIMARY KEY (date, device)) WITHOUT ROWID;
                """)
    }

    /// The first word about a date stays: what comes later is a revision of the sheet.
    static func put(_ record: DayRecord, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO day VALUES (?, ?, ?)").execute(
            arguments: [record.date, record.device, try WireCoding.text(record.data)])
    }

    static func read(_ db: Database, _ rest: String, _ arguments: StatementArguments = []) throws -> [DayRecord] {
        try Rows.all(db, JSONValue.self, "SELECT content FROM day \(rest)", arguments).map(DayRecord.init)
    }

    static func forget(now: WallTime, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM day WHERE date < ?",
            arguments: [CivilDate(of: now).advanced(byDays: -DayLedger.keptDates).description])
    }
}

extension Journal {
    private static let rowsAtOnce = 1000

    /// The records of these dates, both ends included, by date and device.
    package func dayRecords(from first: CivilDate, to last: CivilDate) async throws -> [DayRecord] {
        try await reader.read {
            try DayRows.read(
                $0, "WHERE date BETWEEN ? AND ? ORDER BY date, device", [first.description, last.description])
        }
    }

    /// Dates that are closed, in order.
    package func days(from first: CivilDate, to last: CivilDate) async throws -> [DayTotals] {
        let records = try await dayRecords(from: first, to: last)
        return Dictionary(grouping: records, by: \.date).sorted { $0.key < $1.key }.compactMap { DayTotals($0.value) }
    }

    /// The last record of each device, and of the zone.
    package func lastDayRecords() async throws -> [DayRecord] {
        try await reader.read {
            try DayRows.read($0, "WHERE (device, date) IN (SELECT device, max(date) FROM day GROUP BY device)")
        }
    }

    /// The zone's date of the oldest event that is held and whose clock somebody vouched for; `nil` without any.
    package func firstDate() async throws -> CivilDate? {
        let at = try await reader.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT at FROM event WHERE clockQuality <> ? ORDER BY seq LIMIT 1",
                arguments: [ClockQuality.unsynced.rawValue])
        }
        return at.map { CivilDate(of: WallTime(milliseconds: $0)) }
    }

    /// What a day's reckoning needs of the events behind `seq`, up to `through`.
    package func dayLedger(of node: NodeID, after seq: Int64, through: Int64) async throws -> DayLedger {
        var (ledger, position) = (DayLedger(node: node.text), seq)
        while position < through {
            let events = try await page(after: position, limit: Journal.rowsAtOnce)
            ledger.take(events.lazy.filter { $0.seq <= through }.map(DayRow.init))
            guard let last = events.last, events.count == Journal.rowsAtOnce else { break }
            position = last.seq
        }
        return ledger
    }
}
