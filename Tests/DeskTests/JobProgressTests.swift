import DriverKit
import Testing
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("How far a job is: told as it rises, never faster than anybody reads, and not after its end")
struct JobProgressTests {
    private let rig: JobRig

    init() throws { rig = try JobRig() }

    /// Of the rows about how far `id` is.
    private func told(_ id: String, _ journal: Journal) async throws -> [JSONValue?] {
        try await journal.page(after: 0, limit: 1000).filter {
            $0.name == .jobProgressed && $0.data["id"] == .string(id)
        }
        .map { $0.data["impressions"] }
    }

    @Test("what comes within two seconds is gathered, the newest counts, and the end keeps what was out")
    func gathered() async throws {
        let (first, second) = (Gate(), Gate())
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { _, _, progress in
                progress(1)
                await first.pass()
                progress(2)
                progress(3)
                await second.pass()
                return .printed(pagesProven: 3)
            }
            _ = try await rig.submit("a", to: desk)
            try await eventuallyTrue("the first side") { await desk.impressions(of: "a") == 1 }
            // The desk's patience, and its rest after what it told.
            try await rig.base.sleepers(2)
            first.open()
            try await second.reached(1)
            #expect(await desk.impressions(of: "a") == 1, "two seconds are not over")
            rig.base.clock.advance(by: .seconds(2))
            try await eventuallyTrue("the newest") { await desk.impressions(of: "a") == 3 }
            second.open()
            let job = try await rig.over("a", journal)
            #expect(job.state == .printed && job.impressions == 3)
            #expect(try await told("a", journal) == [1, 3])
            let progressed: [EventName] = [.jobProgressed, .jobProgressed]
            #expect(try await journal.story(of: "a") == [.jobAccepted, .jobStarted] + progressed + [.jobPrinted])
            let rows = try await journal.page(after: 0, limit: 1000).filter { $0.name == .jobProgressed }
            #expect(rows.allSatisfy { $0.class == .d && $0.subject == DeskRig.printer.text })
        }
    }

    @Test("a device that counts backwards is not repeated; what it says after the end is nobody's")
    func nonsense() async throws {
        let (gate, closures) = (Gate(), Notes<@Sendable (Int) -> Void>())
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { _, _, progress in
                closures.add(progress)
                await gate.pass()
                return .unknown("why")
            }
            _ = try await rig.submit("a", to: desk)
            try await gate.reached(1)
            let progress = try #require(closures.all.first)
            for (count, seen) in [(3, 3), (1, 3), (-5, 3), (3, 3), (4, 4)] {
                progress(count)
                try await rig.base.crank("\(count)") { await desk.impressions(of: "a") == seen }
            }
            gate.open()
            #expect(try await rig.over("a", journal).impressions == 4)
            progress(9)
            _ = try await rig.submit("b", to: desk)
            _ = try await rig.over("b", journal)
            #expect(try await told("a", journal) == [3, 4])
            #expect(try await journal.job("a")?.job.impressions == 4)
        }
    }
}
