import Logging
import Testing
import ZoneAccess
import ZoneAgentCore
import ZoneCases
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Cases on the zone's PC")
struct CaseDeskTests {
    let rig: CaseRig

    init() throws { rig = try CaseRig() }

    func refusal(_ work: () async throws -> Void) async -> String {
        do {
            try await work()
            return "done"
        } catch let error as ErrorJSON {
            #expect(!error.zh.isEmpty)
            return error.code
        } catch {
            return "\(error)"
        }
    }

    func report(_ desk: CaseDesk, _ caller: Caller = CaseRig.citizen) async throws -> CaseJSON {
        try await desk.report(CaseReportJSON(device: "printer-1", symptom: "noPaper"), by: caller)
    }

    @Test("a fault that lasts becomes a case by itself, its end closes nothing, a person does")
    func machine() async throws {
        try await rig.withDesk { desk, journal in
            await desk.tick()
            rig.jam(true)
            await rig.pass(9, desk)
            #expect(desk.list().isEmpty, "not ten minutes yet")
            await rig.pass(3, desk)
            var file = try #require(desk.list().first)
            #expect(desk.list().count == 1 && file.state == .open && file.foundBy == .system)
            #expect(file.code == "prn.jam" && file.fixer == .staff && file.deadline == nil)
            rig.jam(false)
            await rig.pass(5, desk)
            file = try #require(desk.list().first)
            #expect(file.state == .open && file.entries.last?.step == .cleared)
            await rig.pass(130, desk)
            file = try #require(desk.list().first)
            #expect(file.state == .fixed && !file.isOver, "fixed by the machine; closing needs a person")
            let closed = try await desk.add(CaseStepJSON(step: .closed), to: file.id, by: CaseRig.staff)
            #expect(closed.isOver)
            #expect(try await journal.rows(.caseEntry).map(\.class) == [.a, .a, .a, .a])
        }
    }

    @Test("what flaps is one case that is counted; what comes back after its repair is a new one, linked")
    func again() async throws {
        try await rig.withDesk { desk, _ in
            await desk.tick()
            for _ in 0..<3 {
                rig.jam(true)
                await rig.pass(12, desk)
                rig.jam(false)
                await rig.pass(3, desk)
            }
            let first = try #require(desk.list().first)
            #expect(desk.list().count == 1 && first.entries.count { $0.step == .repeated } == 2)
            #expect(first.repeats == 0 && first.reports == 0, "nobody has said anything")
            await rig.pass(130, desk)
            rig.jam(true)
            await rig.pass(12, desk)
            #expect(desk.list().count == 2)
            let second = try #require(desk.list().first { $0.id != first.id })
            #expect(second.follows == first.id && second.state == .open)
        }
    }

    @Test("a report joins what the machine has found; then the machine's clear settles nothing")
    func joined() async throws {
        try await rig.withDesk { desk, _ in
            await desk.tick()
            rig.jam(true)
            await rig.pass(12, desk)
            let told = try await report(desk)
            #expect(desk.list().count == 1 && told.repeats == 1 && told.reports == 1 && told.owesAnswer)
            #expect(told.deadline != nil, "the citizen's term, which the machine's find had not")
            rig.jam(false)
            await rig.pass(300, desk)
            #expect(desk.list().first?.state == .open, "somebody waits for an answer")
        }
    }

    @Test("what a citizen has reported first, and the machine then finds, is one case")
    func citizenFirst() async throws {
        try await rig.withDesk { desk, _ in
            await desk.tick()
            let told = try await report(desk)
            rig.jam(true)
            await rig.pass(15, desk)
            let file = try #require(desk.list().first)
            #expect(desk.list().count == 1 && file.id == told.id && file.reports == 1 && file.owesAnswer)
            #expect(file.entries.map(\.step) == [.open, .repeated])
            #expect(file.entries.last?.subject?.code == "prn.jam" && file.fixer == .staff)
        }
    }

    @Test("a clock that was hours ahead, and is set back, makes one line and no more, and the repair is found")
    func clockSetBack() async throws {
        try await rig.withDesk { desk, _ in
            await desk.tick()
            rig.clock.set(by: .seconds(8 * 3600))
            rig.jam(true)
            await rig.pass(12, desk)
            rig.clock.set(by: .seconds(-8 * 3600))
            rig.jam(false)
            await rig.pass(20, desk)
            let steps = desk.list().flatMap(\.entries).map(\.step)
            #expect(steps.count == 2 && Set(steps) == [.open, .cleared], "\(steps)")
            await rig.pass(120, desk)
            #expect(desk.list().map(\.state) == [.fixed])
        }
    }

    @Test("the same when it was gone under the clock that was ahead, and is there again")
    func clockSetBackWhileGone() async throws {
        try await rig.withDesk { desk, _ in
            await desk.tick()
            rig.jam(true)
            await rig.pass(12, desk)
            rig.clock.set(by: .seconds(8 * 3600))
            rig.jam(false)
            await rig.pass(3, desk)
            rig.clock.set(by: .seconds(-8 * 3600))
            rig.jam(true)
            await rig.pass(30, desk)
            #expect(desk.list().flatMap(\.entries).count { $0.step == .repeated } == 1)
            rig.jam(false)
            await rig.pass(130, desk)
            #expect(desk.list().map(\.state) == [.fixed])
        }
    }

