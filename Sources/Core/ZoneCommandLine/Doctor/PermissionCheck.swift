import ZoneConfig
import ZoneLinux
import ZoneModel

/// Whose the service's files are, and who else may touch them.
package struct PermissionCheck: Check {
    package let id = "permissions"
    package let title = Saying("权限", "Permissions")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        await [service(patient), state(patient), configuration(patient), pin(patient)] + groups(patient)
            + NodeRights.findings(patient)
    }

    /// Who made the socket is who the agent is; a process list would not say it better.
    private func service(_ patient: Patient) async -> Finding {
        let id = "permissions.service"
        guard patient.system != nil else { return .onlyForTheSystem(id) }
        switch await patient.facts(patient.places.adminSocket) {
        case .seen(let facts) where facts.owner == patient.agentUID:
            return .ok(id, "服务以 root 运行。", "The service runs as root.")
        case .seen(let facts):
            return .fault(
                id, "服务以 uid \(facts.owner) 运行，打不开设备。",
                "The service runs as uid \(facts.owner) and cannot open devices.",
                Saying(
                    "去掉 User= 的改动：systemctl cat zone-agent",
                    "Take the line with User= away; see systemctl cat zone-agent"))
        case .missing:
            return .unknown(
                id, "服务没有运行，看不出以谁运行。", "The service does not run, so nobody can tell as whom.", Remedy.start(patient))
        case .notPermitted: return .hidden(id, patient.places.runtime)
        case .failed(let detail): return .unreadable(id, patient.places.adminSocket, detail)
        }
    }

    private func state(_ patient: Patient) async -> Finding {
        let (id, path) = ("permissions.state", patient.places.agentState)
        switch await patient.facts(path) {
        case .missing:
            return .warning(
                id, "没有 \(path)：服务还没有在本机运行过。", "There is no \(path): the agent has never run here.",
                Remedy.start(patient))
        case .notPermitted: return .hidden(id, path)
        case .failed(let detail): return .unreadable(id, path, detail)
        case .seen(let facts):
            // With --root there is no service manager that would make it 0700.
            let forbidden: UInt32 = patient.system == nil ? 0o027 : 0o077
            guard patient.system == nil || facts.owner == patient.agentUID else {
                return .fault(
                    id, "\(path) 属于 uid \(facts.owner)，不属于 root。",
                    "\(path) belongs to uid \(facts.owner), not to root.",
                    Saying("sudo chown root:root \(path)", "sudo chown root:root \(path)"))
            }
            guard facts.mode & forbidden == 0 else {
                return .fault(
                    id, "其他用户可以进入 \(path)（\(octal(facts.mode))）。",
                    "Others may enter \(path) (\(octal(facts.mode))).",
                    Saying("sudo chmod 700 \(path)", "sudo chmod 700 \(path)"))
            }
            return .ok(id, "数据目录 \(octal(facts.mode))。", "State directory \(octal(facts.mode)).")
        }
    }

    private func configuration(_ patient: Patient) async -> Finding {
        let (id, path) = ("permissions.config", patient.places.agentConfig)
        switch await patient.facts(path) {
        case .missing: return Finding(id, .notApplicable, Saying("还没有 agent.yaml。", "There is no agent.yaml yet."))
        case .notPermitted: return .hidden(id, path)
        case .failed(let detail): return .unreadable(id, path, detail)
        case .seen(let facts):
            let isOwners = patient.system == nil || facts.owner == patient.agentUID
            guard facts.mode & 0o002 == 0, isOwners else {
                return .fault(
                    id, "root 以外的人可以改 \(path)（\(octal(facts.mode))，uid \(facts.owner)）。",
                    "Others than root may change \(path) (\(octal(facts.mode)), uid \(facts.owner)).",
                    Saying(
                        "sudo chown root \(path); sudo chmod 644 \(path)",
                        "sudo chown root \(path); sudo chmod 644 \(path)"))
            }
            return .ok(id, "agent.yaml \(octal(facts.mode))。", "agent.yaml \(octal(facts.mode)).")
        }
    }

    private func pin(_ patient: Patient) async -> Finding {
        let (id, path) = ("permissions.pin", patient.places.staffPIN)
        switch await patient.facts(path) {
        case .missing: return .ok(id, "没有设置工作人员 PIN。", "No staff PIN is set.")
        case .notPermitted: return .hidden(id, path)
        case .failed(let detail): return .unreadable(id, path, detail)
        case .seen(let facts):
            guard facts.mode & 0o077 == 0 else {
                return .fault(
                    id, "其他用户可以读 PIN 文件（\(octal(facts.mode))）。",
                    "Others may read the PIN's file (\(octal(facts.mode))).",
                    Saying(
                        "sudo chmod 600 \(path)，再换一个 PIN：zonectl staff pin",
                        "sudo chmod 600 \(path), then set another PIN: zonectl staff pin"))
            }
            return .ok(id, "PIN 文件 \(octal(facts.mode))。", "The PIN's file \(octal(facts.mode)).")
        }
    }

    private func groups(_ patient: Patient) -> [Finding] {
        let id = "permissions.groups"
        guard patient.system != nil else { return [.onlyForTheSystem(id)] }
        let missing = [DoorGroup.kiosk, DoorGroup.technicians].filter { patient.groupID($0) == nil }
        guard !missing.isEmpty else {
            return [.ok(id, "用户组 zone-kiosk、zone-tech 都在。", "The groups zone-kiosk and zone-tech are there.")]
        }
        let names = missing.joined(separator: ", ")
        return [
            .fault(
                id, "缺少用户组 \(names)，服务起不来（216/GROUP）。", "No group \(names): the service does not start (216/GROUP).",
                Saying(
                    "sudo systemd-sysusers，然后 sudo systemctl restart zone-agent",
                    "sudo systemd-sysusers, then sudo systemctl restart zone-agent"))
        ]
    }
}

/// Whose members may come in by which door.
enum DoorGroup {
    static let kiosk = "zone-kiosk"
    static let technicians = "zone-tech"
}

func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
