import GRDB
import Testing
import ZoneCases
import ZoneHubCore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubStore

/// Where the two sides of a case have not heard each other, and where there is too much of it.
@Suite("The edges of the district's case files")
struct CaseEdgesTests {
    private let files = CaseFilesTests()

    private func again(_ bench: IngestBench, _ file: ULID, _ step: CaseStep = .repeated) -> CaseEntry {
        let now = bench.clock.wall()
        var entry = CaseEntry(id: .make(at: now), of: file, step, role: .citizen, at: now, origin: .zone)
        if step == .repeated { entry.subject = CaseSubject(foundBy: .citizen, device: DeviceID(.printer, 1)) }
        return entry
    }

    private func acts(_ bench: IngestBench) async throws -> [String] {
        try await OrderBook(store: bench.store).audit(limit: 10).map(\.act)
    }

    @Test("what was closed before a report came up is to be done again, until it is answered")
    func unheard() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        var first = files.opening(bench)
        first.subject?.foundBy = .system
        try await bench.send(agent, [try files.event(first, agent)])
        _ = try await files.step(bench, first.caseID, .fixed)
        _ = try await files.step(bench, first.caseID, .closed)
        let ledger = CaseLedger(store: bench.store)
        #expect(try await ledger.files(isOver: false).isEmpty)
        bench.clock.advance(by: .seconds(1))
        try await bench.send(agent, [try files.event(again(bench, first.caseID), agent)])
        #expect(try await ledger.files(isOver: false).map(\.file.state) == [.fixed])
        // The zone's clock may be ahead of the hub's: what is answered now is answered.
        let answered = try #require(try await files.step(bench, first.caseID, .answered))
        #expect(answered.file.isOver && answered.file.answer?.text == "已换硒鼓")
        #expect(try await ledger.files(isOver: false).isEmpty)
    }

    @Test("a case that is full loses no report of a person; what else it has no room for stands in the audit")
    func full() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let first = files.opening(bench)
        try await bench.send(agent, [try files.event(first, agent)])
        let note = again(bench, first.caseID, .note)
        let rows = try (2..<CaseRules.mostLines).map { _ in
            var line = note
            line.id = .make(at: note.at)
            return (line.id.text, try WireCoding.text(line))
        }
        try await bench.store.writer.write { db in
            for (id, text) in rows {
                try db.execute(
                    sql: "INSERT INTO case_entry VALUES (?, ?, 0, ?)", arguments: [id, first.caseID.text, text])
            }
        }
        let report = again(bench, first.caseID)
        try await bench.send(agent, [try files.event(note, agent), try files.event(report, agent)])
        let file = try #require(try await CaseLedger(store: bench.store).file(first.caseID)).file
        #expect(file.holds(report.id) && !file.holds(note.id))
        #expect(try await acts(bench) == ["case.lineDropped"])
        await #expect(throws: CaseRules.full) { try await files.step(bench, first.caseID, .note) }
        #expect(try await files.step(bench, first.caseID, .answered)?.file.owesAnswer == false)
    }

    @Test("a line that this hub cannot read stands in the audit")
    func unread() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let text = try WireCoding.text(files.opening(bench)).replacing(
            "\"role\":\"citizen\"", with: "\"role\":\"visitor\"")
        let data = try WireCoding.decode(JSONValue.self, Array(text.utf8))
        try await bench.send(agent, [agent.event(.caseEntry, .a, data)])
        #expect(try await acts(bench) == ["case.unreadEntry"])
    }

    @Test("a hub that was restored gives no number twice that it learns of again")
    func numbers() async throws {
        let bench = try IngestBench()
        let (agent, other) = (try AgentModel(bench.clock), try AgentModel(bench.clock, zone: "y"))
        try await bench.copyAside()
        let (first, second) = (files.opening(bench), files.opening(bench))
        let one = try #require(try files.lines(try await bench.send(agent, [try files.event(first, agent)])).first)
        let two = try #require(try files.lines(try await bench.send(other, [try files.event(second, other)])).first)
        try bench.restoreCopy()
        bench.clock.advance(by: .seconds(60))
        // The later one comes back first.
        try await bench.send(other, [try files.event(second, other), try files.event(two, other)])
        let third = files.opening(bench)
        try await bench.send(agent, [try files.event(third, agent)])
        try await bench.send(agent, [try files.event(first, agent), try files.event(one, agent)])
        let ledger = CaseLedger(store: bench.store)
        var numbers: [String?] = []
        for line in [first, second, third] { numbers.append(try await ledger.file(line.caseID)?.file.number) }
        #expect(numbers == ["〔2026〕第0001号", "〔2026〕第0002号", "〔2026〕第0003号"])
    }

    @Test("what waits longest does not drop out of a long list")
    func many() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let first = files.opening(bench)
        let ledger = CaseLedger(store: bench.store)
        try await ledger.open([first], of: agent.name, at: bench.clock.wall())
        bench.clock.advance(by: .seconds(60))
        let others = (0..<1000).map { _ in files.opening(bench) }
        try await ledger.open(others, of: agent.name, at: bench.clock.wall())
        let open = try await ledger.files(isOver: false)
        #expect(open.count == 1001 && open.last?.file.id == first.caseID)
        #expect(try await ledger.files(isOver: false, zone: Slug("nowhere")).isEmpty)
    }
}
