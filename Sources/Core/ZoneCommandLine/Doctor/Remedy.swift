import ZoneConfig

/// Next steps that several findings share.
enum Remedy {
    static let asRoot = Saying("用 root 再运行这条命令（前面加 sudo）", "Run the same command as root (with sudo in front)")
    static let reinstall = Saying(
        "重新安装软件包：sudo apt-get install --reinstall zone-agent",
        "Install the package again: sudo apt-get install --reinstall zone-agent")
    static let joinTechnicians = Saying(
        "用 root 再运行（前面加 sudo），或加入技术人员组后重新登录：sudo usermod -aG zone-tech 用户名",
        "Run it as root (with sudo in front), or join the technicians and log in again: sudo usermod -aG zone-tech NAME"
    )
    static let readTheLog = Saying(
        "看服务日志：journalctl -u zone-agent -n 50", "Read the service's log: journalctl -u zone-agent -n 50")

    /// To be typed behind `zonectl …`.
    static func rootOption(_ places: Places) -> String { places.root.isEmpty ? "" : " --root \(places.root)" }

    static func start(_ patient: Patient) -> Saying {
        guard patient.system != nil else { return own(patient) }
        return Saying("启动服务：sudo systemctl start zone-agent", "Start the service: sudo systemctl start zone-agent")
    }

    static func restart(_ patient: Patient) -> Saying {
        guard patient.system != nil else { return own(patient) }
        return Saying(
            "重启服务：sudo systemctl restart zone-agent", "Restart the service: sudo systemctl restart zone-agent")
    }

    /// For an agent that no service manager keeps.
    private static func own(_ patient: Patient) -> Saying {
        let root = patient.places.root
        return Saying(
            "（重新）启动这个目录的服务：make run，或 zone-agent run --root \(root)",
            "(Re)start the agent of that directory: make run, or zone-agent run --root \(root)")
    }
}
