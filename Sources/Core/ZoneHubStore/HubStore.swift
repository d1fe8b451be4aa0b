import GRDB
import Synchronization
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// The hub's database. Nothing is acknowledged before it is committed with synchronous=FULL.
package final class HubStore: Sendable {
    /// The disk is full, and what was kept in reserve is used up.
    package struct NoRoom: Error, CustomStringConvertible {
        package var description: String { "磁盘已满，暂时无法保存。 The disk is full: nothing can be stored for now." }
    }

    /// The one connection that writes, and checkpoints.
    let writer: DatabaseQueue
    let reader: DatabaseQueue
    private let ballast: Ballast?
    private let lane = BlockingLane(label: "hub-ballast")
    private let gaveUpBallast = Mutex(false)

    /// Which nodes have lines of cases to be told.
    let casesDown: CaseQueue

    /// What happened to a damaged predecessor at this opening.
    package let damage: HubDamage?

    /// - Parameter ballast: where to keep room in reserve; `nil`: nowhere.
    /// - Throws: `NotDurable`, SQLite's errors; not for a damaged file, which is set aside (`damage`).
    package init(path: String, clock: any ZoneClock = SystemClock(), ballast: Ballast? = nil) throws {
        self.ballast = ballast
        let stamp = clock.wall().milliseconds
        func open() throws -> (DatabaseQueue, HubDamage?, DatabaseQueue) {
            do {
                let (writer, damage) = try IngestFile.open(path, stamp: stamp)
                return (writer, damage, try IngestFile.reader(path))
            } catch let error as DatabaseError where error.isDiskFull {
                throw NoRoom()
            }
        }
        do {
            (writer, damage, reader) = try open()
        } catch let error as NoRoom {
            // Opening writes, too.
            guard let ballast, ballast.release() else { throw error }
            (writer, damage, reader) = try open()
            gaveUpBallast.withLock { $0 = true }
            try? writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        }
        casesDown = CaseQueue(try reader.read(CaseFiles.waitingNodes))
    }

    /// Every node as last known.
    package func nodes() throws -> [NodeRecord] {
        try reader.read { db in
            try IngestNode.all(db).map { node in
                let state = try String.fetchOne(
                    db.cachedStatement(sql: "SELECT content FROM nodeState WHERE id = ?"), arguments: [node.id])
                let hours = try String.fetchOne(
                    db.cachedStatement(sql: "SELECT content FROM nodeHours WHERE id = ?"), arguments: [node.id])
                return node.record(
                    state: state.flatMap { try? WireCoding.decode(ZoneStateJSON.self, Array($0.utf8)) },
                    hours: hours.flatMap { try? WireCoding.decode(OpeningHours.self, Array($0.utf8)) })
            }
        }
    }

    /// Answers when the writer is not stuck.
    package func pulse() async { try? await writer.write { _ in } }

    package func close() {
        // The reader first: the last connection to close checkpoints, and a read-only one cannot.
        try? reader.close()
        try? writer.close()
    }
}

extension HubStore {
    /// Was the ballast needed, and is it not back yet?
    package var isShortOfRoom: Bool { gaveUpBallast.withLock { $0 } && !(ballast?.isThere ?? true) }

    /// Lays the ballast down again when there is room for it.
    package func restoreBallast() async {
        await lane.run { [ballast] in ballast?.lay() }
    }

    /// One transaction; on a full disk once more after the ballast was given up.
    /// - Throws: `NoRoom`, SQLite's errors.
    func writeRelieved<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await writer.write(work)
        } catch let error as DatabaseError where error.isDiskFull {
            guard await relieve() else { throw NoRoom() }
        }
        do {
            return try await writer.write(work)
        } catch let error as DatabaseError where error.isDiskFull {
            throw NoRoom()
        }
    }

    private func relieve() async -> Bool {
        guard await lane.run({ [ballast] in ballast?.release() ?? false }) else { return false }
        gaveUpBallast.withLock { $0 = true }
        // What the write-ahead log holds goes into the file now that there is room.
        try? await writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        return true
    }
}

extension DatabaseError {
    /// SQLITE_FULL, or a write or a mapping of the file that the file system has no room for.
    fileprivate var isDiskFull: Bool {
        let code = extendedResultCode
        return code.primaryResultCode == .SQLITE_FULL
            || [.SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE].contains(code)
    }
}
