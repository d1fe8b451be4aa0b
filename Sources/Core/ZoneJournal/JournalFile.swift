import GRDB
import Glibc
import ZoneLinux
import ZoneModel

/// The database file: opened, made durable, checked, and set aside when it is damaged.
enum JournalFile {
    struct NotDurable: Error, CustomStringConvertible {
        let found: Int
        var description: String {
            "SQLite 未能进入 synchronous=FULL（实际为 \(found)），拒绝启动以免丢失记录。"
                + " SQLite is at synchronous=\(found) instead of 2 (FULL): refusing to start, records could be lost."
        }
    }

    /// - Returns: the writing connection, and the name the damaged predecessor was given, if there was one.
    static func open(_ path: String, clockStamp: Int64) throws -> (writer: DatabaseQueue, quarantined: String?) {
        do {
            return (try openChecked(path), nil)
        } catch let error as DatabaseError where isDamage(error) {
            let name = try quarantine(path, stamp: clockStamp)
            return (try openChecked(path), name)
        } catch is Damaged {
            let name = try quarantine(path, stamp: clockStamp)
            return (try openChecked(path), name)
        }
    }

    /// A reader that cannot write, whatever it is told.
    static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "journal-reader"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA query_only = 1; PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 0")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private struct Damaged: Error {}

    private static func isDamage(_ error: DatabaseError) -> Bool {
        [ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode.primaryResultCode)
    }

    private static func openChecked(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "journal-writer"
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            // After opening and by hand: GRDB's own journal mode and prepareDatabase end in synchronous=NORMAL, which
            // loses committed rows in a power cut.
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;
                    PRAGMA journal_size_limit = 16777216; PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 0;
                    PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON
                    """)
            let level = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
            guard level == 2 else { throw NotDurable(found: level) }
            guard try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") == "ok" else { throw Damaged() }
        }
        try Schema.migrator.migrate(queue)
        return queue
    }

    /// All three files together get a new name: apart they are worth nothing.
    private static func quarantine(_ path: String, stamp: Int64) throws -> String {
        let name = "\(path).damaged-\(stamp)"
        for suffix in ["", "-wal", "-shm"] where SmallFile.exists(path + suffix) {
            guard rename(path + suffix, name + suffix) == 0 else { throw SystemError("rename \(path)\(suffix)") }
        }
        return name
    }
}
