import Glibc
import Testing
import ZoneCommandLine
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("The doctor and the agent's files")
struct DoctorFileTests {
    @Test("without agent.yaml it says how to make one")
    func noConfiguration() async throws {
        let pc = try DoctorPC()
        pc.remove("/etc/zone-agent/agent.yaml")
        let finding = try #require(await pc.findings(of: ConfigurationCheck()).only("configuration.site"))
        #expect(finding.verdict == .fault && finding.remedy?.en.contains("zonectl setup") == true)
    }

    @Test("a mistake in agent.yaml is told with file, line and field")
    func wrongConfiguration() async throws {
        let pc = try DoctorPC()
        try pc.write("/etc/zone-agent/agent.yaml", "zone: z\nnode: pc-1\ntype: castle\n")
        let finding = try #require(await pc.findings(of: ConfigurationCheck()).only("configuration.site"))
        #expect(finding.seen.en.contains("agent.yaml:3") && finding.seen.zh.contains("type"))
    }

    @Test("a mistake in the hub's layer is the hub's to correct")
    func wrongRemote() async throws {
        let pc = try DoctorPC()
        try pc.write("/var/lib/zone-agent/config/remote.yaml", "nonsense: 1\n")
        let finding = try #require(await pc.findings(of: ConfigurationCheck()).only("configuration.remote"))
        #expect(finding.verdict == .fault && finding.remedy?.en.contains("hub") == true)
    }

    @Test("the running agent says that it still uses yesterday's files, and what waits for a restart")
    func inForce() async throws {
        var pc = try DoctorPC()
        var agent = ScriptedAgent()
        (agent.config.complaint, agent.config.pendingRestart) = ("agent.yaml:3: wrong", ["hub.url"])
        pc.patient.agent = agent
        let findings = await pc.findings(of: ConfigurationCheck()).bad("configuration.inForce")
        #expect(findings.map(\.verdict) == [.fault, .warning])
        #expect(findings.last?.seen.en.contains("hub.url") == true)
    }

    @Test("a mistake in a calendar is told with file and line, beside an agent.yaml that is right, and of pc-1")
    func wrongCalendar() async throws {
        var (pc, agent) = (try DoctorPC(), ScriptedAgent())
        let mistake = "/etc/zone-agent/calendars/cn/2027.yaml:4: “off” 有误"
        agent.config.complaints = [mistake]
        let since = WallTime(milliseconds: 1_790_000_000_000)
        var state = DeviceState(card: DeviceCard(id: DeviceID(.queryPC, 1), kind: .queryPC))
        (state.presence, state.link) = (.present, .up)
        state.conditions = [
            Condition(
                code: .configurationInvalid, severity: .warning, since: since, lastSeen: since, fixer: .technician,
                evidence: mistake, simulated: false)
        ]
        agent.list = [DeviceJSON(state)]
        pc.patient.agent = agent
        let findings = await pc.findings(of: ConfigurationCheck()).bad("configuration.inForce")
        #expect(findings.map(\.verdict) == [.warning] && findings.first?.seen.zh.contains("2027.yaml:4") == true)
        let device = try #require(await pc.findings(of: AgentCheck()).only("agent.device"))
        #expect(device.seen.zh.contains(mistake) && device.remedy?.en.contains("Correct that line") == true)
    }

    @Test("a technician who may not look into the state directory is told unknown and how to look, never ok")
    func technician() async throws {
        var pc = try DoctorPC()
        pc.close("/var/lib/zone-agent/")
        pc.patient.agent = ScriptedAgent(silence: .notPermitted)
        let (configuration, permissions) = (
            await pc.findings(of: ConfigurationCheck()), await pc.findings(of: PermissionCheck())
        )
        let disk = await pc.findings(of: DiskCheck())
        let findings = configuration + permissions + disk
        for id in ["configuration.remote", "configuration.inForce", "permissions.pin", "disk.journal", "disk.ballast"] {
            let finding = try #require(findings.only(id), "\(id)")
            #expect(finding.verdict == .unknown && finding.remedy?.en.contains("sudo") == true, "\(id)")
            #expect(!findings.contains { $0.id == id && $0.verdict == .ok }, "\(id)")
        }
    }

