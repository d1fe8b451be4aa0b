import Glibc
import Testing
import ZoneCommandLine
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneUdev

@Suite("The doctor and the system around the agent")
struct DoctorSystemTests {
    private static let line = UdevDevice(
        sysPath: "/sys/u", node: "/dev/ttyUSB0", subsystem: "tty", properties: ["ID_MODEL": "USB2.0-Serial"])

    private func answer(_ pc: inout DoctorPC, _ line: String, _ end: ProgramEnd) {
        var programs = ScriptedPrograms()
        programs.answers[line] = end
        pc.patient.programs = programs
    }

    @Test("sockets that are missing, open to everybody, or closed to their group")
    func sockets() async throws {
        let pc = try DoctorPC()
        chmod(pc.patient.places.kioskSocket, 0o666)
        chmod(pc.patient.places.adminSocket, 0o600)
        let open = await pc.findings(of: SocketCheck())
        #expect(open.only("sockets.kiosk")?.verdict == .fault && open.only("sockets.admin")?.verdict == .warning)
        SmallFile.remove(pc.patient.places.adminSocket)
        let missing = try #require(await pc.findings(of: SocketCheck()).only("sockets.admin"))
        #expect(missing.verdict == .fault && missing.remedy?.en.contains("systemctl start") == true)
    }

    @Test(
        "an agent that does not answer, has ended, or is not ours to ask",
        arguments: [
            (AgentSilence.nobodyListens, Verdict.fault, "systemctl start"),
            (.noAnswer("timed out"), .fault, "systemctl restart"), (.notPermitted, .unknown, "zone-tech"),
        ])
    func silence(_ silence: AgentSilence, _ verdict: Verdict, _ remedy: String) async throws {
        var pc = try DoctorPC()
        pc.patient.agent = ScriptedAgent(silence: silence)
        let findings = await pc.findings(of: SocketCheck()) + pc.findings(of: AgentCheck())
        for id in ["sockets.kiosk", "sockets.admin", "agent.running"] {
            let finding = try #require(findings.only(id))
            #expect(finding.verdict == verdict && finding.remedy?.en.contains(remedy) == true)
        }
    }

    @Test("a socket left behind by a dead agent is told from a missing one and from a silent one")
    func realSockets() async throws {
        let root = try TemporaryRoot()
        let line = SocketAgentLine(places: .init(root: root.path))
        await #expect(throws: AgentSilence.absent) { _ = try await line.status(at: "\(root.path)/a.sock") }
        try #require(mknod("\(root.path)/b.sock", S_IFSOCK | 0o660, 0) == 0)
        await #expect(throws: AgentSilence.nobodyListens) { _ = try await line.status(at: "\(root.path)/b.sock") }
        let long = String(repeating: "x", count: 120)
        await #expect(throws: AgentSilence.pathTooLong) { _ = try await line.status(at: "\(root.path)/\(long)") }
    }

    @Test("rules that are missing, or hidden by others")
    func rules() async throws {
        let pc = try DoctorPC()
        try pc.write("/etc/udev/rules.d/60-zone-agent.rules", "# mine\n")
        let finding = try #require(await pc.findings(of: UdevCheck()).only("udev.rules"))
        #expect(finding.verdict == .warning && finding.seen.en.contains("/etc/udev/rules.d"))
        pc.remove("/etc/udev/rules.d/60-zone-agent.rules")
        #expect(await pc.findings(of: UdevCheck()).only("udev.rules") == nil)
        try pc.write("/usr/share/zone-agent/udev/60-zone-agent.rules", "# newer\n")
        #expect(await pc.findings(of: UdevCheck()).only("udev.rules")?.verdict == .warning)
        pc.remove("/usr/lib/udev/rules.d/60-zone-agent.rules")
        #expect(await pc.findings(of: UdevCheck()).only("udev.rules")?.verdict == .fault)
    }

