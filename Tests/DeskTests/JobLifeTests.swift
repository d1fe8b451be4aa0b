import DriverKit
import Glibc
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// A desk for jobs with its spool.
struct JobRig {
    let base: DeskRig
    let spool: Spool
    private let lane = BlockingLane(label: "spool")

    init() throws {
        base = try DeskRig()
        spool = try Spool(directory: base.root.path + "/spool")
    }

    /// The names of what lies in the spool.
    var documents: [String] { SmallFile.list(base.root.path + "/spool") }

    /// A desk whose device says nothing of how far it is.
    func desk(
        _ journal: Journal, _ print: @escaping @Sendable (JobJSON, String) async -> PrintResult
    ) -> JobDesk { desk(journal) { job, path, _ in await print(job, path) } }

    func desk(_ journal: Journal, saw: @escaping JobDesk.Sight = { _, _ in }, _ effect: @escaping JobDesk.Effect)
        -> JobDesk
    {
        JobDesk(
            spool: spool, journal: journal, clock: base.clock, remembered: (try? journal.restore().remembered) ?? [],
            log: base.log, saw: saw, effect: effect)
    }

    func writer(_ id: String) throws -> SpoolWriter { try SpoolWriter(spool, job: id, lane: lane) }

    /// As the route does it: the document first, then the job.
    func submit(
        _ id: String, to desk: JobDesk, on device: DeviceID = DeskRig.printer, key: RequestKey? = nil
    ) async throws -> JobJSON {
        let writer = try writer(id)
        try await writer.write(Array("document of \(id)".utf8))
        let document = try await writer.finish()
        let ticket = JobTicket(device: device, format: "application/pdf", copies: 1, caller: DeskRig.citizen)
        return try await desk.accept(id, ticket, bytes: document.bytes, key: key)
    }

    func over(_ id: String, _ journal: Journal) async throws -> JobJSON {
        try await eventually("\(id) is over") {
            try await journal.job(id).flatMap { $0.job.state.isOver ? $0.job : nil }
        }
    }
}

@Suite("Each job has one end, whatever happens", .serialized)
struct JobLifeTests {
    private let rig: JobRig

    init() throws { rig = try JobRig() }

    /// What a crash left behind: a row, and a document unless it was lost.
    private func leave(
        _ id: String, _ state: JobState, boot: String = "boot", expires: Int64 = 60_000, document: Bool = true,
        at: Int64 = 0, _ journal: Journal
    ) async throws {
        var job = JobJSON(
            id: id, device: DeskRig.printer, format: "application/pdf", bytes: 1, copies: 1, actor: "x",
            requestedAt: rig.base.clock.wall().advanced(byMilliseconds: at))
        job.state = state
        let record = JobRecord(
            job: job, user: 1000, boot: boot, expires: rig.base.clock.mono().milliseconds + expires)
        try await journal.write([Entry(nil, [.job(record)])], .now)
        if document { try SmallFile.replace(spool(id), with: "document of \(id)") }
    }

    private func spool(_ name: String) -> String { rig.spool.path(of: name) }

    private func leaveAll() async throws {
        try await rig.base.withJournal { journal in
            try await leave("begun", .started, journal)
            try await leave("begun before", .started, boot: "before", journal)
            try await leave("waiting", .accepted, journal)
            try await leave("waiting before", .accepted, boot: "before", journal)
            try await leave("late", .accepted, expires: 0, journal)
            try await leave("lost", .accepted, document: false, journal)
            for stray in ["upload", "waiting.new"] { try SmallFile.replace(spool(stray), with: "half") }
        }
    }

