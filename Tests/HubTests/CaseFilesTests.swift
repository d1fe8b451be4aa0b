import Testing
import ZoneCases
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("The district's case files")
struct CaseFilesTests {
    func opening(_ bench: IngestBench, _ file: ULID? = nil) -> CaseEntry {
        let now = bench.clock.wall()
        var entry = CaseEntry(
            id: .make(at: now), of: file ?? .make(at: now), .open, role: .citizen, at: now, origin: .zone)
        entry.subject = CaseSubject(
            foundBy: .citizen, device: DeviceID(.printer, 1), kind: .printer, symptom: "noPaper")
        return entry
    }

    func event(_ entry: CaseEntry, _ agent: AgentModel) throws -> Event {
        agent.event(.caseEntry, .a, try WireCoding.decode(JSONValue.self, try WireCoding.encode(entry)))
    }

    func lines(_ reply: HeartbeatReply) throws -> [CaseEntry] {
        try reply.entries.map { try WireCoding.decode(CaseEntry.self, try WireCoding.encode($0)) }
    }

    func step(
        _ bench: IngestBench, _ file: ULID, _ step: CaseStep, _ role: CaseRole = .district, text: String = "已换硒鼓"
    ) async throws -> CaseLedger.File? {
        let now = bench.clock.wall()
        let entry = CaseEntry(id: .make(at: now), of: file, step, role: role, at: now, text: text, origin: .hub)
        return try await CaseLedger(store: bench.store).add(entry, by: "\(role.rawValue) via people's port", at: now)
    }

