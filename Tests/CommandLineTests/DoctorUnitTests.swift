import DriverKit
import Testing
import ZoneCommandLine
import ZoneModel
import ZonePrinting
import ZoneWire

@Suite("The doctor, the unit and the running agent")
struct DoctorUnitTests {
    @Test("a unit that is missing, changed, replaced or added to")
    func drift() async throws {
        let pc = try DoctorPC()
        try pc.write("/usr/share/zone-agent/units/zone-agent.service", "[Unit]\n# shipped\n")
        #expect(await pc.findings(of: UnitCheck()).only("unit.file")?.verdict == .warning)
        try pc.write("/etc/systemd/system/zone-agent.service.d/site.conf", "[Service]\n")
        #expect(await pc.findings(of: UnitCheck()).only("unit.dropIns")?.seen.en.contains("site.conf") == true)
        try pc.write("/etc/systemd/system/zone-agent.service", "[Unit]\n")
        #expect(await pc.findings(of: UnitCheck()).only("unit.file")?.seen.en.contains("stands in") == true)
        pc.remove("/etc/systemd/system/zone-agent.service")
        pc.remove("/usr/lib/systemd/system/zone-agent.service")
        #expect(await pc.findings(of: UnitCheck()).only("unit.file")?.verdict == .fault)
    }

    @Test(
        "what systemd says of it",
        arguments: [
            ("LoadState=loaded", "LoadState=masked", "unit.state", "unmask"),
            ("UnitFileState=enabled", "UnitFileState=disabled", "unit.enabled", "enable --now"),
            ("ActiveState=active", "ActiveState=failed", "unit.active", "journalctl"),
            ("NeedDaemonReload=no", "NeedDaemonReload=yes", "unit.reload", "daemon-reload"),
            ("NRestarts=0", "NRestarts=7", "unit.restarts", "journalctl"),
        ])
    func state(_ good: String, _ bad: String, _ id: String, _ remedy: String) async throws {
        var pc = try DoctorPC()
        var programs = ScriptedPrograms()
        let words = DoctorPC.unitState.split(separator: "\n").map { $0 == good ? bad : String($0) }
        programs.answers["systemctl show zone-agent.service"] = .ended(code: 0, words: words.joined(separator: "\n"))
        pc.patient.programs = programs
        let finding = try #require(await pc.findings(of: UnitCheck()).only(id))
        #expect(finding.remedy?.en.contains(remedy) == true)
    }

    @Test("a machine without systemd is unknown, not ok")
    func noSystemd() async throws {
        var pc = try DoctorPC()
        pc.patient.programs = ScriptedPrograms(answers: [:])
        #expect(await pc.findings(of: UnitCheck()).only("unit.state")?.verdict == .unknown)
    }

    @Test("an agent of another version wants a restart")
    func version() async throws {
        var pc = try DoctorPC()
        pc.patient.agent = ScriptedAgent(version: "0.9")
        let finding = try #require(await pc.findings(of: AgentCheck()).only("agent.version"))
        #expect(finding.seen.en.contains("0.9") && finding.remedy?.en.contains("restart") == true)
    }

    @Test("a device that is not ok is told with its reason and its conditions in words")
    func devices() async throws {
        var pc = try DoctorPC()
        var box = DeviceState(card: DeviceCard(id: DeviceID(.suggestionBox, 1), kind: .suggestionBox))
        (box.presence, box.link, box.reason) = (.present, .down, "permission")
        var printer = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer))
        (printer.presence, printer.link) = (.present, .up)
        let now = WallTime(milliseconds: 0)
        printer.conditions = [
            Condition(
                code: .printerPaperLow, severity: .warning, since: now, lastSeen: now, fixer: .staff, evidence: nil,
                simulated: false)
        ]
        var fine = DeviceState(card: DeviceCard(id: DeviceID(.network, 1), kind: .network))
        (fine.presence, fine.link) = (.present, .up)
        let unseen = DeviceState(card: DeviceCard(id: DeviceID(.touchPanel, 1), kind: .touchPanel))
        pc.patient.agent = ScriptedAgent(list: [box, printer, fine, unseen].map(DeviceJSON.init))
        let findings = await pc.findings(of: AgentCheck()).bad("agent.device")
        #expect(findings.map(\.verdict) == [.fault, .warning, .unknown])
        #expect(findings[0].seen.zh.contains("box-1") && findings[0].seen.zh.contains("服务无权打开设备"))
        #expect(findings[1].remedy?.zh == ConditionCode.printerPaperLow.texts.nextStep)
    }

    @Test("every reason that a driver or the core can give has words of its own in both languages")
    func reasons() {
        let words =
            DeviceError.Code.allCases.map(\.rawValue) + PrinterSilence.Kind.allCases.map(\.rawValue)
            + ["notPlugged", "unplugged", "disabled", "restarted", "noAnswerFor90000ms"]
        for word in words {
            #expect(ReasonWords.knows(word), "\(word)")
            let text = ReasonWords(word)
            #expect(text.meaning.zh != text.meaning.en && !text.remedy.zh.isEmpty && !text.remedy.en.isEmpty)
        }
        #expect(ReasonWords("new\u{1B}Word").meaning.en == "reason “newWord”")
    }
}
