import Testing
import ZoneCases
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("What an officer reports of a zone")
struct CaseReportTests {
    private let files = CaseFilesTests()
    private let printer = DeviceID(.printer, 1)

    private func report(
        _ bench: IngestBench, _ agent: AgentModel, _ device: DeviceID?, _ foundBy: FoundBy = .inspection,
        role: CaseRole = .district
    ) async throws -> Case {
        bench.clock.advance(by: .seconds(1))
        let now = bench.clock.wall()
        var entry = CaseEntry(
            id: .make(at: now), of: .make(at: now), .open, role: role, at: now, text: "墨粉不足，字迹不清", origin: .hub)
        entry.subject = CaseSubject(foundBy: foundBy, device: device, kind: device.map { _ in .printer })
        let ledger = CaseLedger(store: bench.store)
        return try #require(try await ledger.report(entry, of: agent.name, by: "people's port", at: now)).file
    }

    @Test("what an inspection found has a number, goes down to the zone, and is owed an answer")
    func inspection() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        let file = try await report(bench, agent, printer)
        #expect(file.number == "〔2026〕第0001号" && file.subject?.foundBy == .inspection && file.owesAnswer)
        let lines = try files.lines(try await bench.send(agent))
        #expect(lines.map(\.step) == [.open, .numbered])
        #expect(lines.allSatisfy { $0.caseID == file.id && $0.origin == .hub })
        // What the zone has kept comes up as its own history, and changes nothing.
        let kept = try lines.map { try files.event($0, agent) }
        try await bench.send(agent, kept)
        #expect(try await CaseLedger(store: bench.store).files(isOver: false).map(\.file) == [file])
        #expect(try await OrderBook(store: bench.store).audit(limit: 10).map(\.act) == ["case.open"])
    }

    @Test(
        "a device that is reported already is counted, whoever came first; once it is repaired it is a new case that follows"
    )
    func again() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let citizens = files.opening(bench)
        try await bench.send(agent, [try files.event(citizens, agent)])
        let counted = try await report(bench, agent, printer)
        #expect(counted.id == citizens.caseID && counted.entries.last?.step == .repeated)
        #expect(try await report(bench, agent, DeviceID(.printer, 2)).id != citizens.caseID)
        _ = try await files.step(bench, citizens.caseID, .fixed)
        let next = try await report(bench, agent, printer, .citizen)
        #expect(next.id != citizens.caseID && next.follows == citizens.caseID)
    }

    @Test("the zone as a whole is no device: each report is its own case")
    func whole() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        let (first, second) = (try await report(bench, agent, nil), try await report(bench, agent, nil))
        #expect(first.id != second.id && second.follows == nil)
    }

    @Test("in another's name nothing is reported here, and the audit has it")
    func roles() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        let refusal = await #expect(throws: CaseRefusal.self) {
            try await report(bench, agent, printer, role: .technician)
        }
        #expect(refusal?.reason == .role)
        #expect(try await CaseLedger(store: bench.store).files(isOver: false).isEmpty)
        #expect(try await OrderBook(store: bench.store).audit(limit: 10).map(\.act) == ["case.refused"])
    }
}
