import GRDB
import Glibc
import ZoneLinux
import ZoneModel

/// The database file: opened, made durable, checked, and set aside when it is damaged.
enum IngestFile {
    struct NotDurable: Error, CustomStringConvertible {
        var description: String { "SQLite 未能进入 synchronous=FULL。 SQLite is not at synchronous=FULL." }
    }

    static func open(_ path: String, stamp: Int64) throws -> (writer: DatabaseQueue, damage: HubDamage?) {
        try closeToOthers(path)
        do {
            return (try connect(path), nil)
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.primaryCode) {
            return try begin(anew: path, stamp: stamp, because: error.message ?? "\(error.resultCode)")
        } catch let error as CheckFailed {
            return try begin(anew: path, stamp: stamp, because: error.found)
        }
    }

    /// A reader that cannot write, whatever it is told.
    static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        (configuration.readonly, configuration.label) = (true, "hub-reader")
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1; PRAGMA busy_timeout = 5000") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The file, its log and its index.
    private static let parts = ["", "-wal", "-shm"]
    private static let damaged = ".damaged-"
    /// At most; a stricter file stays as it is.
    private static let mode: mode_t = 0o640

    /// SQLite makes a database 0644 (SQLITE_DEFAULT_FILE_PERMISSIONS), and log and index as the database is: so it is
    /// made here. What was made before, copies of damaged ones too, is closed to others now.
    private static func closeToOthers(_ path: String) throws(SystemError) {
        // Not opened when it is there: closing it would end the locks of a connection of this process (fcntl(2)).
        if !SmallFile.exists(path) { _ = try OwnedFD.create(path, mode: mode) }
        let folder = SmallFile.folder(of: path) + "/"
        let copies = SmallFile.list(folder).map { folder + $0 }.filter { $0.hasPrefix(path + damaged) }
        for file in parts.map({ path + $0 }).filter(SmallFile.exists) + copies {
            let now = try FileFacts(path: file).mode
            guard now & ~mode != 0 else { continue }
            guard chmod(file, now & mode) == 0 else { throw SystemError("chmod \(file)") }
        }
    }

    private struct CheckFailed: Error {
        var found: String
    }

    private static func connect(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            // By hand, after opening: GRDB's own way ends in synchronous=NORMAL.
            for setting in [
                "journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 1000", "busy_timeout = 5000",
                "journal_size_limit = 67108864", "mmap_size = 0", "trusted_schema = OFF", "cell_size_check = ON",
            ] {
                try db.execute(sql: "PRAGMA \(setting)")
            }
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { throw NotDurable() }
            let found = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard found == "ok" else { throw CheckFailed(found: found) }
        }
        try HubSchema.migrator.migrate(queue)
        return queue
    }

    /// The file, its log and its index get a new name together: apart they are worth nothing.
    private static func begin(
        anew path: String, stamp: Int64, because found: String
    ) throws -> (writer: DatabaseQueue, damage: HubDamage?) {
        let aside = "\(path)\(damaged)\(stamp)"
        for part in parts where SmallFile.exists(path + part) {
            if rename(path + part, aside + part) != 0 { throw SystemError("rename \(path)\(part)") }
        }
        try closeToOthers(path)
        let queue = try connect(path)
        var damage = HubDamage(setAside: aside, found: found.cleaned())
        try IngestSalvage(from: aside).run(into: queue, &damage)
        return (queue, damage)
    }
}

extension DatabaseError {
    fileprivate var primaryCode: ResultCode { resultCode.primaryResultCode }
}