    @Test("what a zone reports has a number of the year, and a replay changes nothing")
    func arrival() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let (first, second) = (opening(bench), opening(bench))
        let events = [try event(first, agent), try event(second, agent)]
        try await bench.send(agent, events)
        let ledger = CaseLedger(store: bench.store)
        let files = try await ledger.files(isOver: false)
        #expect(Set(files.compactMap(\.file.number)) == ["〔2026〕第0001号", "〔2026〕第0002号"])
        #expect(files.allSatisfy { $0.name == agent.name && !$0.isOurs && $0.file.owesAnswer })
        try await bench.send(agent, events)
        try await bench.send(agent, events)
        #expect(try await ledger.files(isOver: false) == files)
    }

    @Test("the hub's lines go down with every reply until the node names them, also over a restart")
    func down() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let file = opening(bench).caseID
        let number = try lines(try await bench.send(agent, [try event(opening(bench, file), agent)]))
        #expect(number.map(\.step) == [.numbered])
        // Lines go down in the order of their times.
        bench.clock.advance(by: .seconds(1))
        let answered = try #require(try await step(bench, file, .answered))
        #expect(answered.file.state == .answered)
        #expect(try lines(try await bench.send(agent)).map(\.step) == [.numbered, .answered])
        try bench.reopen()
        let told = try lines(try await bench.send(agent))
        #expect(told.map(\.step) == [.numbered, .answered])
        var beat = agent.beat()
        beat.entries = [told[0].id.text]
        #expect(try lines(try await bench.take(beat)).map(\.step) == [.answered])
        beat = agent.beat()
        beat.entries = [told[1].id.text, "nonsense"]
        #expect(try await bench.take(beat).entries.isEmpty)
        #expect(try await bench.send(agent).entries.isEmpty)
    }

    @Test("no node writes into another's case, or names another's lines as held")
    func foreign() async throws {
        let bench = try IngestBench()
        let (agent, other) = (try AgentModel(bench.clock), try AgentModel(bench.clock, zone: "y"))
        let first = opening(bench)
        let line = try #require(try lines(try await bench.send(agent, [try event(first, agent)])).first)
        let now = bench.clock.wall()
        let forged = CaseEntry(
            id: .make(at: now), of: first.caseID, .declined, role: .district, at: now, text: "不办", origin: .hub)
        try await bench.send(other, [try event(forged, other)])
        var beat = other.beat()
        beat.entries = [line.id.text]
        _ = try await bench.take(beat)
        let file = try #require(try await CaseLedger(store: bench.store).file(first.caseID))
        #expect(file.name == agent.name && file.file.state == .open)
        #expect(try await bench.send(agent).entries.count == 1)
        let audit = try await OrderBook(store: bench.store).audit(limit: 10)
        #expect(audit.map(\.act) == ["case.foreignEntry"])
    }

    @Test("a step of the wrong role is refused, and the audit has it")
    func refused() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let first = opening(bench)
        try await bench.send(agent, [try event(first, agent)])
        await #expect(throws: CaseRefusal.self) { try await step(bench, first.caseID, .answered, .vendor) }
        await #expect(throws: CaseRefusal.self) { try await step(bench, first.caseID, .note, .staff) }
        await #expect(throws: CaseRefusal.self) { try await step(bench, first.caseID, .numbered) }
        await #expect(throws: CaseRefusal.self) { try await step(bench, first.caseID, .closed) }
        let audit = try await OrderBook(store: bench.store).audit(limit: 10)
        #expect(audit.map(\.act) == Array(repeating: "case.refused", count: 3), "who may not; not who came too early")
        #expect(try await step(bench, .make(at: bench.clock.wall()), .answered) == nil)
    }

    @Test("a hub that was restored from yesterday's copy learns its own words from the zone")
    func restoredHub() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let first = opening(bench)
        try await bench.send(agent, [try event(first, agent)])
        try await bench.copyAside()
        let answered = try #require(try await step(bench, first.caseID, .answered))
        let line = try #require(answered.file.answer)
        try bench.restoreCopy()
        try await bench.send(agent, [try event(line, agent)])
        let file = try #require(try await CaseLedger(store: bench.store).file(first.caseID))
        #expect(file.file == answered.file)
        #expect(try await OrderBook(store: bench.store).audit(limit: 10).map(\.act) == ["case.entryReturned"])
    }

    @Test(
        "a PC whose journal is an older copy, lost or damaged is told of its open cases, and of what was closed",
        arguments: [
            (EventName.journalRewound, .members([:])), (.agentStarted, ["reason": "first"]),
            (.agentStarted, ["reason": "journalDamaged"]),
        ] as [(EventName, JSONValue)])
    func lostJournal(_ name: EventName, _ data: JSONValue) async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let (over, first) = (opening(bench), opening(bench))
        try await bench.send(agent, [try event(over, agent), try event(first, agent)])
        _ = try await step(bench, over.caseID, .answered)
        let closed = try #require(try await step(bench, over.caseID, .closed))
        let open = try #require(try await CaseLedger(store: bench.store).file(first.caseID))
        #expect(closed.file.isOver && !open.file.isOver)
        var beat = agent.beat()
        beat.entries = (closed.file.entries + open.file.entries).map(\.id.text)
        #expect(try await bench.take(beat).entries.isEmpty)
        (agent.stream, agent.seq) = (HexID(random: 78), 0)
        agent.reboot("boot-2", run: 9)
        let reply = try await bench.send(agent, [agent.event(name, .a, data)])
        let told = try lines(reply)
        #expect(Set(told.prefix(2).map(\.id)) == Set(open.file.entries.map(\.id)), "what is not over comes first")
        #expect(Set(told.dropFirst(2).map(\.id)) == Set(closed.file.entries.map(\.id)))
    }

    private func keep(_ bench: IngestBench) async {
        await bench.look()
        let ledger = CaseLedger(store: bench.store)
        await CaseKeeper(
            ledger: ledger, wall: bench.wall, times: CaseTimes(),
            work: WorkTime(clock: bench.clock, log: IngestBench.log), clock: bench.clock, log: IngestBench.log
        ).look()
    }

    @Test("what a person has settled while a PC is quiet stays settled until it is heard and quiet anew")
    func settled() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        await bench.pass(.seconds(1900))
        await keep(bench)
        let ledger = CaseLedger(store: bench.store)
        let first = try #require(try await ledger.files(isOver: false).first).file
        _ = try await step(bench, first.id, .declined)
        for _ in 0..<3 {
            await bench.pass(.seconds(60))
            await keep(bench)
        }
        #expect(try await ledger.files(isOver: false).isEmpty)
        try await bench.send(agent)
        await keep(bench)
        await bench.pass(.seconds(1900))
        await keep(bench)
        let again = try await ledger.files(isOver: false)
        #expect(again.count == 1 && again.first?.file.follows == first.id)
    }

    @Test("after the hub itself was away, nobody is silent before it has listened for as long")
    func hubAway() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        bench.clock.advance(by: .seconds(7200))
        try bench.reopen()
        await bench.pass(.seconds(600))
        await keep(bench)
        #expect(try await CaseLedger(store: bench.store).files(isOver: false).isEmpty)
        await bench.pass(.seconds(1300))
        await keep(bench)
        #expect(try await CaseLedger(store: bench.store).files(isOver: false).count == 1)
    }

    @Test("a zone that staff have closed is nobody's case; when the closure is over and nobody came, it is")
    func closedByStaff() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let (now, tomorrow) = (bench.clock.wall(), CivilDate(of: bench.clock.wall()).next.start)
        func hours(_ from: Int64) -> WallTime { tomorrow.advanced(byMilliseconds: from * 3_600_000) }
        (agent.hoursRev, agent.hours) = (1, [.init(opens: hours(9), closes: hours(17))])
        agent.state = ZoneStateJSON(name: "专区", purpose: "production", type: "hall", devices: [])
        agent.state?.closure = HoursJSON.ClosureJSON(since: now, until: hours(12), reason: "停电检修")
        agent.reason = .shutdown
        try await bench.send(agent)
        let ledger = CaseLedger(store: bench.store)
        func go(to hour: Int64, _ minutes: Int64) async {
            await bench.pass(
                .milliseconds(hours(hour).milliseconds - bench.clock.wall().milliseconds + minutes * 60_000))
            await keep(bench)
        }
        await go(to: 9, 30)
        await go(to: 12, 14)
        #expect(try await ledger.files(isOver: false).isEmpty)
        await go(to: 12, 15)
        let files = try await ledger.files(isOver: false)
        #expect(files.map(\.file.subject?.code) == ["zone.notOpened"])
    }

    @Test("a PC that is not heard is a case of the hub's own, once, and stays here")
    func silence() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        let ledger = CaseLedger(store: bench.store)
        func look() async {
            await bench.look()
            await CaseKeeper(
                ledger: ledger, wall: bench.wall, times: CaseTimes(),
                work: WorkTime(clock: bench.clock, log: IngestBench.log), clock: bench.clock, log: IngestBench.log
            ).look()
        }
        await bench.pass(.seconds(600))
        await look()
        #expect(try await ledger.files(isOver: false).isEmpty, "half an hour is the data's")
        await bench.pass(.seconds(1300))
        await look()
        await look()
        let file = try #require(try await ledger.files(isOver: false).first)
        #expect(file.isOurs && file.file.subject?.code == "zone.silent" && file.file.number == "〔2026〕第0001号")
        #expect(file.file.entries.count == 2, "the opening and its number")
        #expect(try await bench.send(agent).entries.isEmpty, "nothing of it goes down")
        await look()
        let back = try #require(try await ledger.file(file.file.id))
        #expect(back.file.state == .fixed && !back.file.isOver, "closing needs a person")
        let closed = try #require(try await step(bench, file.file.id, .closed, text: ""))
        #expect(closed.file.isOver)
    }
}