    @Test("udev that does not run, and udev that cannot be asked")
    func udev() async throws {
        var pc = try DoctorPC()
        answer(&pc, "systemctl is-active systemd-udevd", .ended(code: 3, words: "inactive\n"))
        #expect(await pc.findings(of: UdevCheck()).only("udev.daemon")?.verdict == .fault)
        pc.patient.plugged = { _ in throw SystemError("udev_new", EIO) }
        for finding in [
            await pc.findings(of: UdevCheck()).only("udev.daemon"),
            await pc.findings(of: HardwareCheck()).only("hardware.fits"),
            await pc.findings(of: PermissionCheck()).only("permissions.nodes"),
        ] { #expect(finding?.verdict == .unknown && finding?.seen.en.contains("udev_new") == true) }
    }

    @Test("a kernel driver that keeps the suggestion box makes it invisible; the remedy names its module")
    func holder() async throws {
        let pc = try DoctorPC()
        let device = "/sys/bus/hid/devices/0003:04D8:00DD.0001"
        try pc.write("\(device)/uevent", "")
        try pc.link("\(device)/driver", to: "../../../bus/hid/drivers/thief")
        try pc.link("/sys/bus/hid/drivers/thief/module", to: "../../../../module/hid_thief")
        let finding = try #require(await pc.findings(of: ModuleCheck()).only("modules.holder"))
        #expect(finding.seen.en.contains("hid_thief") && finding.seen.en.contains("04d8:00dd"))
        #expect(finding.remedy?.en.contains("blacklist hid_thief") == true)
        // With a hidraw node the agent can open it, whatever the driver.
        try pc.write("\(device)/hidraw/hidraw0/uevent", "")
        #expect(await pc.findings(of: ModuleCheck()).only("modules.holder") == nil)
    }

    @Test("a list for modprobe that is missing, or came after the module")
    func blacklist() async throws {
        let pc = try DoctorPC()
        try pc.write("/sys/module/hid_thief/refcnt", "0")
        let loaded = try #require(await pc.findings(of: ModuleCheck()).only("modules.blacklist"))
        #expect(loaded.verdict == .warning && loaded.remedy?.en.contains("modprobe -r hid_thief") == true)
        pc.remove("/usr/lib/modprobe.d/zone-agent.conf")
        #expect(await pc.findings(of: ModuleCheck()).only("modules.blacklist")?.remedy?.en.contains("Install") == true)
    }

    @Test("rules for Braille displays take serial adapters, unless they are masked or commented out")
    func braille() async throws {
        let pc = try DoctorPC()
        let rule = "85-brltty.rules"
        try pc.write("/usr/lib/udev/rules.d/\(rule)", "# x\nENV{PRODUCT}==\"1a86/7523/*\", GOTO=\"run\"\n")
        let finding = try #require(await pc.findings(of: SerialCheck()).only("serial.brltty"))
        #expect(finding.remedy?.en.contains("apt-get remove brltty") == true)
        try pc.write("/etc/udev/rules.d/\(rule)", "")
        #expect(await pc.findings(of: SerialCheck()).only("serial.brltty") == nil)
        pc.remove("/etc/udev/rules.d/\(rule)")
        try pc.write("/usr/lib/udev/rules.d/\(rule)", "#ENV{PRODUCT}==\"1a86/7523/*\"\n")
        #expect(await pc.findings(of: SerialCheck()).only("serial.brltty") == nil)
    }

    @Test("ModemManager disturbs serial lines, when there are any")
    func modem() async throws {
        var pc = try DoctorPC()
        answer(&pc, "systemctl is-active ModemManager", .ended(code: 0, words: "active\n"))
        #expect(await pc.findings(of: SerialCheck()).only("serial.modemManager") == nil)
        pc.patient.plugged = { _ in [DoctorSystemTests.line] }
        #expect(await pc.findings(of: SerialCheck()).only("serial.modemManager")?.verdict == .warning)
        pc.patient.programs = ScriptedPrograms(answers: [:])
        #expect(await pc.findings(of: SerialCheck()).only("serial.modemManager")?.verdict == .unknown)
    }

    @Test("a browser that nobody ends keeps the last citizen's login: that is said where agent.yaml has one")
    func program() async throws {
        let pc = try DoctorPC()
        let path = "/etc/zone-agent/agent.yaml"
        #expect(await !pc.findings(of: ResidueCheck()).contains { $0.id == "residue.program" }, "no browser")
        let browser = """
            zone: z
            node: pc-1
            browser: {homepage: "https://www.example.gov.cn/"}

            """
        try pc.write(path, browser)
        let finding = try #require(await pc.findings(of: ResidueCheck()).only("residue.program"))
        #expect(finding.verdict == .warning && finding.remedy?.en.contains("residue.restartApp: true") == true)
        try pc.write(path, browser + "kiosk: {app: {unit: kiosk.service}}\nresidue: {restartApp: true}\n")
        let right = try #require(
            await pc.findings(of: ResidueCheck()).first { $0.id == "residue.program" }, "there is a finding")
        #expect(right.verdict == .ok)
    }

