import GRDB
import Synchronization
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// The journal of one agent. Everything that waits is committed together (group commit); readers only ever see what
/// is committed; the numbers of events are given out inside the transaction.
package final class Journal: Sendable {
    package let epoch = HexID.make()
    package let boot: String
    /// The name that a damaged predecessor was given at this opening.
    package let quarantined: String?

    let writer: DatabaseQueue
    let clock: any ZoneClock
    let committer: Committer
    let reader: DatabaseQueue
    private let ballast: Ballast?
    private let gaveUpBallast = Flag()
    private let lane = BlockingLane(label: "journal-ballast")
    private let identity: Mutex<HexID>
    private let watchers = Watchers()

    /// What was saved of the damaged predecessor.
    package let salvaged: SalvageReport?

    /// - Parameter ballast: where to keep room in reserve; `nil`: nowhere.
    package init(path: String, boot: String, clock: any ZoneClock, ballast: Ballast? = nil) throws {
        (self.boot, self.clock, self.ballast) = (boot, clock, ballast)
        let opened = try JournalOpening(path, stamp: clock.wall().milliseconds, relief: ballast, gaveUp: gaveUpBallast)
        (writer, reader, quarantined, salvaged) = (opened.writer, opened.reader, opened.quarantined, opened.salvaged)
        identity = Mutex(opened.stream)
        committer = Committer(
            writer: writer, clock: clock, epoch: epoch, boot: boot, lastSeq: opened.lastSeq, watchers: watchers
        ) { [writer, gaveUpBallast] in
            guard let ballast, ballast.release() else { return false }
            gaveUpBallast.value = true
            // What the write-ahead log holds goes into the file now that there is room.
            try? await writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            return true
        }
    }

    /// Was the ballast needed, and is it not back yet?
    package var isShortOfRoom: Bool { gaveUpBallast.value && !(ballast?.isThere ?? true) }

    /// Lays the ballast down again when there is room for it.
    package func restoreBallast() async { await lane.run { [ballast] in ballast?.lay() } }

    /// Answers when the writer is not stuck.
    package func pulse() async { await committer.drain() }

    /// Names this journal's life towards the hub; changes only when a restored disk image is noticed.
    package var stream: HexID { identity.withLock { $0 } }
    package var lastSeq: Int64 { committer.lastSeq }

    /// Hands entries over, in order; `committed()` of the result waits until they are on the disk.
    /// - Parameter onCommit: runs after COMMIT and before any reader is told, in the order of submission.
    package func submit(
        _ entries: [Entry], _ urgency: Urgency = .byClass, onCommit: @escaping @Sendable () -> Void = {}
    ) -> Ticket {
        committer.submit(entries, urgency, onCommit)
    }

    /// Hands entries over and waits for the disk.
    @discardableResult
    package func write(_ entries: [Entry], _ urgency: Urgency = .byClass) async throws -> [Event] {
        try await submit(entries, urgency).committed()
    }

    /// The last number that the hub has confirmed.
    package func acknowledged() async throws -> Int64 {
        try await reader.read { try Rows.meta($0, MetaKey.acknowledged).flatMap { Int64($0) } ?? 0 }
    }

    package func restore() throws -> Restored { try reader.read(Rows.restore) }

    /// At most `limit` events with a number above `seq`, in order.
    package func page(after seq: Int64, limit: Int) async throws -> [Event] {
        try await reader.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", arguments: [seq, limit]
            ).compactMap(Rows.event)
        }
    }

    /// What a device has learned and was kept.
    package func learned(by device: DeviceID) async throws -> [UInt8]? {
        try await reader.read { try LearnedRows.content(of: device, $0) }
    }

    /// The lines, JSON, of all cases that are not over or have changed since.
    package func caseEntries(livelySince at: WallTime) async throws -> [String] {
        try await reader.read { try CaseRows.lively(since: at, $0) }
    }

    /// The lines of a case, JSON; none when there is no such case.
    package func caseEntries(of id: String) async throws -> [String] {
        try await reader.read { try CaseRows.of(id, $0) }
    }

    /// The latest rows of class A with this name and subject, newest first.
    package func audit(_ name: EventName, of subject: String, limit: Int) async throws -> [Event] {
        try await reader.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM event WHERE class = 'A' AND name = ? AND subject = ? ORDER BY seq DESC LIMIT ?
                    """, arguments: [name.rawValue, subject, limit]
            ).compactMap(Rows.event)
        }
    }

    /// Since when something is known here: the time of the oldest row of class A.
    package func oldestAudit() async throws -> WallTime? {
        try await reader.read { db in
            try DatabaseValue.fetchOne(db, sql: "SELECT at FROM event WHERE class = 'A' ORDER BY seq LIMIT 1")
                .flatMap { Int64.fromDatabaseValue($0) }.map { WallTime(milliseconds: $0) }
        }
    }

    package func command(_ id: String) async throws -> CommandJSON? {
        try await reader.read { try Rows.all($0, CommandJSON.self, Rows.commandByID, [id]).first }
    }

    /// The latest `limit` commands, newest first.
    package func commands(limit: Int) async throws -> [CommandJSON] {
        try await reader.read { try Rows.all($0, CommandJSON.self, Rows.latestCommands, [limit]) }
    }

    /// What was made of an order of the hub; `nil` when it was never seen.
    package func order(_ id: HexID) async throws -> CommandJSON? {
        try await reader.read { try Rows.all($0, CommandJSON.self, Rows.commandByOrder, [id.text]).first }
    }

    /// Orders whose present state the hub does not know yet, the oldest news first.
    package func untoldOrders(limit: Int) async throws -> [CommandJSON] {
        try await reader.read { try Rows.all($0, CommandJSON.self, Rows.untoldOrders, [limit]) }
    }

    package func job(_ id: String) async throws -> JobRecord? {
        try await reader.read { try Rows.all($0, JobRecord.self, Rows.jobByID, [id]).first }
    }

    /// The latest `limit` jobs, newest first.
    package func jobs(limit: Int) async throws -> [JobRecord] {
        try await reader.read { try Rows.all($0, JobRecord.self, Rows.latestJobs, [limit]) }
    }

    /// The number of the last committed event, at once and after every commit; only the newest is kept for a slow
    /// reader, who pages from the journal.
    package func commits() -> AsyncStream<Int64> { watchers.watch(startingWith: lastSeq) }

    /// A restored disk image: the hub holds later numbers of this stream, so go on under a new name.
    /// - Parameter acknowledged: the last number that reached the hub under the old one.
    package func mintStream(_ entry: Entry, acknowledged: Int64) async throws {
        let fresh = HexID.make()
        try await writer.write { db in
            try Rows.setMeta(db, MetaKey.stream, fresh.text)
            try Rows.setMeta(db, MetaKey.acknowledged, String(acknowledged))
        }
        identity.withLock { $0 = fresh }
        try await write([entry], .now)
    }

    /// Commits what waits and closes.
    package func close() async {
        await committer.drain()
        watchers.finish()
        // The reader first: the last connection to close checkpoints, and a read-only one cannot.
        try? reader.close()
        try? writer.close()
    }
}

/// A yes or no that two tasks share.
final class Flag: Sendable {
    private let storage = Mutex(false)

    var value: Bool {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }
}

/// Who wants to hear of commits.
final class Watchers: Sendable {
    private struct State {
        var nextID = 0
        var outputs: [Int: AsyncStream<Int64>.Continuation] = [:]
        var isFinished = false
        var told: Int64 = 0
    }

    private let state = Mutex(State())

    func watch(startingWith seq: Int64) -> AsyncStream<Int64> {
        let (stream, output) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state -> Int? in
            guard !state.isFinished else { return nil }
            state.nextID += 1
            state.outputs[state.nextID] = output
            state.told = max(state.told, seq)
            output.yield(state.told)
            return state.nextID
        }
        guard let id else {
            output.finish()
            return stream
        }
        output.onTermination = { [self] _ in state.withLock { _ = $0.outputs.removeValue(forKey: id) } }
        return stream
    }

    /// Under the lock, so that an older number never follows a newer one.
    func tell(_ seq: Int64) {
        state.withLock { state in
            state.told = max(state.told, seq)
            for output in state.outputs.values { output.yield(state.told) }
        }
    }

    func finish() {
        let outputs = state.withLock { state in
            state.isFinished = true
            return Array(state.outputs.values)
        }
        for output in outputs { output.finish() }
    }
}
