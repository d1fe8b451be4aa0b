import ZoneLinux
import ZoneModel

/// systemd's unit: there, as shipped, enabled, running.
package struct UnitCheck: Check {
    private static let name = "zone-agent.service"

    package let id = "unit"
    package let title = Saying("系统服务", "systemd unit")
    package let deadline = Duration.seconds(8)

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        guard let system = patient.system else {
            return [.onlyForTheSystem("unit.file"), .onlyForTheSystem("unit.state")]
        }
        return await file(system, patient) + dropIns(system, patient) + state(patient)
    }

    private func file(_ system: String, _ patient: Patient) async -> [Finding] {
        let id = "unit.file"
        let own = "/etc/systemd/system/\(UnitCheck.name)"
        if case .seen = await patient.facts(system + own) {
            return [
                .warning(
                    id, "\(own) 取代了软件包里的单元。", "\(own) stands in for the package's unit.",
                    Saying(
                        "不是有意的就删掉它，再 sudo systemctl daemon-reload",
                        "Unless it is meant, remove it, then sudo systemctl daemon-reload"))
            ]
        }
        for folder in ["/usr/lib/systemd/system", "/lib/systemd/system"] {
            let path = "\(folder)/\(UnitCheck.name)"
            switch await patient.read(system + path) {
            case .missing: continue
            case .notPermitted: return [.hidden(id, path)]
            case .failed(let detail): return [.unreadable(id, path, detail)]
            case .seen(let text): return [await compared(text, path, system, patient)]
            }
        }
        return [.fault(id, "没有安装 \(UnitCheck.name)。", "\(UnitCheck.name) is not installed.", Remedy.reinstall)]
    }

    private func compared(_ text: String, _ path: String, _ system: String, _ patient: Patient) async -> Finding {
        let packaged = "/usr/share/zone-agent/units/\(UnitCheck.name)"
        guard case .seen(let shipped) = await patient.read(system + packaged), shipped != text else {
            return .ok("unit.file", "\(path) 在。", "\(path) is there.")
        }
        return .warning(
            "unit.file", "\(path) 被改过，与 \(packaged) 不同。", "\(path) was changed: it differs from \(packaged).",
            Saying(
                "要改请用 sudo systemctl edit zone-agent；恢复原样：重装软件包",
                "Change it by sudo systemctl edit zone-agent instead; to undo it, install the package again"))
    }

    private func dropIns(_ system: String, _ patient: Patient) async -> [Finding] {
        let folder = "/etc/systemd/system/\(UnitCheck.name).d"
        let names = await patient.list(system + folder).filter { $0.hasSuffix(".conf") }
        guard !names.isEmpty else { return [] }
        let list = names.prefix(5).map { $0.cleaned(limit: 60) }.joined(separator: ", ")
        return [
            .warning(
                "unit.dropIns", "\(folder) 改了单元的设置：\(list)。", "\(folder) changes the unit: \(list).",
                Saying("看是否有意：systemctl cat zone-agent", "See whether it is meant: systemctl cat zone-agent"))
        ]
    }

    private func state(_ patient: Patient) async -> [Finding] {
        let id = "unit.state"
        let words = ["LoadState", "UnitFileState", "ActiveState", "Result", "NeedDaemonReload", "NRestarts"]
        let end = await patient.programs.run(
            "systemctl", ["show", UnitCheck.name, "--property=" + words.joined(separator: ",")], within: .seconds(4))
        guard case .ended(0, let text) = end else {
            return [
                .unknown(
                    id, "问不到 systemd。", "Cannot ask systemd.",
                    Saying("systemctl status zone-agent", "systemctl status zone-agent"))
            ]
        }
        let findings = UnitState(text).findings
        return findings.isEmpty
            ? [.ok(id, "服务已启用并在运行。", "The service is enabled and runs.")] : findings
    }
}

/// The lines of `systemctl show`.
private struct UnitState {
    private let values: [Substring: Substring]

    init(_ text: String) {
        let pairs = text.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }.filter { $0.count == 2 }
        values = Dictionary(pairs.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    /// What is not as it should be.
    var findings: [Finding] {
        let id = "unit.state"
        guard values["LoadState"] == "loaded" else {
            let state = String(values["LoadState"] ?? "?").cleaned(limit: 40)
            return [
                .fault(
                    id, "systemd 没有载入单元（\(state)）。", "systemd has not loaded the unit (\(state)).",
                    Saying(
                        "sudo systemctl unmask zone-agent; sudo systemctl daemon-reload",
                        "sudo systemctl unmask zone-agent; sudo systemctl daemon-reload"))
            ]
        }
        return [enabled, active, reload, restarts].compactMap { $0 }
    }

    private var enabled: Finding? {
        guard let state = values["UnitFileState"], !state.hasPrefix("enabled") else { return nil }
        return .fault(
            "unit.enabled", "服务没有设为开机启动（\(String(state).cleaned(limit: 40))）。",
            "The service does not start with the PC (\(String(state).cleaned(limit: 40))).",
            Saying("sudo systemctl enable --now zone-agent", "sudo systemctl enable --now zone-agent"))
    }

    private var active: Finding? {
        guard let state = values["ActiveState"], state != "active" else { return nil }
        let detail = "\(state), \(values["Result"] ?? "?")".cleaned(limit: 80)
        return .fault(
            "unit.active", "服务没有运行（\(detail)）。", "The service does not run (\(detail)).",
            Saying(
                "sudo systemctl start zone-agent；起不来请看 journalctl -u zone-agent -n 50",
                "sudo systemctl start zone-agent; if it does not start, journalctl -u zone-agent -n 50"))
    }

    private var reload: Finding? {
        guard values["NeedDaemonReload"] == "yes" else { return nil }
        return .warning(
            "unit.reload", "单元改过，systemd 还没有重新读取。", "The unit has changed, and systemd has not read it again.",
            Saying(
                "sudo systemctl daemon-reload，再 sudo systemctl restart zone-agent",
                "sudo systemctl daemon-reload, then sudo systemctl restart zone-agent"))
    }

    private var restarts: Finding? {
        guard let count = values["NRestarts"].flatMap({ Int($0) }), count > 0 else { return nil }
        return .warning(
            "unit.restarts", "服务自动重启过 \(count) 次。", "The service was restarted \(count) times by itself.",
            Remedy.readTheLog)
    }
}