    @Test(
        "a clipboard manager is named, by itself or as part of a desktop; where processes are hidden nothing is known")
    func clipboard() async throws {
        let pc = try DoctorPC()
        #expect(await pc.findings(of: ResidueCheck()).only("residue.clipboard") == nil)
        try pc.write("/proc/812/comm", "chromium\n")
        try pc.write("/proc/901/comm", "dde-clipboard-d\n")
        try pc.write("/proc/902/comm", "dde-clipboard\n")
        try pc.write("/proc/903/comm", "ukui-settings-d\n")
        let finding = try #require(await pc.findings(of: ResidueCheck()).only("residue.clipboard"))
        #expect(finding.verdict == .warning)
        #expect(finding.seen.en.hasPrefix("dde-clipboard, ukui-settings-daemon keeps"))
        pc.remove("/proc/1/comm")
        for process in [901, 902, 903] { pc.remove("/proc/\(process)/comm") }
        #expect(await pc.findings(of: ResidueCheck()).only("residue.clipboard")?.verdict == .unknown)
    }

    @Test("a touch panel without a profile, and a serial line that agent.yaml names and nobody has plugged in")
    func hardware() async throws {
        let pc = try DoctorPC()
        #expect(await pc.findings(of: HardwareCheck()).first?.seen.en.contains("Panel One") == true)
        pc.remove("/usr/share/zone-agent/hw-profiles/10-generic/touch.yaml")
        let unmatched = try #require(await pc.findings(of: HardwareCheck()).only("hardware.unmatched"))
        #expect(unmatched.verdict == .warning && unmatched.seen.en.contains("222a:0001"))
        try pc.write(
            "/etc/zone-agent/agent.yaml",
            "zone: z\nnode: n\ndevices:\n  - id: led-1\n    kind: ledDisplay\n    uri: led:/dev/ttyUSB9\n")
        let line = try #require(await pc.findings(of: HardwareCheck()).only("hardware.line"))
        #expect(line.seen.en.contains("/dev/ttyUSB9"))
    }

    @Test("print queues that are stopped; a missing cupsd matters only to who uses it")
    func cups() async throws {
        var pc = try DoctorPC()
        #expect(await pc.findings(of: CUPSCheck()).map(\.verdict) == [.ok])
        let site =
            "zone: z\nnode: n\ndevices:\n  - id: printer-1\n    kind: printer\n    uri: ipp://localhost/printers/hall\n"
        try pc.write("/etc/zone-agent/agent.yaml", site)
        #expect(await pc.findings(of: CUPSCheck()).only("cups.socket")?.seen.en.contains("printer-1") == true)
        try pc.write("/run/cups/cups.sock", "")
        answer(
            &pc, "lpstat",
            .ended(
                code: 0,
                words:
                    "printer hall disabled since Fri -\n\tPaused\nprinter b is idle.  enabled since Fri\n"
                    + "c not accepting requests since -\n"
            ))
        let queues = await pc.findings(of: CUPSCheck()).bad("cups.queues")
        #expect(queues.map(\.verdict) == [.fault, .fault])
        #expect(queues.compactMap(\.remedy?.en) == ["sudo cupsenable 'hall'", "sudo cupsaccept 'c'"])
        answer(&pc, "lpstat", .overran)
        #expect(await pc.findings(of: CUPSCheck()).only("cups.queues")?.seen.en == "cupsd does not answer.")
        answer(&pc, "lpstat", .missing)
        #expect(await pc.findings(of: CUPSCheck()).only("cups.queues")?.verdict == .unknown)
    }
}