    @Test("a mistake in a profile, and a shelf that is not there")
    func profiles() async throws {
        let pc = try DoctorPC()
        try pc.write(
            "/etc/zone-agent/hw-profiles/50-model/x.yaml", "kind: touchPanel\ndriver: none\nmatch:\n  usb: \"0:1\"\n")
        let lint = try #require(await pc.findings(of: ProfileCheck()).only("profiles.lint"))
        #expect(lint.seen.en.contains("50-model/x.yaml:2") && lint.remedy?.en.contains("lint") == true)
        for name in ["touch", "box"] { pc.remove("/usr/share/zone-agent/hw-profiles/10-generic/\(name).yaml") }
        rmdir(pc.root.path + "/usr/share/zone-agent/hw-profiles/10-generic")
        let shipped = try #require(await pc.findings(of: ProfileCheck()).only("profiles.shipped"))
        #expect(shipped.remedy?.en.contains("--reinstall") == true)
    }

    @Test("forty mistakes do not bury the report")
    func manyMistakes() async throws {
        let pc = try DoctorPC()
        for number in 10..<50 { try pc.write("/etc/zone-agent/hw-profiles/\(number)-x/x.yaml", "kind: castle\n") }
        let findings = await pc.findings(of: ProfileCheck()).bad("profiles.lint")
        #expect(findings.count == 11 && findings.last?.seen.en.contains("30 more") == true)
    }

    @Test(
        "files that others may read or change",
        arguments: [
            ("/var/lib/zone-agent", 0o755, "permissions.state", "chmod 700"),
            ("/etc/zone-agent/agent.yaml", 0o666, "permissions.config", "chmod 644"),
            ("/var/lib/zone-agent/staff.pin", 0o644, "permissions.pin", "chmod 600"),
        ])
    func modes(_ path: String, _ mode: Int, _ id: String, _ remedy: String) async throws {
        let pc = try DoctorPC()
        try pc.write("/var/lib/zone-agent/staff.pin", "x", mode: 0o600)
        chmod(pc.root.path + path, mode_t(mode))
        let finding = try #require(await pc.findings(of: PermissionCheck()).only(id))
        #expect(finding.verdict == .fault && finding.remedy?.en.contains(remedy) == true)
    }

    @Test("files of another user, an agent that is not root, groups that are missing")
    func owners() async throws {
        var pc = try DoctorPC()
        pc.patient.agentUID &+= 1
        pc.patient.groupID = { $0 == "zone-tech" ? nil : 7 }
        let findings = await pc.findings(of: PermissionCheck())
        for id in ["permissions.service", "permissions.state", "permissions.config", "permissions.groups"] {
            #expect(findings.only(id)?.verdict == .fault, "\(id)")
        }
        #expect(findings.only("permissions.groups")?.seen.en.contains("zone-tech") == true)
    }

    @Test("a device node that the agent may not open, and one that is missing")
    func nodes() async throws {
        let pc = try DoctorPC()
        chmod(pc.root.path + "/dev/input/event3", 0o440)
        #expect(await pc.findings(of: PermissionCheck()).only("permissions.nodes")?.verdict == .fault)
        pc.remove("/dev/input/event3")
        let finding = try #require(await pc.findings(of: PermissionCheck()).only("permissions.nodes"))
        #expect(finding.seen.en.contains("no such file"))
    }

    @Test("a journal beyond its bound, and a reserve that is gone")
    func disk() async throws {
        let pc = try DoctorPC()
        try pc.write("/etc/zone-agent/agent.yaml", "zone: z\nnode: pc-1\njournal:\n  sizeMiB: 16\n")
        truncate(pc.patient.places.journal, 40 << 20)
        pc.remove("/var/lib/zone-agent/ballast")
        let findings = await pc.findings(of: DiskCheck())
        #expect(findings.only("disk.journal")?.seen.en == "The journal has 40 MiB, its bound is 16 MiB.")
        #expect(findings.only("disk.ballast")?.verdict == .warning)
    }

    @Test("a clock that nobody sets, and a date that cannot be")
    func clock() async throws {
        var pc = try DoctorPC()
        pc.patient.clockQuality = .unsynced
        pc.patient.wall = WallTime(milliseconds: 0)
        let findings = await pc.findings(of: ClockCheck())
        #expect(findings.only("clock.sync")?.verdict == .warning)
        #expect(findings.only("clock.year")?.seen.en.contains("1970-01-01 08:00:00") == true)
    }
}
