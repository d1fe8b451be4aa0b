// Purpose: what zonectl shows: tables for people, in Chinese and English. Must not know how facts are found.
import ZoneModel
import ZoneTime
import ZoneWire

/// Words of the vocabulary for people.
package enum Words {
    package static func health(_ health: Health) -> String {
        switch health {
        case .ok: "● 正常 ok"
        case .degraded: "▲ 可用，需处理 degraded"
        case .failed: "✕ 故障 failed"
        case .unknown: "? 情况不明 unknown"
        }
    }

    package static func kind(_ kind: DeviceKind) -> String {
        switch kind {
        case .touchPanel: "触摸屏"
        case .display: "显示屏"
        case .printer: "打印机"
        case .copier: "复印机"
        case .ledDisplay: "LED大屏"
        case .suggestionBox: "意见箱"
        case .queryPC: "查询电脑"
        case .network: "网络"
        }
    }

    package static func role(_ role: String) -> String {
        let names = [
            "kiosk": "查询机", "staff": "工作人员", "technician": "技术人员", "hub": "区级平台", "root": "管理员",
            "stranger": "无权限用户",
        ]
        return "\(names[role] ?? "") \(role)"
    }

    package static func mode(_ mode: Mode) -> String {
        switch mode {
        case .service: "正常服务 service"
        case .closed: "暂停开放 closed"
        case .maintenance: "维护 maintenance"
        case .disabled: "停用 disabled"
        }
    }

    package static func command(_ state: CommandState) -> String {
        switch state {
        case .queued, .sent, .accepted, .scheduled: "等待 \(state.rawValue)"
        case .running: "进行中 running"
        case .succeeded: "成功 succeeded"
        case .failed: "失败 failed"
        case .cancelled: "已取消 cancelled"
        case .expired: "过期未执行 expired"
        case .rejected: "被拒绝 rejected"
        case .interrupted: "中断，结果不明 interrupted"
        }
    }

    package static func met(_ met: String) -> String {
        switch met {
        case "yes": "● 达到 yes"
        case "no": "✕ 缺少 no"
        case "notRequired": "不要求 not required"
        default: "? 待确认 unconfirmed"
        }
    }

    package static func fixer(_ fixer: Fixer) -> String {
        switch fixer {
        case .self: "系统自行处理 self"
        case .staff: "工作人员 staff"
        case .technician: "技术人员 technician"
        case .vendor: "厂家 vendor"
        case .network: "网络 network"
        case .office: "办公室 office"
        case .none: "—"
        }
    }
}

/// `zonectl status`: one row per device, one more for each further condition.
package enum StatusTable {
    package static func text(_ list: DeviceListJSON, now: WallTime) -> String {
        var table = TextTable(header: ["设备 DEVICE", "类别 KIND", "状态 HEALTH", "情况 WHAT IS WRONG", "自 SINCE", "处理 FIXER"])
        for device in list.devices {
            let name = device.id.text + (device.simulated ? "（模拟）" : "")
            let head = [name, Words.kind(device.kind), Words.health(device.health)]
            if device.conditions.isEmpty { table.add(head + [quiet(device), "", ""]) }
            for (index, condition) in device.conditions.enumerated() {
                table.add((index == 0 ? head : ["", "", ""]) + cells(condition, now))
            }
        }
        return "专区 zone \(list.zone) · \(list.node) · \(ZoneCivil.text(now))\n\n" + table.text + mistakes(list)
    }

    /// The headline speaks of "that file and line": here they are.
    private static func mistakes(_ list: DeviceListJSON) -> String {
        list.devices.flatMap(\.conditions).compactMap(\.namedMistake).map { "\n▲ \($0)\n" }.joined()
    }

    private static func quiet(_ device: DeviceJSON) -> String {
        if device.mode != .service { return Words.mode(device.mode) }
        guard device.health != .ok else { return "" }
        return device.reason.map { reason in
            let words = ReasonWords(reason, of: device.kind).meaning
            return "\(words.zh) / \(words.en) [\(reason)]"
        } ?? ""
    }

    private static func cells(_ condition: ConditionJSON, _ now: WallTime) -> [String] {
        let age = Duration.milliseconds(now.milliseconds - condition.since.milliseconds)
        let texts = condition.texts
        let what = texts.map { "\($0.headline) / \($0.english)" } ?? condition.code
        return [
            "\(what) [\(condition.code)]", "\(ZoneCivil.text(condition.since)) (\(ZoneCivil.spanInChinese(age)))",
            condition.fixer.map(Words.fixer) ?? "",
        ]
    }
}

extension ConditionJSON {
    /// File, line and field of a mistake in a file of the configuration.
    var namedMistake: String? {
        code == ConditionCode.configurationInvalid.rawValue ? evidence?.cleaned(limit: 400) : nil
    }
}

/// `zonectl watch`: one line per event.
package enum EventLine {
    package static func text(_ event: Event) -> String {
        let code = event.data["code"]?.stringValue.flatMap(ConditionCode.init(rawValue:))
        let words = code.map { "\($0.texts.headline) / \($0.texts.english)" } ?? summary(event.data)
        return "\(ZoneCivil.text(event.at))  \(event.subject)  \(event.name)  \(words)".cleaned(limit: 400)
    }

    private static func summary(_ data: JSONValue) -> String {
        guard case .object(let members) = data else { return "" }
        return members.sorted { $0.key < $1.key }.compactMap { key, value in
            (value.stringValue ?? value.integerValue.map { String($0) }).map { "\(key)=\($0)" }
        }.joined(separator: " ")
    }
}