    @Test("a case that is full refuses reports in words, to citizens in theirs")
    func full() async throws {
        let (id, now) = (ULID.make(at: rig.clock.wall()), rig.clock.wall())
        func line(_ step: CaseStep) -> CaseEntry {
            var entry = CaseEntry(id: .make(at: now), of: id, step, role: .staff, at: now, text: "x", origin: .zone)
            if step == .open { entry.subject = CaseSubject(foundBy: .staff, device: DeviceID(.printer, 1)) }
            return entry
        }
        let lines = [line(.open)] + (1..<CaseRules.mostLines).map { _ in line(.note) }
        try await rig.withDesk(lines: lines) { desk, _ in
            #expect(await refusal { _ = try await report(desk) } == "case.tooMany")
            #expect(await refusal { _ = try await report(desk, CaseRig.staff) } == "case.state")
            let note = CaseStepJSON(step: .note, text: "x")
            #expect(await refusal { _ = try await desk.add(note, to: id, by: CaseRig.staff) } == "case.state")
            #expect(desk.list().first?.entries.count == CaseRules.mostLines)
        }
    }

    @Test("what is repaired and not answered stays before the citizens' eyes until somebody answers")
    func untilAnswered() async throws {
        try await rig.withDesk { desk, _ in
            let file = try await report(desk)
            _ = try await desk.add(CaseStepJSON(step: .fixed), to: file.id, by: CaseRig.technician)
            rig.clock.advance(by: .seconds(8 * 86_400))
            #expect(desk.publicReports().map(\.text) == ["已修复（11月21日）"])
            let hub = Caller(door: .admin, uid: 0, role: .hub)
            _ = try await desk.add(CaseStepJSON(step: .answered, text: "已修好"), to: file.id, by: hub)
            #expect(desk.publicReports().map(\.answer) == ["已修好"])
            rig.clock.advance(by: .seconds(8 * 86_400))
            #expect(desk.publicReports().isEmpty)
        }
    }

    @Test("reports at the same moment are one case")
    func atOnce() async throws {
        try await rig.withDesk { desk, _ in
            await withTaskGroup(of: Void.self) { group in
                for caller in [CaseRig.citizen, CaseRig.technician, CaseRig.staff] {
                    group.addTask {
                        _ = try? await desk.report(
                            CaseReportJSON(device: "printer-1", symptom: "noPaper"), by: caller)
                    }
                }
            }
            #expect(desk.list().count == 1)
        }
    }

    @Test("a word in the old, settled file does not keep a new fault from a case of its own")
    func noteInOld() async throws {
        try await rig.withDesk { desk, _ in
            await desk.tick()
            rig.jam(true)
            await rig.pass(12, desk)
            let first = try #require(desk.list().first)
            rig.jam(false)
            await rig.pass(130, desk)
            rig.jam(true)
            await rig.pass(1, desk)
            _ = try await desk.add(CaseStepJSON(step: .note, text: "已约厂家"), to: first.id, by: CaseRig.staff)
            await rig.pass(12, desk)
            #expect(desk.list().count == 2)
        }
    }

    @Test("what is hidden behind another fault is not repaired")
    func hidden() async throws {
        try await rig.withDesk { desk, _ in
            await desk.tick()
            rig.jam(true)
            await rig.pass(12, desk)
            rig.jam(false)
            rig.states.value[0].hidden = [.printerJam]
            await rig.pass(130, desk)
            let file = try #require(desk.list().first)
            #expect(file.state == .open && file.entries.map(\.step) == [.open])
            rig.states.value[0].hidden = []
            await rig.pass(1, desk)
            #expect(desk.list().first?.entries.map(\.step) == [.open, .cleared])
        }
    }

    @Test("of a code that it never saw the machine does not say that it is gone")
    func neverSeen() async throws {
        try await rig.withDesk { desk, _ in
            let told = try await desk.report(
                CaseReportJSON(device: "printer-1", code: "prn.jam"), by: CaseRig.staff)
            await rig.pass(10, desk)
            #expect(desk.list().first?.entries.count == 1 && desk.list().first?.id == told.id)
            rig.jam(true)
            await rig.pass(12, desk)
            rig.jam(false)
            await rig.pass(3, desk)
            let file = try #require(desk.list().first)
            #expect(file.entries.map(\.step) == [.open, .repeated, .cleared])
        }
    }

    @Test("the hub's lines are kept, named in the next heartbeat, and told once only; a restart loses nothing")
    func hub() async throws {
        var id: ULID?
        let answer = Shared<JSONValue>(.null)
        try await rig.withDesk { desk, journal in
            let file = try await report(desk)
            id = file.id
            rig.clock.advance(by: .seconds(1))
            let now = rig.clock.wall()
            let entry = CaseEntry(
                id: .make(at: now), of: file.id, .answered, role: .district, at: now, text: "已换硒鼓", origin: .hub)
            answer.value = try WireCoding.decode(JSONValue.self, try WireCoding.encode(entry))
            await desk.take([answer.value, ["broken": true]])
            #expect(await desk.entriesHeld == [entry.id.text])
            await desk.take([answer.value])
            #expect(await desk.entriesHeld == [entry.id.text], "named again, because the hub has not heard it")
            #expect(try await journal.rows(.caseEntry).count == 2)
            await desk.take([])
            #expect(await desk.entriesHeld.isEmpty)
        }
        let known = try #require(id)
        try await rig.withDesk { desk, journal in
            let file = try #require(try await desk.file(known))
            #expect(file.state == .answered && desk.list().map(\.id) == [file.id])
            #expect(desk.publicReports().map(\.answer) == ["已换硒鼓"])
            await desk.take([answer.value])
            #expect(try await journal.rows(.caseEntry).count == 2)
            let end = try await desk.add(CaseStepJSON(step: .closed), to: file.id, by: CaseRig.technician)
            #expect(end.isOver)
        }
        try await rig.withDesk { desk, _ in
            let again = try await report(desk)
            #expect(again.follows == id && again.id != id)
        }
    }
}
