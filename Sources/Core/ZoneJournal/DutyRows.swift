import GRDB
import ZoneModel
import ZoneTime
import ZoneWire

/// Somebody entered that a duty was done, or that what it waits for has begun.
package struct DutyRecord: Sendable, Hashable, Codable {
    package var duty: Slug
    /// `done`, `begun`.
    package var kind: String
    /// `2026-11-21`: the day it is for.
    package var date: String
    package var at: WallTime
    package var role: String
    package var late: Bool
    package var note: String?
    /// Whether anybody vouched for the clock then; `nil`: written by an older version.
    package var vouched: Bool?

    package init(
        duty: Slug, kind: String, date: String, at: WallTime, role: String, late: Bool, note: String? = nil,
        vouched: Bool? = nil
    ) {
        (self.duty, self.kind, self.date, self.at) = (duty, kind, date, at)
        (self.role, self.late, self.note, self.vouched) = (role, late, note, vouched)
    }
}

/// What somebody found of one thing of a check-list.
package struct CheckRecord: Sendable, Hashable, Codable {
    package var list: Slug
    package var item: Slug
    /// true, false, or how many.
    package var found: JSONValue
    package var at: WallTime
    package var role: String

    package init(list: Slug, item: Slug, found: JSONValue, at: WallTime, role: String) {
        (self.list, self.item, self.found, self.at, self.role) = (list, item, found, at, role)
    }
}

/// A change of what is known of duties and check-lists.
package enum DutyChange: Sendable, Hashable {
    case entered(DutyRecord)
    case takenBack(duty: Slug, kind: String, date: String)
    /// From which day on something is owed for a duty.
    case known(duty: Slug, since: String)
    case checked([CheckRecord])
}

/// What the tables of duties say at start-up.
package struct DutyTables: Sendable {
    package var records: [DutyRecord] = []
    package var since: [Slug: String] = [:]
    package var checks: [CheckRecord] = []

    package init() {}
}

enum DutyRows {
    /// Of one duty and kind: more than a year of days, whatever a clock says the date is.
    static let kept = 400

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE dutyEntry (
                    duty TEXT NOT NULL, kind TEXT NOT NULL, date TEXT NOT NULL, content TEXT NOT NULL,
                    PRIMARY KEY (duty, kind, date)) WITHOUT ROWID;
                CREATE TABLE dutyKnown (duty TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE checkAnswer (
                    list TEXT NOT NULL, item TEXT NOT NULL, content TEXT NOT NULL,
                    PRIMARY KEY (list, item)) WITHOUT ROWID;
                """)
    }

    static func apply(_ change: DutyChange, _ db: Database) throws {
        switch change {
        case .entered(let record):
            try put(
                db, "INSERT OR REPLACE INTO dutyEntry VALUES (?, ?, ?, ?)",
                [record.duty.text, record.kind, record.date, try WireCoding.text(record)])
            try put(
                db,
                """
                DELETE FROM dutyEntry WHERE duty = ?1 AND kind = ?2 AND date <= (
                    SELECT date FROM dutyEntry WHERE duty = ?1 AND kind = ?2 ORDER BY date DESC LIMIT 1 OFFSET \(kept))
                """, [record.duty.text, record.kind])
        case .takenBack(let duty, let kind, let date):
            try put(db, "DELETE FROM dutyEntry WHERE duty = ? AND kind = ? AND date = ?", [duty.text, kind, date])
        case .known(let duty, let since):
            try put(db, "INSERT OR REPLACE INTO dutyKnown VALUES (?, ?)", [duty.text, since])
        case .checked(let records):
            for record in records {
                try put(
                    db, "INSERT OR REPLACE INTO checkAnswer VALUES (?, ?, ?)",
                    [record.list.text, record.item.text, try WireCoding.text(record)])
            }
        }
    }

    /// Rows that are not ours are left out: a damaged file may hold anything in any column.
    static func all(_ db: Database) throws -> DutyTables {
        var tables = DutyTables()
        tables.records = try contents(db, "SELECT content FROM dutyEntry ORDER BY duty, kind, date", DutyRecord.self)
        tables.checks = try contents(db, "SELECT content FROM checkAnswer ORDER BY list, item", CheckRecord.self)
        for row in try Row.fetchAll(db, sql: "SELECT duty, since FROM dutyKnown") {
            func text(_ name: String) -> String? { String.fromDatabaseValue(row[name] as DatabaseValue) }
            guard let duty = text("duty").flatMap({ Slug($0) }), let since = text("since") else { continue }
            tables.since[duty] = since
        }
        return tables
    }

    private static func contents<Value: Decodable>(_ db: Database, _ sql: String, _ type: Value.Type) throws -> [Value]
    {
        try DatabaseValue.fetchAll(db, sql: sql).compactMap { value in
            String.fromDatabaseValue(value).flatMap { try? WireCoding.decode(type, Array($0.utf8)) }
        }
    }

    private static func put(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
