import DriverKit
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Jobs: accepted, printed at most once, and gone from the disk")
struct JobDeskTests {
    private let rig: JobRig
    private let gate = Gate()

    init() throws { rig = try JobRig() }

    struct Ending: Sendable, CustomTestStringConvertible {
        var outcome: PrintResult
        var state: JobState
        var event: EventName
        var testDescription: String { state.rawValue }
    }

    @Test(
        "each outcome is told, and the document is gone with it",
        arguments: [
            Ending(outcome: .printed(pagesProven: 3), state: .printed, event: .jobPrinted),
            Ending(outcome: .printed(pagesProven: nil), state: .printed, event: .jobPrinted),
            Ending(outcome: .failed("why"), state: .failed, event: .jobFailed),
            Ending(outcome: .unknown("why"), state: .unknown, event: .jobUnknown),
            Ending(outcome: .cancelled("why"), state: .cancelled, event: .jobCancelled),
        ])
    func outcomes(_ ending: Ending) async throws {
        try await rig.base.withJournal { journal in
            let seen = Notes<String>()
            let desk = rig.desk(journal) { job, path in
                seen.add("\(job.state): \((try? SmallFile.read(path)) ?? "no document")")
                return ending.outcome
            }
            let accepted = try await rig.submit("a", to: desk)
            #expect(accepted.state == .accepted && accepted.actor == "kiosk, uid 1000 via kiosk.sock")
            let job = try await rig.over("a", journal)
            #expect(seen.all == ["started: document of a"])
            #expect(job.state == ending.state && job.reason == (ending.state == .printed ? nil : "why"))
            #expect(job.pagesProven == (ending.outcome == .printed(pagesProven: 3) ? 3 : nil))
            #expect(rig.documents == [])
            #expect(try await journal.story(of: "a") == [.jobAccepted, .jobStarted, ending.event])
        }
    }

    @Test("started is on the disk before the device has it; one device prints one at a time, in order")
    func order() async throws {
        try await rig.base.withJournal { journal in
            let seen = Notes<String>()
            let desk = rig.desk(journal) { job, _ in
                let started = ((try? journal.restore().jobs) ?? []).filter { $0.job.state == .started }.map(\.job.id)
                seen.add("\(job.id): \(started)")
                return .printed(pagesProven: nil)
            }
            let ids = (1...6).map { "job-\($0)" }
            for id in ids { _ = try await rig.submit(id, to: desk) }
            for id in ids { _ = try await rig.over(id, journal) }
            #expect(seen.all == ids.map { "\($0): [\"\($0)\"]" })
        }
    }

    /// A desk whose device prints when the gate opens, with one job at the gate.
    private func busyDesk(_ journal: Journal) async throws -> JobDesk {
        let desk = rig.desk(journal) { [gate] _, _ in
            await gate.pass()
            return .printed(pagesProven: 1)
        }
        _ = try await rig.submit("first", to: desk)
        try await gate.reached(1)
        return desk
    }

    @Test("what is cancelled before it begins never reaches the device; its document is gone at once")
    func cancelWaiting() async throws {
        try await rig.base.withJournal { journal in
            let desk = try await busyDesk(journal)
            _ = try await rig.submit("second", to: desk)
            #expect(try await desk.cancel("second", by: DeskRig.citizen).state == .cancelled)
            #expect(rig.documents == ["first"])
            gate.open()
            #expect(try await rig.over("first", journal).state == .printed)
            #expect(gate.count == 1)
            #expect(try await journal.story(of: "second") == [.jobAccepted, .jobCancelled])
            for (id, code) in [("second", "job.over"), ("first", "job.over"), ("no", "not.found")] {
                try await eventuallyTrue("\(id): \(code)") {
                    do { _ = try await desk.cancel(id, by: DeskRig.citizen) } catch let error as ErrorJSON {
                        return error.code == code
                    }
                    return false
                }
            }
        }
    }

    @Test("cancelled by two at the same moment it has one end")
    func cancelTwice() async throws {
        try await rig.base.withJournal { journal in
            let desk = try await busyDesk(journal)
            _ = try await rig.submit("second", to: desk)
            async let one = desk.cancel("second", by: DeskRig.citizen)
            async let other = desk.cancel("second", by: DeskRig.technician)
            #expect(try await [one.state, other.state] == [.cancelled, .cancelled])
            gate.open()
            _ = try await rig.over("first", journal)
            #expect(try await journal.story(of: "second") == [.jobAccepted, .jobCancelled])
        }
    }

    @Test("what is cancelled while it prints ends as the device says")
    func cancelRunning() async throws {
        try await rig.base.withJournal { journal in
            let clock = rig.base.clock
            let desk = rig.desk(journal) { _, _ in
                do { try await clock.sleep(for: .seconds(60)) } catch { return .cancelled("the device stopped") }
                return .printed(pagesProven: nil)
            }
            _ = try await rig.submit("a", to: desk)
            // The device, and the desk's own patience.
            try await rig.base.sleepers(2)
            #expect(try await desk.cancel("a", by: DeskRig.citizen).state == .started)
            let job = try await rig.over("a", journal)
            #expect(job.state == .cancelled && job.reason == "the device stopped")
        }
    }

    @Test("what waited ten minutes is not printed to somebody else's surprise")
    func expiry() async throws {
        try await rig.base.withJournal { journal in
            let desk = try await busyDesk(journal)
            _ = try await rig.submit("late", to: desk)
            rig.base.clock.advance(by: .seconds(1))
            _ = try await rig.submit("in time", to: desk)
            rig.base.clock.advance(by: .seconds(599))
            gate.open()
            #expect(try await rig.over("late", journal).state == .failed)
            #expect(try await rig.over("in time", journal).state == .printed)
            #expect(rig.documents == [] && gate.count == 2)
        }
    }

    @Test("a device has 16 places; another device has its own")
    func queueLimit() async throws {
        try await rig.base.withJournal { journal in
            let desk = try await busyDesk(journal)
            for number in 2...16 { _ = try await rig.submit("job-\(number)", to: desk) }
            let error = await #expect(throws: ErrorJSON.self) { try await desk.beginUpload(for: DeskRig.printer) }
            #expect(error?.code == "job.queueFull")
            await #expect(throws: Never.self) { try await desk.beginUpload(for: DeviceID(.printer, 2)) }
            gate.open()
            for number in 2...16 { #expect(try await rig.over("job-\(number)", journal).state == .printed) }
        }
    }

    @Test("the same key twice is one job and one document, after a restart too")
    func sameKey() async throws {
        let key = DeskRig.key("k", route: "/v1/jobs")
        try await rig.base.withJournal { journal in
            let desk = try await busyDesk(journal)
            #expect(try await rig.submit("a", to: desk, key: key).id == "a")
            #expect(try await rig.submit("b", to: desk, key: key).id == "a")
            #expect(rig.documents == ["a", "first"])
            gate.open()
            _ = try await rig.over("a", journal)
            try await eventuallyTrue("the answer is what became of it") {
                try await rig.submit("c", to: desk, key: key).state == .printed
            }
        }
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { _, _ in .failed("printed twice") }
            let again = try await rig.submit("d", to: desk, key: key)
            #expect(again.id == "a" && rig.documents == [] && gate.count == 2)
            let other = DeskRig.key("k", route: "/v1/jobs", body: "other")
            let error = await #expect(throws: ErrorJSON.self) { try await rig.submit("e", to: desk, key: other) }
            #expect(error?.code == "key.reused")
        }
    }
}
