import FoundationEssentials
import GRDB
import ZoneModel

/// What devices have learned: one row each, without an event, because nothing has happened (decision 0029). It stays on
/// this PC.
enum LearnedRows {
    /// Bytes; a driver that wants more is not heard.
    static let limit = 64 * 1024

    static func create(_ db: Database) throws {
        try db.execute(sql: "CREATE TABLE learned (device TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID")
    }

    static func put(_ device: DeviceID, _ content: [UInt8], _ db: Database) throws {
        guard content.count <= limit else { return }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO learned VALUES (?, ?)")
            .execute(arguments: [device.text, Data(content)])
    }

    static func remove(_ device: DeviceID, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM learned WHERE device = ?", arguments: [device.text])
    }

    /// A damaged file may hold anything in any column.
    static func content(of device: DeviceID, _ db: Database) throws -> [UInt8]? {
        try DatabaseValue.fetchOne(db, sql: "SELECT content FROM learned WHERE device = ?", arguments: [device.text])
            .flatMap { Data.fromDatabaseValue($0) }
            .flatMap { $0.count <= limit ? Array($0) : nil }
    }
}
