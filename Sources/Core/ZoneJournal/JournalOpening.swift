import GRDB
import ZoneLinux
import ZoneModel

/// What opening the journal's file gives: the connections, its identity, and what was saved of a damaged predecessor.
struct JournalOpening {
    /// The disk is full, and nothing is kept in reserve.
    struct NoRoom: Error, CustomStringConvertible {
        let path: String
        var description: String {
            "磁盘已满，无法打开记录文件 \(path)：请清理磁盘后再启动。"
                + " The disk is full: \(path) cannot be opened. Make room, then start again."
        }
    }

    let writer: DatabaseQueue
    let reader: DatabaseQueue
    let quarantined: String?
    let salvaged: SalvageReport?
    let stream: HexID
    let lastSeq: Int64

    /// Opening writes: on a full disk once more after the reserve was given up.
    init(_ path: String, stamp: Int64, relief: Ballast?, gaveUp: Flag) throws {
        do {
            self = try JournalOpening(path, stamp: stamp)
        } catch let error as DatabaseError where error.isDiskFull {
            guard let relief, relief.release() else { throw NoRoom(path: path) }
            gaveUp.value = true
            do {
                self = try JournalOpening(path, stamp: stamp)
            } catch let error as DatabaseError where error.isDiskFull {
                throw NoRoom(path: path)
            }
            // What the write-ahead log of the last life holds goes into the file: its room is needed more than the
            // reserve was.
            try? writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        }
    }

    private init(_ path: String, stamp: Int64) throws {
        let opened = try JournalFile.open(path, clockStamp: stamp)
        writer = opened.writer
        quarantined = try JournalOpening.damaged(opened.writer, setAsideNow: opened.quarantined)
        salvaged = try quarantined.map { try Salvage(from: $0).run(into: opened.writer) }
        (stream, lastSeq) = try writer.write { db in
            let stream = try Rows.meta(db, MetaKey.stream).flatMap(HexID.init) ?? HexID.make()
            try Rows.setMeta(db, MetaKey.stream, stream.text)
            let stored = try Rows.meta(db, MetaKey.lastSeq).flatMap { Int64($0) } ?? 0
            return (stream, max(stored, try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0))
        }
        reader = try JournalFile.reader(path)
    }

    /// The damaged file to read: the one of this opening, or one that an agent was killed over before it had told of it.
    private static func damaged(_ writer: DatabaseQueue, setAsideNow name: String?) throws -> String? {
        try writer.write { db in
            if let name { try Rows.setMeta(db, MetaKey.salvaging, name) }
            return try name ?? Rows.meta(db, MetaKey.salvaging)
        }
    }
}
