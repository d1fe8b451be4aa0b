import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneYAML

/// What keeps a citizen's logins beyond the use, and programs of a desktop that keep what was copied beyond the end
/// of the program that it was copied in.
package struct ResidueCheck: Check {
    /// As the kernel names a process, 15 bytes at most (proc(5), `/proc/PID/comm`): what it belongs to.
    private static let keepers = [
        // Pre-installed there, with a history of everything copied since the login (linuxdeepin/dde-clipboard, README).
        "dde-clipboard": "dde-clipboard", "dde-clipboard-d": "dde-clipboard",
        // "Clipboard management" (Debian's description of ukui-settings-daemon); the history is the sidebar's.
        "ukui-settings-d": "ukui-settings-daemon", "ukui-clipboard": "ukui-clipboard",
        // Each with a clipboard manager of its own: mutter's and muffin's src/core/meta-clipboard-manager.c, the
        // plugins/clipboard of the settings daemons, xfsettingsd/clipboard-manager.c, klipper in plasmashell.
        "gnome-shell": "gnome-shell", "cinnamon": "cinnamon", "gsd-clipboard": "gnome-settings-daemon",
        "csd-clipboard": "cinnamon-settings-daemon", "mate-settings-d": "mate-settings-daemon",
        "xfsettingsd": "xfsettingsd", "plasmashell": "plasmashell", "klipper": "klipper",
        "clipit": "clipit", "clipmenud": "clipmenud", "copyq": "copyq", "diodon": "diodon",
        "gpaste-daemon": "gpaste-daemon", "greenclip": "greenclip", "parcellite": "parcellite",
        "wl-clip-persist": "wl-clip-persist", "xfce4-clipman": "xfce4-clipman",
    ]

    package let id = "residue"
    package let title = Saying("群众留下的内容", "What citizens leave")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] { await program(patient) + clipboard(patient) }

    /// The policies take logins away when the browser ends; who ends it, they do not say.
    private func program(_ patient: Patient) async -> [Finding] {
        // What is wrong with the files, the check of the configuration says.
        guard case .seen(let site) = await patient.read(patient.places.agentConfig),
            let config = await config(site, patient), config.browser != nil
        else { return [] }
        let id = "residue.program"
        guard !config.residue.restartApp else {
            return [.ok(id, "每次使用结束后重启查询程序。", "The kiosk's program is started anew after each use.")]
        }
        return [
            .warning(
                id, "配置了 browser，但没有打开 residue.restartApp：浏览器不退出，上一位群众的登录就一直有效，agent 也看不到。",
                "agent.yaml has “browser” without residue.restartApp: the last citizen's login lives until the browser ends, and the agent cannot see it.",
                Saying(
                    "在 agent.yaml 写 residue.restartApp: true（需先写 kiosk.app.unit），再运行 zonectl config reload；见 docs/pc.md",
                    "Write residue.restartApp: true in agent.yaml (it needs kiosk.app.unit), then run zonectl config reload; see docs/pc.md"
                ))
        ]
    }

    private func config(_ site: String, _ patient: Patient) async -> AgentConfig? {
        let site = ConfigurationText(file: patient.places.agentConfig, text: site)
        let path = patient.places.remoteConfig
        var remote: ConfigurationText?
        if case .seen(let text) = await patient.read(path) { remote = ConfigurationText(file: path, text: text) }
        return try? ReadConfiguration(site: site, remote: remote).config
    }

    private func clipboard(_ patient: Patient) async -> [Finding] {
        let id = "residue.clipboard"
        guard let system = patient.system else { return [.onlyForTheSystem(id)] }
        let running = await patient.look { ResidueCheck.names(in: system + "/proc") }
        let found = Set(running.values.compactMap { ResidueCheck.keepers[$0] }).sorted().joined(separator: ", ")
        if !found.isEmpty {
            return [
                .warning(
                    id, "\(found) 在运行，会保留群众复制的内容：查询程序重启后，下一位仍能粘贴出来。",
                    "\(found) keeps what citizens copy: the next one can paste it, even after the kiosk's program was restarted.",
                    Saying(
                        "查询程序改在不带桌面的会话中运行（例如在它的服务单元里用 cage 启动），或卸载单独的剪贴板软件后重启电脑",
                        "Run the kiosk's program in a session without that desktop (such as cage, in the program's own unit), or remove "
                            + "a clipboard manager that is a package of its own; then restart the PC"))
            ]
        }
        // Where others' processes are hidden (hidepid of proc(5)), that of systemd is, too.
        guard running["1"] != nil else { return [.hidden(id, "/proc")] }
        return [.ok(id, "没有剪贴板管理程序在运行。", "No clipboard manager runs.")]
    }

    /// By process id.
    private static func names(in proc: String) -> [String: String] {
        var names: [String: String] = [:]
        for process in SmallFile.list(proc) where process.utf8.allSatisfy({ (48...57).contains($0) }) {
            let name = try? SmallFile.read("\(proc)/\(process)/comm", limit: 64)
            if let name { names[process] = name.cleaned(limit: 15) }
        }
        return names
    }
}
