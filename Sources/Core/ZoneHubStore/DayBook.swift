import GRDB
import ZoneDays
import ZoneModel
import ZoneTime
import ZoneWire

/// What the reckoning of past dates needs beside the history: the dates as the agents closed them, and the hours as
/// they were in force. Both stay for ever.
enum DayBook {
    static func register(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("6 days") { db in
            try db.execute(
                sql: """
                    CREATE TABLE dayClosed (
                        node INTEGER NOT NULL, date TEXT NOT NULL, device TEXT NOT NULL, content TEXT NOT NULL,
                        PRIMARY KEY (node, date, device)) WITHOUT ROWID;
                    CREATE TABLE dayHours (
                        node INTEGER NOT NULL, date TEXT NOT NULL, content TEXT NOT NULL,
                        PRIMARY KEY (node, date)) WITHOUT ROWID;
                    CREATE TABLE hubAway (since INTEGER PRIMARY KEY, until INTEGER NOT NULL);
                    """)
        }
    }

    /// The first word about a date stays. What is no record of a date is history only.
    static func note(_ event: IncomingEvent, node: Int64, _ db: Database) throws {
        guard let data = try? WireCoding.decode(JSONValue.self, Array(event.data.utf8)) else { return }
        let record = DayRecord(data: data)
        guard record.device == event.subject, CivilDate(record.date)?.description == record.date else { return }
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO dayClosed VALUES (?, ?, ?, ?)").execute(
            arguments: [node, record.date, record.device, event.data])
    }

    /// Today's and those to come, as far as they were told; a date that is over keeps the hours that it had.
    static func note(_ hours: OpeningHours, node: Int64, at now: WallTime, _ db: Database) throws {
        let intervals = hours.intervals.map { $0.opens..<$0.closes }
        var date = CivilDate(of: now)
        while date.next.start <= hours.until {
            let published = PublishedHours.of(date, in: intervals).map {
                Heartbeat.OpenInterval(opens: $0.lowerBound, closes: $0.upperBound)
            }
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO dayHours VALUES (?, ?, ?)").execute(
                arguments: [node, date.description, try WireCoding.text(published)])
            date = date.next
        }
    }

    static func records(_ db: Database, _ rest: String, _ arguments: StatementArguments) throws -> [DayRecord] {
        try Row.fetchAll(db, sql: "SELECT content FROM dayClosed \(rest)", arguments: arguments).compactMap { row in
            (try? WireCoding.decode(JSONValue.self, Array(Cells(row).text(0).utf8))).map(DayRecord.init)
        }
    }
}

extension HubStore {
    /// Longer than this between two signs of life the hub was away, ms.
    private static let longestBreath: Int64 = 180_000

    /// The hub's own sign of life; what it missed before is written down as an outage.
    package func noteAtWork(at now: WallTime) async throws {
        try await writeRelieved { db in
            let last = try Int64.fetchOne(db, sql: "SELECT value FROM keeper WHERE key = 'atWork'")
            if let last, now.milliseconds - last > HubStore.longestBreath {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO hubAway VALUES (?, ?)", arguments: [last, now.milliseconds])
            }
            try db.execute(sql: "INSERT OR REPLACE INTO keeper VALUES ('atWork', ?)", arguments: [now.milliseconds])
        }
    }

