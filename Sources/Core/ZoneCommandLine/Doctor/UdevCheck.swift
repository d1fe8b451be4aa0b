import ZoneLinux
import ZoneModel

/// udev's own work, without which nothing that is plugged in is ever seen.
package struct UdevCheck: Check {
    private static let rules = "60-zone-agent.rules"

    package let id = "udev"
    package let title = Saying("设备管理", "udev")
    package let deadline = Duration.seconds(8)

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        guard let system = patient.system else {
            return [.onlyForTheSystem("udev.rules"), .onlyForTheSystem("udev.daemon")]
        }
        return [await rules(system, patient), await daemon(patient)]
    }

    private func rules(_ system: String, _ patient: Patient) async -> Finding {
        let id = "udev.rules"
        var found: [(path: String, text: String)] = []
        // A file in /etc hides the one of the same name that the package has brought (udev(7)).
        for folder in ["/etc/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"] {
            let path = "\(folder)/\(UdevCheck.rules)"
            switch await patient.read(system + path) {
            case .seen(let text): found.append((path, text))
            case .missing: continue
            case .notPermitted: return .hidden(id, path)
            case .failed(let detail): return .unreadable(id, path, detail)
            }
        }
        guard let inForce = found.first else {
            return .fault(id, "没有安装 \(UdevCheck.rules)。", "\(UdevCheck.rules) is not installed.", Remedy.reinstall)
        }
        var shipped = found.dropFirst().first?.text
        if case .seen(let text) = await patient.read(system + "/usr/share/zone-agent/udev/\(UdevCheck.rules)") {
            shipped = text
        }
        guard let shipped, shipped != inForce.text else {
            return .ok(id, "规则已安装：\(inForce.path)。", "The rules are installed: \(inForce.path).")
        }
        return .warning(
            id, "\(inForce.path) 与随软件提供的不同。", "\(inForce.path) differs from the shipped rules.",
            Saying(
                "不是有意改的就恢复：在 /etc 下的删掉它，否则重装软件包；然后 sudo udevadm control --reload",
                "Unless meant: remove it below /etc, else install the package again; then sudo udevadm control --reload"
            ))
    }

    private func daemon(_ patient: Patient) async -> Finding {
        let id = "udev.daemon"
        let restart = Saying("sudo systemctl restart systemd-udevd", "sudo systemctl restart systemd-udevd")
        let count: Int
        do {
            // Every PC has input devices, if only its power button.
            count = try await patient.plugged(["input"]).count
        } catch {
            return udevFailed(id, error)
        }
        switch await patient.programs.run("systemctl", ["is-active", "systemd-udevd"], within: .seconds(3)) {
        case .ended(_, let words) where words.hasPrefix("active"):
            guard count > 0 else {
                return .warning(id, "udev 没有列出任何输入设备。", "udev lists no input device at all.", restart)
            }
            return .ok(
                id, "systemd-udevd 在运行，列出 \(count) 个输入设备。", "systemd-udevd runs and lists \(count) input devices.")
        case .ended(_, let words) where ["inactive", "failed"].contains { words.hasPrefix($0) }:
            return .fault(
                id, "systemd-udevd 没有运行，插拔设备不会被发现。", "systemd-udevd does not run: nothing plugged is noticed.", restart)
        case .ended, .missing, .overran, .failed:
            return .unknown(
                id, "问不到 systemd-udevd 的状态；列出 \(count) 个输入设备。",
                "Cannot ask whether systemd-udevd runs; \(count) input devices are listed.",
                Saying("systemctl status systemd-udevd", "systemctl status systemd-udevd"))
        }
    }
}
