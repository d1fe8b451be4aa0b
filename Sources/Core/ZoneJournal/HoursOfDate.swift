import GRDB
import ZoneDays
import ZoneModel
import ZoneTime
import ZoneWire

/// The published hours of one date as they were in force on it.
package struct HoursOfDate: Sendable, Hashable {
    package var date: CivilDate
    /// In order; none: the zone was not open.
    package var open: [Range<WallTime>]

    package init(date: CivilDate, open: [Range<WallTime>]) { (self.date, self.open) = (date, open) }
}

/// One row per date, those to come among them. The last word about a date counts.
enum HoursOfDateRows {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: "CREATE TABLE dayHours (date TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID")
    }

    static func put(_ dates: [HoursOfDate], _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "INSERT OR REPLACE INTO dayHours VALUES (?, ?)")
        for day in dates {
            let ends = day.open.map { [$0.lowerBound.milliseconds, $0.upperBound.milliseconds] }
            try statement.execute(arguments: [day.date.description, try WireCoding.text(ends)])
        }
    }

    /// Rows that are not ours are left out: a damaged file may hold anything in any column.
    static func read(_ db: Database, _ rest: String, _ arguments: StatementArguments = []) throws -> [HoursOfDate] {
        try Row.fetchAll(db, sql: "SELECT * FROM dayHours \(rest)", arguments: arguments).compactMap { row in
            func text(_ name: String) -> String? { String.fromDatabaseValue(row[name] as DatabaseValue) }
            guard let date = text("date").flatMap({ CivilDate($0) }), let content = text("content"),
                let open = try? WireCoding.decode([[Int64]].self, Array(content.utf8)),
                open.allSatisfy({ $0.count == 2 && $0[0] < $0[1] })
            else { return nil }
            return HoursOfDate(
                date: date, open: open.map { WallTime(milliseconds: $0[0])..<WallTime(milliseconds: $0[1]) })
        }
    }

    /// As long as the days themselves.
    static func forget(now: WallTime, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM dayHours WHERE date < ?",
            arguments: [CivilDate(of: now).advanced(byDays: -DayLedger.keptDates).description])
    }
}

extension Journal {
    /// The hours that were in force on the date; `nil` where nobody has kept them.
    package func hours(of date: CivilDate) async throws -> [Range<WallTime>]? {
        try await reader.read { try HoursOfDateRows.read($0, "WHERE date = ?", [date.description]) }.first?.open
    }

    /// When the boot before this one was at work last; `nil` when there was none, or nobody vouched for its clock.
    package func lastRowOfEarlierBoot() async throws -> WallTime? {
        let boot = boot
        let row = try await reader.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM event WHERE boot <> ? ORDER BY seq DESC LIMIT 1", arguments: [boot]
            )
            .flatMap(Rows.event)
        }
        return row.flatMap { $0.clockQuality == .unsynced ? nil : $0.at }
    }
}
