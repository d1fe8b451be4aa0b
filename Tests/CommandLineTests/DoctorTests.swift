import Testing
import ZoneCommandLine
import ZoneModel
import ZoneTestKit
import ZoneUdev
import ZoneWire

@Suite("The doctor and the whole PC")
struct DoctorTests {
    private func examine(_ patient: Patient) async -> [Examined] {
        await Examination(DoctorDesk.checks, clock: ManualClock()).run(on: patient)
    }

    @Test("a healthy PC has nothing but good findings, and the exit code 0")
    func healthy() async throws {
        let pc = try DoctorPC()
        let examined = await examine(pc.patient)
        let bad = examined.flatMap(\.findings).filter { ![.ok, .notApplicable].contains($0.verdict) }
        #expect(bad == [])
        #expect(examined.map(\.check) == DoctorDesk.checks.map(\.id))
        #expect(DoctorReport(examined, version: "1.0").exitCode == 0)
    }

    @Test("with --root the system's own parts are not applicable, and no fault")
    func demo() async throws {
        var pc = try DoctorPC()
        pc.patient.system = nil
        pc.patient.plugged = { _ in [] }
        pc.patient.programs = ScriptedPrograms(answers: [:])
        let findings = await examine(pc.patient).flatMap(\.findings)
        #expect(findings.filter { ![.ok, .notApplicable].contains($0.verdict) } == [])
        for id in ["unit.file", "udev.rules", "cups.socket", "modules.holder", "serial.brltty", "permissions.groups"] {
            #expect(findings.contains { $0.id == id && $0.verdict == .notApplicable }, "\(id)")
        }
    }

    @Test("every finding that is not fine says what to do, in both languages; every id begins with its check's")
    func remedies() async throws {
        var pc = try DoctorPC()
        for path in ["/etc/zone-agent/agent.yaml", "/usr/lib/udev/rules.d/60-zone-agent.rules"] { pc.remove(path) }
        pc.patient.agent = ScriptedAgent(silence: .nobodyListens)
        pc.patient.programs = ScriptedPrograms(answers: [:])
        pc.patient.clockQuality = .unsynced
        for examined in await examine(pc.patient) {
            for finding in examined.findings {
                #expect(finding.id.hasPrefix("\(examined.check)."))
                #expect(!finding.seen.zh.isEmpty && !finding.seen.en.isEmpty)
                let isFine = [.ok, .notApplicable].contains(finding.verdict)
                #expect(isFine || finding.remedy?.zh.isEmpty == false && finding.remedy?.en.isEmpty == false)
            }
        }
    }

    @Test("the worst comes first, its remedy stands below it, and the last line counts")
    func report() {
        let calm = Examined(check: "b", title: Saying("乙", "B"), findings: [.ok("b.x", "好。", "Fine.")])
        let ill = Examined(
            check: "a", title: Saying("甲", "A"),
            findings: [
                .ok("a.x", "好。", "Fine."), .warning("a.y", "警。", "Warn.", Saying("x", "y")),
                .fault("a.z", "坏。", "Bad.", Saying("修", "mend it")),
            ])
        let report = DoctorReport([calm, ill], version: "1")
        let lines = report.text.split(separator: "\n").map(String.init)
        #expect(lines.first == "甲 A")
        #expect(lines[1].hasPrefix("  ✕ 故障 fault") && lines[1].hasSuffix("坏。 Bad. [a.z]"))
        #expect(lines[2] == "      → 修 / mend it")
        #expect(lines.last == "共 4 项：故障 1，警告 1，未知 0，正常 2。 4 findings: 1 fault, 1 warning, 0 unknown, 2 ok.")
        #expect(report.exitCode == 1)
    }

    @Test("what could not be looked at is never ok: exit code 2")
    func unknown() {
        let finding = Finding.unknown("a.x", "不知", "not known", Saying("做", "do"))
        let report = DoctorReport(
            [Examined(check: "a", title: Saying("甲", "A"), findings: [finding])], version: "1")
        #expect(report.exitCode == 2)
    }

    @Test("a program gets the same as JSON")
    func json() throws {
        let finding = Finding.fault("a.z", "坏", "Bad", Saying("修", "mend it"))
        let report = DoctorReport(
            [Examined(check: "a", title: Saying("甲", "A"), findings: [finding])], version: "1.2")
        let json = try WireCoding.decode(JSONValue.self, Array(try report.json().utf8))
        #expect(json["version"] == .string("1.2") && json["worst"] == .string("fault"))
        #expect(json["counts"]?["fault"] == .integer(1))
        guard case .array(let rows)? = json["findings"] else { return #expect(Bool(false), "no findings") }
        #expect(rows.first?["id"] == .string("a.z") && rows.first?["remedy"]?["en"] == .string("mend it"))
    }

    @Test("a check that overruns is unknown, and the others still answer")
    func overrun() async throws {
        struct Stuck: Check {
            let id = "stuck"
            let title = Saying("卡", "stuck")
            let deadline = Duration.seconds(3600)
            func run(in patient: Patient) async -> [Finding] {
                for await _ in AsyncStream<Int>.makeStream().stream {}
                return []
            }
        }
        let (pc, clock) = (try DoctorPC(), ManualClock())
        let examination = Examination([Stuck(), ClockCheck()], clock: clock)
        async let results = examination.run(on: pc.patient)
        try await eventuallyTrue("the stuck check waits") { clock.sleeperCount > 0 }
        // No check gets more than ten seconds, whatever it says.
        clock.advance(by: .seconds(10))
        let examined = await results
        #expect(examined[0].findings.map(\.id) == ["stuck.overrun"] && examined[0].verdict == .unknown)
        #expect(examined[1].verdict == .ok)
    }

    @Test("hostile names of devices, files and queues cannot move the cursor")
    func hostile() async throws {
        let evil = "\u{1B}[2J\u{202E}gone\r\n"
        var pc = try DoctorPC()
        var panel = DoctorPC.panel
        panel.properties = ["ID_INPUT_TOUCHSCREEN": "1", "NAME": evil]
        let (fitting, node) = (panel, "/dev/input/event\(evil)")
        panel.node = node
        let plugged = [fitting, panel]
        pc.patient.plugged = { _ in plugged }
        try pc.write("/etc/systemd/system/zone-agent.service.d/\u{1B}[31m.conf", "")
        try pc.write("/etc/udev/rules.d/85-brltty\u{7}.rules", "ENV{PRODUCT}==\"1a86/7523/*\"")
        try pc.write("/run/cups/cups.sock", "")
        var programs = ScriptedPrograms()
        programs.answers["lpstat"] = .ended(code: 0, words: "printer a\u{1B}]0;x\u{7} disabled since\n")
        pc.patient.programs = programs
        let text = DoctorReport(await examine(pc.patient), version: "1").text
        #expect(text.contains("gone") && text.contains("85-brltty"))
        #expect(!text.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || $0 == "\u{7F}" || $0 == "\u{202E}") })
    }
}
