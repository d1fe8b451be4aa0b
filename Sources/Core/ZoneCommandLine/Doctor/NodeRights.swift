import ZoneAgentCore
import ZoneLinux
import ZoneModel
import ZoneUdev

/// Whether the agent may open the nodes of what is plugged in. It is uid 0 without any capability that would override
/// a file's mode, so owner and mode decide, and everybody may look at those.
enum NodeRights {
    private static let id = "permissions.nodes"

    static func findings(_ patient: Patient) async -> [Finding] {
        let scouted: [(device: UdevDevice, verdict: HardwareScout.Verdict)]
        do {
            scouted = try await patient.scouted()
        } catch {
            return [udevFailed(id, error)]
        }
        var (findings, fine): ([Finding], Int) = ([], 0)
        for (device, verdict) in scouted {
            guard case .fits = verdict else { continue }
            if let finding = await finding(device, patient) { findings.append(finding) } else { fine += 1 }
        }
        guard findings.isEmpty else { return findings }
        guard fine > 0 else { return [Finding(id, .notApplicable, Saying("没有接入设备。", "Nothing is plugged in."))] }
        return [.ok(id, "\(fine) 个设备文件都打得开。", "All of \(fine) device nodes can be opened.")]
    }

    /// `nil` when the agent may open it.
    private static func finding(_ device: UdevDevice, _ patient: Patient) async -> Finding? {
        let path = (patient.system ?? "") + device.node
        let node = device.node.cleaned(limit: 80)
        switch await patient.facts(path) {
        case .seen(let facts) where mayOpen(facts, path, patient): return nil
        case .seen(let facts):
            return .fault(
                id, "服务打不开 \(node)（\(octal(facts.mode))，uid \(facts.owner)）。",
                "The agent may not open \(node) (\(octal(facts.mode)), uid \(facts.owner)).", remedy(patient))
        case .missing:
            return .fault(
                id, "udev 说有 \(node)，但没有这个文件。", "udev tells of \(node), and there is no such file.",
                Saying("拔下重插；在容器中请把 /dev 传进去", "Plug it in again; in a container, hand /dev in"))
        case .notPermitted: return .hidden(id, node)
        case .failed(let detail): return .unreadable(id, node, detail)
        }
    }

    private static func mayOpen(_ facts: FileFacts, _ path: String, _ patient: Patient) -> Bool {
        guard patient.system != nil else { return FileFacts.canReadAndWrite(path) }
        let own = [DoorGroup.kiosk, DoorGroup.technicians].compactMap(patient.groupID) + [0]
        if facts.owner == patient.agentUID { return facts.mode & 0o600 == 0o600 }
        if own.contains(facts.group) { return facts.mode & 0o060 == 0o060 }
        return facts.mode & 0o006 == 0o006
    }

    private static func remedy(_ patient: Patient) -> Saying {
        guard patient.system != nil else {
            return Saying(
                "用 root 运行演示，或加入 input 等设备组", "Run the demo as root, or join the devices' groups such as input")
        }
        return Saying(
            "找出改了属主的规则：grep -rn OWNER /etc/udev/rules.d，删去后重插设备",
            "Find the rule that changes the owner (grep -rn OWNER /etc/udev/rules.d), remove it, plug in again"
        )
    }
}

func udevFailed(_ id: String, _ error: any Error) -> Finding {
    let detail = "\(error)".cleaned()
    return .unknown(
        id, "udev 没有列出设备：\(detail)。", "udev did not list what is plugged in: \(detail).",
        Saying(
            "sudo systemctl restart systemd-udevd，再运行一次", "sudo systemctl restart systemd-udevd, then run this again"))
}
