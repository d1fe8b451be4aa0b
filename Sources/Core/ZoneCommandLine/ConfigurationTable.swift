import ZoneControlClient
import ZoneModel
import ZoneWire

/// `zonectl config …`.
extension Technician {
    /// Every key in force, with file and line.
    package func configuration() async throws {
        let config = try await agent.get(ConfigurationJSON.self, "/v1/config")
        show(ConfigurationTable.text(config))
    }

    package func explain(_ key: String) async throws {
        show(
            ConfigurationTable.explain(
                try await agent.get(ConfigurationKeyJSON.self, "/v1/config/\(PathSegment.encode(key))")))
    }

    package func reloadConfiguration() async throws {
        struct Nothing: Encodable {}
        let config = try await agent.post(ConfigurationJSON.self, "/v1/config/reload", Nothing())
        show("已生效 applied: \(config.revision)\n" + ConfigurationTable.remarks(config))
    }
}

package enum ConfigurationTable {
    package static func text(_ config: ConfigurationJSON) -> String {
        var table = TextTable(header: ["配置项 KEY", "值 VALUE", "来自 FROM", ""])
        for key in config.keys { table.add([key.key, value(key), origin(key), key.locked ? "锁定 locked" : ""]) }
        return "版本 revision \(config.revision)\n\n" + table.text + remarks(config)
    }

    package static func explain(_ key: ConfigurationKeyJSON) -> String {
        """
        \(key.key) = \(value(key))
          含义 meaning   \(key.zh) / \(key.meaning)
          来自 from      \(origin(key))
          生效 effect    \(key.effect == .live ? "重新加载即可 on reload (zonectl config reload)" : "需要重启服务 at the next start")
          锁定 locked    \(key.locked ? "是，区级配置不能修改 yes: the hub's layer cannot change it" : "否 no")

        """.cleanedLines
    }

    static func remarks(_ config: ConfigurationJSON) -> String {
        var lines: [String] = []
        if let complaint = config.complaint { lines.append("仍使用上次正确的配置 the last good one is in force: \(complaint)") }
        lines += (config.complaints ?? []).map {
            "▲ 有错，这一处没有采用，其余已生效 a mistake, of which nothing is used; the rest is in force: \($0)"
        }
        if !config.ignored.isEmpty {
            let names = config.ignored.joined(separator: ", ")
            lines.append("区级配置中被本地锁定的项 keys of the hub's layer that are locked here: \(names)")
        }
        if !config.pendingRestart.isEmpty {
            lines.append("重启后生效 take effect at the next start: \(config.pendingRestart.joined(separator: ", "))")
        }
        return lines.map { $0.cleaned(limit: 400) + "\n" }.joined()
    }

    private static func value(_ key: ConfigurationKeyJSON) -> String { key.value?.stringValue ?? "—" }

    private static func origin(_ key: ConfigurationKeyJSON) -> String {
        switch key.layer {
        case .default: "默认 default"
        case .site, .remote: "\(key.file ?? "?"):\(key.line ?? 0)" + (key.layer == .remote ? "（区级 hub）" : "")
        }
    }
}

extension String {
    /// Each line cleaned by itself.
    fileprivate var cleanedLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).cleaned(limit: 400) }
            .joined(separator: "\n")
    }
}
