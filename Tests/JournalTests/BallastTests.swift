import GRDB
import Glibc
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import ZoneJournal

@Suite("Room in reserve, and a full disk", .timeLimit(.minutes(5)))
struct BallastTests {
    @Test("the reserve is really there: 32 MiB, and at most a sixteenth of its file system")
    func lay() throws {
        let root = try TemporaryRoot()
        let path = root.path + "/ballast"
        let disk = try Machine.fileSystem(of: root.path)
        let ballast = Ballast(path: path, beside: root.path)
        #expect(!ballast.isThere)
        ballast.lay()
        #expect(ballast.isThere == (disk.available > 96 << 20))
        var status = stat()
        guard ballast.isThere, stat(path, &status) == 0 else { return }
        #expect(UInt64(status.st_size) == min(32 << 20, disk.total / 16))
        #expect(status.st_blocks * 512 >= status.st_size, "a hole is no reserve")
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("it is given up once, and laid again")
    func release() throws {
        let root = try TemporaryRoot()
        let ballast = Ballast(path: root.path + "/ballast", beside: root.path)
        #expect(!ballast.release(), "there was nothing to give up")
        ballast.lay()
        #expect(ballast.release() && !ballast.isThere && !ballast.release())
        ballast.lay()
        ballast.lay()
        #expect(ballast.isThere)
    }

    @Test("where there is no room, or nobody knows of any, none is taken")
    func noRoom() throws {
        let root = try TemporaryRoot()
        // proc(5) has a size of nothing, and nothing free.
        for (path, beside) in [
            ("/proc/ballast", root.path), (root.path + "/ballast", "/proc"), (root.path + "/no/ballast", root.path),
            (root.path + "/ballast", root.path + "/no"),
        ] {
            let ballast = Ballast(path: path, beside: beside)
            ballast.lay()
            #expect(!ballast.isThere, "\(path) beside \(beside)")
        }
    }

    @Test("a full disk is told from a broken one")
    func isDiskFull() {
        for code in [ResultCode.SQLITE_FULL, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE] {
            #expect(DatabaseError(resultCode: code).isDiskFull)
        }
        for code in [ResultCode.SQLITE_CORRUPT, .SQLITE_IOERR_READ, .SQLITE_BUSY, .SQLITE_READONLY, .SQLITE_IOERR] {
            #expect(!DatabaseError(resultCode: code).isDiskFull)
        }
    }

    @Test("a full disk: the reserve goes, who cannot be served is told, no number is lost, and the reserve comes back")
    func full() async throws {
        let root = try TemporaryRoot()
        let ballast = Ballast(path: root.path + "/ballast", beside: root.path)
        let journal = try Journal(
            path: root.path + "/journal.db", boot: "boot", clock: SystemClock(), ballast: ballast)
        #expect(!journal.isShortOfRoom, "what was never laid was not needed")
        await journal.restoreBallast()
        #expect(!journal.isShortOfRoom)
        var seqs = try await journal.write([Full.entry], .now).map(\.seq)
        try Full.limit(journal.writer, spare: 0)
        await #expect(throws: DatabaseError.self) { try await journal.write([Full.entry, Full.entry], .now) }
        #expect(journal.isShortOfRoom, "the reserve was given up")
        await #expect(throws: DatabaseError.self) { try await journal.write([Full.entry], .now) }
        try Full.limit(journal.writer, spare: 1 << 20)
        for _ in 0..<3 { seqs += try await journal.write([Full.entry], .now).map(\.seq) }
        #expect(seqs == [1, 2, 3, 4])
        #expect(try await journal.page(after: 0, limit: 10).map(\.seq) == seqs)
        await journal.restoreBallast()
        #expect(!journal.isShortOfRoom)
        await journal.close()
    }

    @Test("what met a full disk is written after the relief, in its place, and relief is asked for once")
    func relief() async throws {
        let root = try TemporaryRoot()
        let (committer, asked) = try Full.committer(root)
        let tickets = (0..<4).map { _ in committer.submit([Full.entry], .now) }
        var seqs: [Int64] = []
        for ticket in tickets { seqs += try await ticket.committed().map(\.seq) }
        #expect(seqs == [1, 2, 3, 4] && asked.next() == 2)
    }

    @Test("thinning that meets a full disk is relieved as well")
    func reliefAlone() async throws {
        let root = try TemporaryRoot()
        let (committer, asked) = try Full.committer(root)
        let draft = try #require(Full.entry.event)
        try await committer.alone { _, note in for _ in 0..<3 { try note(draft) } }
        #expect(committer.lastSeq == 3 && asked.next() == 2)
        #expect(try await committer.submit([Full.entry], .now).committed().first?.seq == 4)
    }
}

/// A disk of as many pages as a test likes.
private enum Full {
    static let entry = Entry(
        EventDraft(
            .deviceState, .b, subject: "x", at: WallTime(milliseconds: 1), clockQuality: .synced,
            mono: MonoTime(milliseconds: 2), data: ["text": .string(String(repeating: "x", count: 20_000))]))

    static func limit(_ writer: DatabaseQueue, spare: Int) throws {
        try writer.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + spare)")
        }
    }

    /// Writes to a full disk that relief makes wide; the counter counts the calls for it.
    static func committer(_ root: TemporaryRoot) throws -> (committer: Committer, asked: AttemptCounter) {
        let writer = try JournalFile.open(root.path + "/journal.db", clockStamp: 1).writer
        let asked = AttemptCounter()
        try limit(writer, spare: 0)
        let committer = Committer(
            writer: writer, clock: SystemClock(), epoch: HexID.make(), boot: "boot", lastSeq: 0, watchers: Watchers()
        ) {
            _ = asked.next()
            return (try? limit(writer, spare: 1 << 20)) != nil
        }
        return (committer, asked)
    }
}
