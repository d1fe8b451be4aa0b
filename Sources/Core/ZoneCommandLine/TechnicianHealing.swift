import ZoneControlClient
import ZoneModel
import ZoneWire

/// `zonectl heal DEVICE`: the ladder of a device.
extension Technician {
    package func healing(_ device: String, asJSON: Bool) async throws {
        let healing = try await agent.get(
            HealingJSON.self, "/v1/devices/\(PathSegment.encode(device))/healing")
        show(asJSON ? try WireCoding.text(healing) + "\n" : HealingTable.text(healing))
    }

    /// - Returns: whether the step could be done.
    package func heal(_ device: String, _ step: String) async throws -> Bool {
        try await command(
            device, CommandRequest(verb: "heal", args: ["step": .string(step)]), patience: .seconds(60))
    }
}

package enum HealingTable {
    package static func text(_ healing: HealingJSON) -> String {
        var table = TextTable(header: ["步骤 STEP", "影响 HARM", "今天 TODAY", "本轮 THIS ROUND"])
        for step in healing.steps {
            let mark = step.name == healing.next ? "下一步 next" : step.isTried ? "已试 tried" : ""
            table.add([step.name, harm(step.harm), "\(step.used)/\(step.budget)", mark])
        }
        let last = healing.last.map { "最近一步 last step: \($0)\n" } ?? ""
        return "\(healing.device)：\(sentence(healing))\n" + table.text
            + "今天共 in all today: \(healing.used)/\(healing.budget)\n" + last
    }

    /// What happens, and what to do next.
    private static func sentence(_ healing: HealingJSON) -> String {
        let codes = healing.codes.joined(separator: " ")
        switch healing.state {
        case .resting: return "没有可以自动修复的问题。 Nothing is wrong that could be healed."
        case .noStep: return "\(codes)：这台设备没有对应的自动步骤，请到现场。 No step of this device helps: somebody must look."
        case .ready: return "\(codes)：马上做 \(healing.next ?? "")。 The next step follows at once."
        case .underWay: return "\(codes)：正在修复，请稍候。 A step is being done: wait."
        case .judging:
            let seconds = ((healing.judgedIn ?? 0) + 999) / 1000
            return "\(codes)：上一步做完，再等 \(seconds) 秒看结果。 The last step is judged for \(seconds) s more."
        case .waiting:
            let reasons = healing.waitsFor.map(gate)
            return "\(codes)：\(healing.next ?? "") 在等：\(reasons.map { $0.zh }.joined(separator: "、"))。 "
                + "It waits: \(reasons.map { $0.english }.joined(separator: "; "))."
        case .spent: return "\(codes)：今天的次数已用完，请技术人员到现场。 Spent for today: a technician must come."
        }
    }

    private static func harm(_ word: String) -> String {
        let words = [
            "none": "无 none", "interruptsUse": "使用中断 interrupts use", "cutsPower": "断电 cuts power",
            "restartsPC": "电脑重启 restarts the PC",
        ]
        return words[word] ?? word
    }

    private static func gate(_ word: String) -> (zh: String, english: String) {
        let words: [String: (zh: String, english: String)] = [
            "person": ("这台设备由人工检查", "a person looks after this device"),
            "hold": ("设备设为维护或停用", "the device is held: release it"),
            "lease": ("设备正被程序占用", "a program has the device"),
            "document": ("有文件正在打印或复印", "a document is under way"),
            "touch": ("一分钟内有人触摸", "somebody touched the kiosk within a minute"),
            "keptForHours": ("次数留给开放时间", "its other tries are kept for the hours"),
            "openHours": ("正在开放，查询还能用", "the zone is open and in use"),
            "freshBoot": ("电脑刚开机不到10分钟", "the PC came up less than ten minutes ago"),
            "nightly": ("夜间作业进行中", "the acts of the night are under way"),
        ]
        return words[word] ?? (word, word)
    }
}
