import ZoneModel
import ZoneWire

/// `zonectl policy`: what the notices demand, and what of it is there, missing, unconfirmed.
package enum PolicyTable {
    package static func text(_ policy: PolicyJSON) -> String {
        let head = [policy.district, policy.title].compactMap { $0 }.joined(separator: " · ")
        let parts = [head.isEmpty ? "" : head + "\n\n", rules(policy.rules)]
        let lists = (policy.checklists ?? []).map { "\n" + DutyTable.text($0) }
        let score = policy.score.map { "\n" + text($0) } ?? ""
        let complaints = policy.complaints.map { $0.cleaned(limit: 400) + "\n" }
        return (parts + lists + [score] + complaints).joined()
    }

    private static func rules(_ rules: [PolicyJSON.RuleJSON]) -> String {
        guard !rules.isEmpty else { return "没有设备配备规则。 There is no rule for devices.\n" }
        var table = TextTable(header: ["规定 RULE", "依据 NOTICE", "要求 NEEDS", "现有 HAVE", "结论 MET"])
        for rule in rules {
            let kinds = rule.anyOf.map(Words.kind).joined(separator: "或")
            let size = rule.inches.map { "，≥ \($0) 英寸" } ?? ""
            table.add([
                rule.text, Words.cited(rule.notice, rule.clause), "\(kinds) ≥ \(rule.count)\(size)", "\(rule.have)",
                Words.met(rule.met),
            ])
        }
        return table.text
    }

    private static func text(_ score: ScoreJSON) -> String {
        var table = TextTable(header: ["评分 SCORE", "依据 NOTICE", "计分 POINTS", "得分 VALUE", "根据 EVIDENCE"])
        for line in score.lines {
            table.add([
                line.text, Words.cited(line.notice, line.clause), "\(points(line.points)) / \(line.per)",
                line.value.map(points) ?? "? 不明 unknown", "\(line.item)：\(line.evidence)",
            ])
        }
        let total = score.total.map(points) ?? "—（\(score.unknown) 项不明 unknown）"
        return table.text + "\(score.from) 至 to \(score.through)　合计 total \(total)，已知 known \(points(score.known))\n"
    }

    /// Hundredths at most, as the policy has them.
    private static func points(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension Words {
    /// A notice and its clause, in Chinese words also where nobody has looked the clause up.
    package static func cited(_ notice: String, _ clause: String) -> String {
        "\(notice) \(clause == "unconfirmed" ? "条款待确认" : clause)"
    }
}
