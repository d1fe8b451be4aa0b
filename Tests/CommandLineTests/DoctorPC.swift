import Glibc
import Testing
import ZoneAgentCore
import ZoneCommandLine
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneUdev
import ZoneWire

/// A healthy PC in a folder, which a test breaks in one place.
struct DoctorPC {
    let root: TemporaryRoot
    var patient: Patient

    static let unitState = """
        LoadState=loaded
        UnitFileState=enabled
        ActiveState=active
        Result=success
        NeedDaemonReload=no
        NRestarts=0
        """

    init() throws {
        root = try TemporaryRoot()
        let group = getegid()
        patient = Patient(
            places: Places(root: root.path), system: root.path, groupID: { _ in group },
            plugged: { $0.contains("input") ? [DoctorPC.panel] : [] }, drivers: DriverRegistry.shipped,
            wall: WallTime(milliseconds: 1_790_000_000_000), clockQuality: .synced, agent: ScriptedAgent(),
            programs: ScriptedPrograms(), version: "1.0")
        patient.agentUID = geteuid()
        try furnish()
    }

    private func furnish() throws {
        try write("/etc/zone-agent/agent.yaml", "zone: z\nnode: pc-1\n", mode: 0o644)
        try write("/usr/share/zone-agent/hw-profiles/10-generic/touch.yaml", DoctorPC.panelProfile)
        try write("/usr/share/zone-agent/hw-profiles/10-generic/box.yaml", DoctorPC.boxProfile)
        try write("/usr/lib/udev/rules.d/60-zone-agent.rules", "# rules\n")
        try write("/usr/lib/systemd/system/zone-agent.service", "[Unit]\n")
        try write("/usr/lib/modprobe.d/zone-agent.conf", "# why\nblacklist hid_thief\n")
        try write("/var/lib/zone-agent/journal.db", "x", mode: 0o600)
        try write("/var/lib/zone-agent/ballast", "x", mode: 0o600)
        chmod(patient.places.agentState, 0o700)
        try write("/dev/input/event3", "", mode: 0o660)
        try write("/proc/1/comm", "systemd\n", mode: 0o444)
        try makeSocket(patient.places.kioskSocket)
        try makeSocket(patient.places.adminSocket)
    }

    /// Below the root; folders are made.
    func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
        let path = root.path + path
        try SmallFile.makeDirectory(SmallFile.folder(of: path), mode: 0o755)
        try SmallFile.replace(path, with: text)
        chmod(path, mode)
    }

    func remove(_ path: String) { SmallFile.remove(root.path + path) }
    func link(_ path: String, to target: String) throws {
        try SmallFile.makeDirectory(SmallFile.folder(of: root.path + path))
        symlink(target, root.path + path)
    }

    private func makeSocket(_ path: String) throws {
        try SmallFile.makeDirectory(SmallFile.folder(of: path), mode: 0o755)
        try #require(mknod(path, S_IFSOCK | 0o660, 0) == 0)
        chmod(path, 0o660)
    }

    /// What cannot be entered by whoever runs the doctor.
    mutating func close(_ folder: String) {
        let closed = root.path + folder
        patient.files.read = { path throws(SystemError) in
            if path.hasPrefix(closed) { throw SystemError("open \(path)", EACCES) }
            return try SmallFile.read(path)
        }
        patient.files.facts = { path throws(SystemError) in
            if path.hasPrefix(closed) { throw SystemError("stat \(path)", EACCES) }
            return try FileFacts(path: path)
        }
    }

    func findings(of check: some Check) async -> [Finding] { await check.run(in: patient) }

    static let panel = UdevDevice(
        sysPath: "/sys/devices/usb1/event3", node: "/dev/input/event3", subsystem: "input",
        properties: [
            "ID_INPUT_TOUCHSCREEN": "1", "ID_VENDOR_ID": "222a", "ID_MODEL_ID": "0001", "ID_PATH": "pci-0-usb-0:2",
            "NAME": "Panel One",
        ])
    static let panelProfile = """
        kind: touchPanel
        driver: touch-panel
        match:
          udev.ID_INPUT_TOUCHSCREEN: "1"

        """
    static let boxProfile = """
        kind: suggestionBox
        match:
          usb: "04d8:00dd"

        """
}

/// An agent that answers as it was told.
struct ScriptedAgent: AgentLine {
    var silence: AgentSilence?
    var version = "1.0"
    var list: [DeviceJSON] = []
    var config = ConfigurationJSON(revision: "0123", keys: [], ignored: [], complaint: nil, pendingRestart: [])

    func status(at socket: String) async throws(AgentSilence) -> StatusJSON {
        if let silence { throw silence }
        return StatusJSON(
            zone: Slug(.network, 1), node: Slug(.queryPC, 1), version: version, boot: "b", uptimeMs: 120_000,
            devices: list)
    }

    func devices() async throws(AgentSilence) -> DeviceListJSON {
        if let silence { throw silence }
        return DeviceListJSON(zone: Slug(.network, 1), node: Slug(.queryPC, 1), devices: list)
    }

    func configuration() async throws(AgentSilence) -> ConfigurationJSON {
        if let silence { throw silence }
        return config
    }
}

/// A system whose tools answer as they were told; the first words of the line choose the answer.
struct ScriptedPrograms: ProgramRunner {
    var answers: [String: ProgramEnd] = [
        "systemctl is-active systemd-udevd": .ended(code: 0, words: "active\n"),
        "systemctl is-active ModemManager": .ended(code: 3, words: "inactive\n"),
        "systemctl is-active cups": .ended(code: 0, words: "active\n"),
        "systemctl show zone-agent.service": .ended(code: 0, words: DoctorPC.unitState),
        "lpstat": .ended(code: 0, words: "lpstat: No destinations added.\n"),
    ]

    func run(_ program: String, _ arguments: [String], within deadline: Duration) async -> ProgramEnd {
        let line = ([program] + arguments).joined(separator: " ")
        return answers.first { line.hasPrefix($0.key) }?.value ?? .missing
    }
}

extension [Finding] {
    /// The findings with that id that are not ok.
    func bad(_ id: String) -> [Finding] { filter { $0.id == id && $0.verdict != .ok && $0.verdict != .notApplicable } }
    func only(_ id: String) -> Finding? { bad(id).count == 1 ? bad(id).first : nil }
}
