import GRDB
import ZoneModel
import ZoneTime

/// What one day began and ended with: one row per device, day and thing that is used up.
package struct SupplyDay: Sendable, Hashable {
    /// What is counted: sides by the life counter, or a level in percent.
    package enum Part: String, Sendable, Hashable, CaseIterable { case pages, supply, tray }

    package var device: DeviceID
    package var date: CivilDate
    package var part: Part
    /// As the device says it; empty for `pages`.
    package var name: String
    /// Another one's levels and counter are no continuation.
    package var serial: String?
    package var first: Int
    package var last: Int

    package init(
        device: DeviceID, date: CivilDate, part: Part, name: String, serial: String?, first: Int, last: Int
    ) {
        (self.device, self.date, self.part, self.name) = (device, date, part, name)
        (self.serial, self.first, self.last) = (serial, first, last)
    }
}

enum SupplyRows {
    static let keptDays = 60

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE supplyDay (
                    device TEXT NOT NULL, date TEXT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, serial TEXT,
                    first INTEGER NOT NULL, last INTEGER NOT NULL,
                    PRIMARY KEY (device, date, part, name)) WITHOUT ROWID;
                """)
    }

    static func put(_ days: [SupplyDay], _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "INSERT OR REPLACE INTO supplyDay VALUES (?, ?, ?, ?, ?, ?, ?)")
        for day in days {
            try statement.execute(arguments: [
                day.device.text, day.date.description, day.part.rawValue, day.name, day.serial, day.first, day.last,
            ])
        }
    }

    /// Rows that are not ours are left out: a damaged file may hold anything in any column.
    static func all(_ db: Database) throws -> [SupplyDay] {
        try Row.fetchAll(db, sql: "SELECT * FROM supplyDay ORDER BY device, date").compactMap { row in
            func text(_ name: String) -> String? { String.fromDatabaseValue(row[name] as DatabaseValue) }
            func number(_ name: String) -> Int? { Int.fromDatabaseValue(row[name] as DatabaseValue) }
            guard let device = text("device").flatMap({ Slug($0) }), let date = text("date").flatMap({ CivilDate($0) }),
                let part = text("part").flatMap({ SupplyDay.Part(rawValue: $0) }), let name = text("name"),
                let first = number("first"), let last = number("last")
            else { return nil }
            return SupplyDay(
                device: device, date: date, part: part, name: name, serial: text("serial"), first: first, last: last)
        }
    }

    /// What is too old, and what a clock that was ahead has dated.
    static func forget(now: WallTime, _ db: Database) throws {
        let today = CivilDate(of: now)
        try db.execute(
            sql: "DELETE FROM supplyDay WHERE date < ? OR date > ?",
            arguments: [today.advanced(byDays: -keptDays).description, today.next.description])
    }
}