    /// When the hub itself was not at work, within this time.
    package func awayStretches(in range: Range<WallTime>) async throws -> [Range<WallTime>] {
        try await reader.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT max(since, ?), min(until, ?) FROM hubAway WHERE since < ? AND until > ? ORDER BY since",
                arguments: [
                    range.lowerBound.milliseconds, range.upperBound.milliseconds, range.upperBound.milliseconds,
                    range.lowerBound.milliseconds,
                ])
            return rows.map(Cells.init).map {
                WallTime(milliseconds: $0.integer(0))..<WallTime(milliseconds: $0.integer(1))
            }
        }
    }

    /// Seconds of these intervals in which the hub itself was not at work.
    package func awaySeconds(in intervals: [Range<WallTime>]) async throws -> Int64 {
        try await reader.read { db in
            try intervals.reduce(0) { sum, interval in
                let (from, to) = (interval.lowerBound.milliseconds, interval.upperBound.milliseconds)
                let away = try Int64.fetchOne(
                    db,
                    sql: "SELECT sum(min(until, ?) - max(since, ?)) FROM hubAway WHERE since < ? AND until > ?",
                    arguments: [to, from, to, from])
                return sum + (away ?? 0) / 1000
            }
        }
    }

    /// More a node does not write in the time between two closed dates.
    private static let mostRows = 200_000

    /// The nodes of a zone that were ever heard.
    package func dayNodes(of zone: ZoneID) async throws -> [NodeName] {
        try await reader.read { db in
            try IngestNode.all(db).map(\.name).filter { $0.zone == zone }
        }
    }

    /// What each node of a zone has closed of these dates, both ends included: its records of the zone, by date. One
    /// that does not say what it said is left out.
    package func closedDays(
        of zone: ZoneID, from first: CivilDate, to last: CivilDate
    ) async throws -> [NodeName: [DayRecord]] {
        let records = try await reader.read { db in
            var found: [NodeName: [DayRecord]] = [:]
            for node in try IngestNode.all(db) where node.name.zone == zone {
                found[node.name] = try DayBook.records(
                    db, "WHERE node = ? AND date BETWEEN ? AND ? AND device = ? ORDER BY date",
                    [node.id, first.description, last.description, DayRecord.zone])
            }
            return found
        }
        return records.mapValues { $0.filter(\.isIntact) }
    }

    /// The records of one date as the node closed it.
    package func dayRecords(of name: NodeName, on date: CivilDate) async throws -> [DayRecord] {
        try await reader.read { db in
            guard let node = try IngestNode.find(name, db) else { return [] }
            return try DayBook.records(
                db, "WHERE node = ? AND date = ? ORDER BY device", [node.id, date.description])
        }
    }

    /// The zone's record of the last date before this one that the node has closed.
    package func lastDayRecord(of name: NodeName, before date: CivilDate) async throws -> DayRecord? {
        try await reader.read { db in
            guard let node = try IngestNode.find(name, db) else { return nil }
            return try DayBook.records(
                db, "WHERE node = ? AND device = ? AND date < ? ORDER BY date DESC LIMIT 1",
                [node.id, DayRecord.zone, date.description]
            ).first
        }
    }

    /// The hours that were in force on the date; `nil` where none were told.
    package func dayHours(of name: NodeName, on date: CivilDate) async throws -> [Range<WallTime>]? {
        try await reader.read { db in
            guard let node = try IngestNode.find(name, db) else { return nil }
            let content = try String.fetchOne(
                db, sql: "SELECT content FROM dayHours WHERE node = ? AND date = ?",
                arguments: [node.id, date.description])
            let intervals = content.flatMap {
                try? WireCoding.decode([Heartbeat.OpenInterval].self, Array($0.utf8))
            }
            return intervals?.filter { $0.opens < $0.closes }.map { $0.opens..<$0.closes }
        }
    }

    /// What a day's reckoning needs of a node's events behind `seq`, up to `through`. Of two with one number (a
    /// restored disk) the one that came later counts.
    /// - Parameter since: only rows of later, as their own clock said.
    package func dayLedger(
        of name: NodeName, after seq: Int64, through: Int64, since: WallTime? = nil
    ) async throws -> DayLedger {
        try await reader.read { db in
            var ledger = DayLedger(node: name.node.text)
            guard let node = try IngestNode.find(name, db) else { return ledger }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT seq, opening.epoch, opening.boot, name, class, subject, at, clock, history.mono, schema, data
                    FROM opening JOIN history ON history.opening = opening.id AND seq > ? AND seq <= ?
                    WHERE opening.node = ? AND history.at >= ? ORDER BY history.id LIMIT ?
                    """, arguments: [seq, through, node.id, since?.milliseconds ?? Int64.min, HubStore.mostRows])
            while let row = try rows.next() {
                if let event = IncomingEvent(Cells(row))?.event { ledger.take(DayRow(event)) }
            }
            return ledger
        }
    }
}
