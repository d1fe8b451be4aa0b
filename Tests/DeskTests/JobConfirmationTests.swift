import DriverKit
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("What a person saw in the tray: only where nothing is proven, once, and told to the device")
struct JobConfirmationTests {
    private static let staff = Caller(door: .kiosk, uid: 1000, role: .staff)
    private let rig: JobRig
    private let seen = Notes<String>()

    init() throws { rig = try JobRig() }

    /// Prints each document as `outcomes` says, by its id.
    private func desk(_ journal: Journal, _ outcomes: [String: PrintResult]) -> JobDesk {
        rig.desk(journal) { [seen] device, paper in
            seen.add("\(device): \(paper)")
        } _: { job, _, _ in
            outcomes[job.id] ?? .unknown("why")
        }
    }

    private func refusal(_ body: () async throws -> JobJSON) async -> String? {
        do { _ = try await body() } catch { return (error as? ErrorJSON)?.code ?? "\(error)" }
        return nil
    }

    @Test("a doubt may be settled; what is proven, failed or cancelled is settled already")
    func allowed() async throws {
        let outcomes: [String: PrintResult] = [
            "unknown": .unknown("why"), "uncounted": .printed(pagesProven: nil), "proven": .printed(pagesProven: 1),
            "failed": .failed("why"), "cancelled": .cancelled("why"),
        ]
        try await rig.base.withJournal { journal in
            let desk = desk(journal, outcomes)
            for id in outcomes.keys.sorted() {
                _ = try await rig.submit(id, to: desk)
                _ = try await rig.over(id, journal)
            }
            for id in ["proven", "failed", "cancelled"] {
                #expect(await refusal { try await desk.confirm(id, .all, by: Self.staff) } == "job.settled", "\(id)")
            }
            #expect(await refusal { try await desk.confirm("no", .all, by: Self.staff) } == "not.found")
            for (id, paper) in [("unknown", JobConfirmation.Paper.some), ("uncounted", .none)] {
                let job = try await desk.confirm(id, paper, by: Self.staff)
                #expect(job.confirmed?.paper == paper && job.confirmed?.actor == Self.staff.description)
                #expect(try await journal.job(id)?.job == job)
                #expect(try await journal.story(of: id).last == .jobConfirmed)
            }
            #expect(try await journal.names().count { $0 == .jobConfirmed } == 2)
        }
    }

    @Test("what is still under way is not judged")
    func underWay() async throws {
        let gate = Gate()
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { _, _ in
                await gate.pass()
                return .unknown("why")
            }
            _ = try await rig.submit("a", to: desk)
            try await gate.reached(1)
            #expect(await refusal { try await desk.confirm("a", .all, by: Self.staff) } == "job.underWay")
            gate.open()
            _ = try await rig.over("a", journal)
            #expect(try await desk.confirm("a", .all, by: Self.staff).confirmed?.paper == .all)
        }
    }

    @Test("the same answer again is the same answer, another one is refused, after a restart too")
    func once() async throws {
        let first = try await rig.base.withJournal { journal in
            let desk = desk(journal, [:])
            _ = try await rig.submit("a", to: desk)
            _ = try await rig.over("a", journal)
            let first = try await desk.confirm("a", .all, by: Self.staff)
            #expect(try await desk.confirm("a", .all, by: DeskRig.technician) == first)
            #expect(await refusal { try await desk.confirm("a", .none, by: Self.staff) } == "job.confirmed")
            return first
        }
        try await rig.base.withJournal { journal in
            let desk = desk(journal, [:])
            let again = try await desk.confirm("a", .all, by: Self.staff)
            #expect(again == first)
            #expect(await refusal { try await desk.confirm("a", .some, by: Self.staff) } == "job.confirmed")
            #expect(try await journal.names().count { $0 == .jobConfirmed } == 1)
        }
        #expect(seen.all == ["printer-1: true"])
    }

    @Test("of people who answer at the same moment one is heard", arguments: Seeds.first(3))
    func together(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let papers = (0..<12).map { _ in JobConfirmation.Paper.allCases.randomElement(using: &random) ?? .all }
        try await rig.base.withJournal { journal in
            let desk = desk(journal, [:])
            _ = try await rig.submit("a", to: desk)
            _ = try await rig.over("a", journal)
            let answers = papers.map { paper in Task { try? await desk.confirm("a", paper, by: Self.staff) } }
            var heard: Set<JobConfirmation.Paper?> = []
            for (answer, paper) in zip(answers, papers) {
                guard let job = await answer.value else { continue }
                heard.insert(job.confirmed?.paper)
                #expect(job.confirmed?.paper == paper)
            }
            let kept = try await journal.job("a")?.job.confirmed?.paper
            #expect(heard == [kept])
            #expect(try await journal.names().count { $0 == .jobConfirmed } == 1)
        }
    }

    @Test("the device hears of its last document only: an older one says nothing about it any more")
    func device() async throws {
        try await rig.base.withJournal { journal in
            let desk = desk(journal, ["later failure": .failed("refused")])
            for id in ["old", "last", "later failure"] {
                _ = try await rig.submit(id, to: desk)
                _ = try await rig.over(id, journal)
                rig.base.clock.advance(by: .seconds(1))
            }
            _ = try await rig.submit("elsewhere", to: desk, on: DeviceID(.printer, 2))
            _ = try await rig.over("elsewhere", journal)
            _ = try await desk.confirm("old", .all, by: Self.staff)
            #expect(seen.all == [])
            _ = try await desk.confirm("last", .none, by: Self.staff)
            _ = try await desk.confirm("elsewhere", .some, by: Self.staff)
            #expect(seen.all == ["printer-1: false", "printer-2: true"])
        }
    }
}
