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

/// A desk on a journal of its own, with devices that the test puts together.
private struct CaseRig {
    static let citizen = Caller(door: .kiosk, uid: 1000, role: .kiosk)
    static let staff = Caller(door: .kiosk, uid: 1000, role: .staff)
    static let technician = Caller(door: .admin, uid: 1001, role: .technician)

    let root: TemporaryRoot
    let clock: SettableClock
    let states = Shared<[DeviceState]>([])

    /// Ten o'clock in the zone, on Saturday 2026-11-21.
    init() throws {
        root = try TemporaryRoot()
        clock = SettableClock(wall: WallTime(milliseconds: 1_795_226_400_000))
        var printer = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer, place: "咨询台旁"))
        (printer.presence, printer.link) = (.present, .up)
        (printer.identity.model, printer.identity.serial) = ("M1", "S1")
        states.value = [printer]
    }

    /// - Parameter lines: what the journal says besides what it really has.
    func withDesk(
        lines: [CaseEntry] = [], _ body: (CaseDesk, Journal) async throws -> Void
    ) async throws {
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
        var restored = try journal.restore()
        restored.caseEntries += try lines.map { try WireCoding.text($0) }
        let desk = CaseDesk(
            journal: journal, restored: restored, states: { [states] in states.value },
            settings: {
                var settings = CaseSettings()
                settings.vendors = [DeviceID(.printer, 1): VendorCard(company: "某维修公司", phone: "023-12345678")]
                settings.times.byFinder[.citizen] = .days(2)
                return settings
            }, clock: clock, log: Logger(label: "test"))
        do { try await body(desk, journal) } catch {
            await journal.close()
            throw error
        }
        await journal.close()
    }

    func jam(_ isOpen: Bool) {
        let now = clock.wall()
        let condition = Condition(
            code: .printerJam, severity: .fault, since: now, lastSeen: now, fixer: .staff, evidence: nil,
            simulated: false)
        var states = states.value
        states[0].conditions = isOpen ? [condition] : []
        self.states.value = states
    }

    /// Lets time pass as the agent's ticker would see it.
    func pass(_ minutes: Int, _ desk: CaseDesk) async {
        for _ in 0..<minutes {
            clock.advance(by: .seconds(60))
            await desk.tick()
        }
    }
}

@Suite("Cases on the zone's PC")
struct CaseDeskTests {
    private let rig: CaseRig

    init() throws { rig = try CaseRig() }

    private func refusal(_ work: () async throws -> Void) async -> String {
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

    private func report(_ desk: CaseDesk, _ caller: Caller = CaseRig.citizen) async throws -> CaseJSON {
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

    @Test("each step that is refused is in the journal, the same one once a minute")
    func refusals() async throws {
        try await rig.withDesk { desk, journal in
            let file = try await report(desk)
            let steps = [CaseStep.answered, .declined, .assigned, .closed, .answered]
            for step in steps {
                let wanted = CaseStepJSON(step: step, text: "好了")
                #expect(await refusal { _ = try await desk.add(wanted, to: file.id, by: CaseRig.staff) } == "case.role")
            }
            let rows = try await eventually("the refusals are on the disk") {
                let rows = try await journal.rows(.accessDenied)
                return rows.count >= 4 ? rows : nil
            }
            #expect(rows.compactMap { $0.data["step"]?.stringValue } == steps.dropLast().map(\.rawValue))
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

    @Test("staff do not move the deadline, nor say who repairs")
    func deadline() async throws {
        try await rig.withDesk { desk, _ in
            let told = try await report(desk)
            let step = CaseStepJSON(
                step: .acknowledged, deadline: rig.clock.wall().advanced(byMilliseconds: 1 << 40), fixer: .vendor)
            let taken = try await desk.add(step, to: told.id, by: CaseRig.staff)
            #expect(taken.state == .acknowledged && taken.deadline == told.deadline && taken.fixer == told.fixer)
        }
    }

    @Test("citizens choose from a list, and are not counted twice within a minute")
    func citizen() async throws {
        try await rig.withDesk { desk, _ in
            let offered = try #require(desk.reportable().first)
            #expect(offered.symptoms.map(\.id.rawValue) == ["noPaper", "badPrint", "other"])
            for bad in [
                CaseReportJSON(device: "printer-1", symptom: "noPaper", text: "我叫"),
                CaseReportJSON(device: "printer-1"),
                CaseReportJSON(device: "printer-1", symptom: "noTouch"), CaseReportJSON(symptom: "noPaper"),
                CaseReportJSON(device: "printer-1", symptom: "noPaper", code: "prn.jam"),
            ] {
                #expect(await refusal { _ = try await desk.report(bad, by: CaseRig.citizen) } == "request.invalid")
            }
            #expect(
                await refusal {
                    _ = try await desk.report(CaseReportJSON(device: "x", symptom: "other"), by: CaseRig.citizen)
                } == "not.found")
            let first = try await report(desk)
            #expect(try await report(desk).repeats == 0, "the same tap again")
            #expect(first.deadline != nil && first.headline.zh == "打不出来")
            #expect(desk.publicReports().map(\.text) == ["已报修（11月21日），修好后在此告知"])
            for count in 1..<12 {
                rig.clock.advance(by: .seconds(61))
                #expect(try await report(desk).repeats == count)
            }
            rig.clock.advance(by: .seconds(61))
            #expect(await refusal { _ = try await report(desk) } == "case.tooMany")
        }
    }

    @Test("the wrong role is refused in words, and the journal has it")
    func refused() async throws {
        try await rig.withDesk { desk, journal in
            let file = try await report(desk)
            #expect(
                await refusal {
                    _ = try await desk.add(CaseStepJSON(step: .answered, text: "好了"), to: file.id, by: CaseRig.staff)
                } == "case.role")
            let row = try await eventually("the refusal is on the disk") {
                try await journal.rows(.accessDenied).first
            }
            #expect(row.data["step"] == "answered" && row.data["role"] == "staff")
            #expect(try await desk.file(file.id)?.state == .open)
            #expect(
                await refusal {
                    _ = try await desk.add(
                        CaseStepJSON(step: .closed), to: .make(at: rig.clock.wall()), by: CaseRig.staff)
                } == "not.found")
        }
    }

    @Test("whoever calls the vendor has the card of the device")
    func vendor() async throws {
        try await rig.withDesk { desk, _ in
            let file = try await report(desk, CaseRig.technician)
            let step = CaseStepJSON(step: .vendorContacted, text: "约明天上门")
            let called = try await desk.add(step, to: file.id, by: CaseRig.technician)
            #expect(
                called.vendor
                    == VendorCard(company: "某维修公司", phone: "023-12345678", model: "M1", serial: "S1"))
            #expect(desk.publicReports().first?.text == "正在维修（11月21日报修），修好后在此告知")
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
