import Synchronization
import Testing
import ZoneIdentity
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("The history leaves the PC on a stick", .timeLimit(.minutes(5)))
struct ExportTests {
    private struct House {
        let office: IdentityTestOffice
        let agent: IdentityTestAgent
        let journal: Journal
        let desk: ExportDesk

        init(acknowledged: Int64 = 0, enrolled: Bool = true) throws {
            let (office, agent) = (try IdentityTestOffice(), try IdentityTestAgent())
            // Nobody listens there: there is no line to the hub.
            if enrolled { try agent.files.adopt(try office.identity(for: nil)) }
            let journal = try Journal(path: agent.root.path + "/journal.db", boot: "boot", clock: SystemClock())
            desk = ExportDesk(
                keeper: agent.keeper(), journal: journal, folder: agent.root.path + "/export",
                acknowledged: { acknowledged }, hoursRevision: { 7 },
                state: { ZoneStateJSON(name: "某区", purpose: "demo", type: "hall", devices: []) },
                clock: agent.clock, log: IdentityTestAgent.log,
                tell: { event, _ in agent.told.withLock { $0.append(event.rawValue) } })
            (self.office, self.agent, self.journal) = (office, agent, journal)
        }

        func fill(_ count: Int, _ text: String = "") async throws {
            let entries = (0..<count).map { _ in
                Entry(
                    EventDraft(
                        .deviceState, .d, subject: "x", at: SystemClock().wall(), clockQuality: .synced,
                        mono: MonoTime(milliseconds: 2), data: ["text": .string(text)]))
            }
            try await journal.write(entries, .now)
        }

        func bytes() async throws -> [UInt8] {
            var bytes: [UInt8] = []
            for try await piece in try await desk.export(by: "test") { bytes += piece }
            return bytes
        }

        func read(_ bytes: [UInt8]) throws -> (beats: [Heartbeat], summary: SignedExport.Summary) {
            let anchors = try Anchors(pems: [office.authority.certificatePEM])
            let reader = try SignedExport.Reader(ExportMemory(bytes), anchors: anchors, at: agent.clock.wall())
            var beats: [Heartbeat] = []
            while let line = try reader.next() { beats.append(try WireCoding.decode(Heartbeat.self, line)) }
            return (beats, reader.summary)
        }
    }

    @Test("everything that is not acknowledged, in pages, the last with the state, signed by this PC")
    func whole() async throws {
        let house = try House(acknowledged: 30)
        try await house.fill(450)
        let (beats, summary) = try house.read(try await house.bytes())
        #expect(summary.name == IdentityTestOffice.name)
        #expect(beats.flatMap { $0.events ?? [] }.map(\.seq) == Array(31...450))
        #expect(beats.map { $0.events?.count ?? 0 } == [200, 200, 20])
        #expect(beats.map { $0.state != nil } == [false, false, true])
        #expect(beats.allSatisfy { $0.reason == .drain && $0.stream == house.journal.stream && $0.hoursRev == 7 })
        #expect(house.agent.events == ["export.written"])
        #expect(SmallFile.list(house.agent.root.path + "/export").isEmpty, "nothing stays on the disk")
        await house.journal.close()
    }

    @Test("with nothing new the state goes alone")
    func stateOnly() async throws {
        let house = try House()
        let (beats, _) = try house.read(try await house.bytes())
        #expect(beats.count == 1 && beats.first?.state?.name == "某区" && beats.first?.events == nil)
        await house.journal.close()
    }

    @Test("numbers that the journal no longer holds are declared")
    func gaps() async throws {
        let house = try House()
        for _ in 0..<4 { try await house.fill(100, String(repeating: "x", count: 500)) }
        var limits = JournalLimits()
        limits.bytes = try await house.journal.usedBytes() / 2
        #expect(try await house.journal.thin(limits).lost > 0)
        let (beats, _) = try house.read(try await house.bytes())
        let told = beats.flatMap { beat in
            (beat.events ?? []).map(\.seq) + (beat.gaps ?? []).flatMap { Array($0.from...$0.to) }
        }
        #expect(told.sorted() == Array(1...(told.max() ?? 0)) && told.max() == house.journal.lastSeq)
        await house.journal.close()
    }

    @Test("whatever is changed on the way, the reader refuses before it uses anything", arguments: Seeds.first(20))
    func tampered(_ seed: UInt64) async throws {
        let house = try House()
        try await house.fill(20)
        let whole = try await house.bytes()
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var bytes = whole
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            default:
                bytes.insert(
                    UInt8.random(in: 0...255, using: &random), at: Int.random(in: 0...bytes.count, using: &random))
            }
            #expect(throws: IdentityError.self) { try house.read(bytes) }
        }
        await house.journal.close()
    }

    @Test("a PC that is not enrolled has nothing to sign with")
    func notEnrolled() async throws {
        let house = try House(enrolled: false)
        let error = await #expect(throws: ErrorJSON.self) { _ = try await house.bytes() }
        #expect(error?.code == "export.notEnrolled" && error?.zh.isEmpty == false)
        await house.journal.close()
    }

    @Test("what a killed agent left behind is cleared away")
    func leftovers() async throws {
        let house = try House()
        let folder = house.agent.root.path + "/export"
        try SmallFile.makeDirectory(folder)
        try SmallFile.replace(folder + "/export-0123456789abcdef.part", with: "half")
        _ = try await house.bytes()
        #expect(SmallFile.list(folder).isEmpty)
        await house.journal.close()
    }
}
