import GRDB
import ZoneCases
import ZoneModel
import ZoneTime

/// 〔2026〕第0012号: by the year in the zone, in the order in which cases arrive here.
enum CaseNumbers {
    /// More cases a year no district has; whoever names a higher one is not believed.
    private static let most = 99_999

    /// The next number, as a line of the case.
    static func line(of id: ULID, at now: WallTime, _ db: Database) throws -> CaseEntry {
        let year = CivilDate(of: now).year
        let next = try last(of: year, db) + 1
        try set(year, next, db)
        // Lines go down in the order of their names: the number not before a first line of the same moment.
        let name = ULID.make(at: now.advanced(byMilliseconds: 1))
        var entry = CaseEntry(id: name, of: id, .numbered, role: .system, at: now, origin: .hub)
        entry.number = text(year, next)
        return entry
    }

    private static func text(_ year: Int, _ number: Int) -> String {
        let digits = String(number)
        return "〔\(year)〕第\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)号"
    }

    /// This hub was restored from a copy that had not come so far: what it gave since is not given again.
    static func note(returned text: String, _ db: Database) throws {
        let parts = text.split { !$0.isASCII }.compactMap { Int($0) }
        guard parts.count == 2, text == self.text(parts[0], parts[1]), parts[1] <= most else { return }
        if parts[1] > (try last(of: parts[0], db)) { try set(parts[0], parts[1], db) }
    }

    private static func last(of year: Int, _ db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT last FROM case_year WHERE year = ?"), arguments: [year]) ?? 0
    }

    private static func set(_ year: Int, _ last: Int, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO case_year VALUES (?, ?)").execute(arguments: [year, last])
    }
}