    @Test("after a crash: what had begun is unknown and never printed again, what waited goes on, strays are swept")
    func crash() async throws {
        try await leaveAll()
        try await rig.base.withJournal { journal in
            let printed = Notes<String>()
            let desk = rig.desk(journal) { job, _ in
                printed.add(job.id)
                return .printed(pagesProven: 1)
            }
            await desk.settle(try journal.restore().jobs)
            let ends: [(String, JobState, EventName)] = [
                ("begun", .unknown, .jobUnknown), ("begun before", .unknown, .jobUnknown),
                ("waiting", .printed, .jobPrinted), ("waiting before", .failed, .jobFailed),
                ("late", .failed, .jobFailed), ("lost", .failed, .jobFailed),
            ]
            for (id, state, event) in ends {
                #expect(try await rig.over(id, journal).state == state, "\(id)")
                #expect(try await journal.story(of: id).filter { $0 != .jobStarted } == [event], "\(id)")
            }
            #expect(printed.all == ["waiting"] && rig.documents == [])
            #expect(try journal.restore().jobs.isEmpty)
        }
    }

    @Test("what goes on after a crash goes on in the order in which it was given in")
    func orderAfterCrash() async throws {
        let ids = ["c", "a", "d", "b"]
        try await rig.base.withJournal { journal in
            for (number, id) in ids.enumerated() { try await leave(id, .accepted, at: Int64(number), journal) }
        }
        try await rig.base.withJournal { journal in
            let printed = Notes<String>()
            let desk = rig.desk(journal) { job, _ in
                printed.add(job.id)
                return .printed(pagesProven: nil)
            }
            await desk.settle(try journal.restore().jobs)
            for id in ids { _ = try await rig.over(id, journal) }
            #expect(printed.all == ids)
        }
    }

    @Test("a storm of documents and cancellations: exactly one end each, and an empty spool", arguments: Seeds.first(3))
    func storm(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { _, path in
                await Task.yield()
                return SmallFile.exists(path) ? .printed(pagesProven: nil) : .unknown("its document was taken away")
            }
            var ids: [String] = []
            var cancels: [Task<Void, Never>] = []
            for number in 0..<40 {
                let id = "job-\(number)"
                let device = DeviceID(.printer, Int.random(in: 1...3, using: &random))
                _ = try await rig.submit(id, to: desk, on: device)
                ids.append(id)
                for id in ids.suffix(4) where Int.random(in: 0..<4, using: &random) == 0 {
                    cancels.append(Task { _ = try? await desk.cancel(id, by: DeskRig.citizen) })
                }
            }
            for cancel in cancels { await cancel.value }
            try await eventuallyTrue("all are over") { try journal.restore().jobs.isEmpty && rig.documents == [] }
            for id in ids {
                let story = try await journal.story(of: id)
                let ends = story.filter { [.jobPrinted, .jobFailed, .jobUnknown, .jobCancelled].contains($0) }
                #expect(ends.count == 1 && story.last == ends.first && ends != [.jobUnknown], "\(story)")
            }
        }
    }

    @Test("a document stops at 64 MiB, and what is given up is gone")
    func limit() async throws {
        let writer = try rig.writer("big")
        let megabyte = [UInt8](repeating: 7, count: 1 << 20)
        for _ in 0..<64 { try await writer.write(megabyte) }
        await #expect(throws: SpoolWriter.TooLarge.self) { try await writer.write([7]) }
        #expect(try await writer.finish().bytes == Spool.documentLimit)
        await writer.abandon()
        #expect(rig.documents == [])
    }

    @Test("documents are the agent's only, none overwrites another, and their hash is SHA-256")
    func files() async throws {
        let writer = try rig.writer("a")
        for part in ["a", "", "bc"] { try await writer.write(Array(part.utf8)) }
        let document = try await writer.finish()
        // FIPS 180-4, example of one block.
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(document.bytes == 3 && document.hash == hash)
        var info = stat()
        #expect(stat(spool("a"), &info) == 0 && info.st_mode & 0o7777 == 0o600)
        #expect(stat(rig.base.root.path + "/spool", &info) == 0 && info.st_mode & 0o7777 == 0o700)
        #expect(throws: SystemError.self) { try rig.writer("a") }
        #expect(try SmallFile.read(spool("a")) == "abc")
    }
}
