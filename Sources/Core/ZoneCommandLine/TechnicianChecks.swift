import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl check`: a check of all devices whose result is kept.
extension Technician {
    private static let look = Duration.milliseconds(500)
    private static let patience = Duration.seconds(1860)

    /// - Parameter progress: where it is shown how far it is; `nil` shows nothing.
    /// - Returns: whether all devices have passed.
    package func check(_ wish: CheckRequest, asJSON: Bool, progress: CheckProgress?) async throws -> Bool {
        let begun = try await agent.post(CommandJSON.self, "/v1/checks", wish)
        let ended = try await follow(begun, progress)
        progress?.end()
        guard ended.state == .succeeded else {
            show("检查没有做完，请查看 zonectl commands： The check did not end; see zonectl commands: \(begun.id)\n")
            if let result = ended.result { show(try WireCoding.text(result) + "\n") }
            return false
        }
        let check = try await agent.get(CheckJSON.self, "/v1/checks/\(PathSegment.encode(begun.id))")
        show(asJSON ? try WireCoding.text(check) + "\n" : CheckText.text(check))
        return check.passed == true
    }

    private func follow(_ begun: CommandJSON, _ progress: CheckProgress?) async throws -> CommandJSON {
        let (deadline, id) = (clock.mono().advanced(by: Technician.patience), PathSegment.encode(begun.id))
        var command = begun
        while !command.state.isOver, clock.mono() < deadline {
            try await clock.sleep(for: Technician.look)
            // Before its turn there is none to be shown.
            if let progress, let check = try? await agent.get(CheckJSON.self, "/v1/checks/\(id)") {
                progress.show(check)
            }
            command = try await agent.get(CommandJSON.self, "/v1/commands/\(id)")
        }
        return command
    }

    /// The latest checks, and what is due.
    package func checks(asJSON: Bool) async throws {
        let checks = try await agent.get(ChecksJSON.self, "/v1/checks?limit=10")
        show(asJSON ? try WireCoding.text(checks) + "\n" : CheckText.list(checks))
    }
}

package enum CheckText {
    package static func text(_ check: CheckJSON) -> String {
        var table = TextTable(header: ["设备 DEVICE", "结果 OUTCOME", "状态 HEALTH", "情况 WHAT IS WRONG", "测试页 PAGE"])
        for line in check.devices {
            let wrong = line.error ?? line.codes?.joined(separator: " ") ?? ""
            let health = line.outcome == "byPerson" ? "" : line.health.map(Words.health) ?? ""
            table.add([line.device.text, outcome(line.outcome), health, wrong, line.page ?? ""])
        }
        let passed = check.devices.count { $0.hasPassed }
        let verdict = check.passed == true ? "● 通过 passed" : "✕ 没有通过 not passed"
        return table.text + "\(verdict)：\(passed)/\(check.of)，编号 kept as: \(check.id)\n" + hands(check)
    }

    /// What a machine cannot do.
    private static func hands(_ check: CheckJSON) -> String {
        guard check.check != .opening else { return "" }
        return check.devices.filter { $0.kind == .touchPanel && $0.outcome != "byPerson" }.map {
            "触摸要由人来试： Touch needs a hand: zonectl touch check \($0.device)\n"
        }.joined()
    }

    package static func list(_ checks: ChecksJSON) -> String {
        var table = TextTable(header: ["编号 ID", "检查 CHECK", "何时 WHEN", "结果 RESULT", "何人 WHO"])
        for check in checks.checks {
            table.add([
                check.id, check.check.rawValue, ZoneCivil.text(check.endedAt ?? check.begunAt), result(check),
                check.actor,
            ])
        }
        return table.text + month(checks.monthly)
    }

    private static func result(_ check: CheckJSON) -> String {
        switch check.state {
        case .running: "进行中 running \(check.devices.count)/\(check.of)"
        case .stopped: "中止 stopped"
        case .done: check.passed == true ? "● 通过 passed" : "✕ 没有通过 not passed"
        }
    }

    /// A line where somebody has to do it.
    package static func wanted(_ month: ChecksJSON.Monthly?) -> String {
        month?.isWanted == true ? "\n" + self.month(month) : ""
    }

    private static func month(_ month: ChecksJSON.Monthly?) -> String {
        guard let month else { return "" }
        switch month.state {
        case "done": return "本月检查已完成。 This month's check is done: \(month.lastDone ?? "")\n"
        case "overdue":
            return "✕ 每月检查过期，请做： The monthly check is overdue since \(month.due): zonectl check --monthly\n"
        case "remind":
            return "▲ 每月检查快到期，请做： The monthly check is due on \(month.due): zonectl check --monthly\n"
        default: return "下次每月检查期限： The next monthly check is due on \(month.due)\n"
        }
    }

    static func outcome(_ word: String) -> String {
        let words = [
            "ok": "正常", "wrong": "有问题", "notOpen": "未打开", "failed": "没有看成", "byPerson": "由人检查",
            "held": "停用中",
        ]
        return words[word].map { "\($0) \(word)" } ?? word
    }
}
