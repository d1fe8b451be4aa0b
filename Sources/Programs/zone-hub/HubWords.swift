import ZoneHubStore
import ZoneModel
import ZoneWire

/// Words of the vocabulary for officers.
enum HubWords {
    static func command(_ state: CommandState) -> String {
        switch state {
        case .queued: "等待发出 queued"
        case .sent: "已发出 sent"
        case .accepted: "已接受 accepted"
        case .scheduled: "已安排 scheduled"
        case .running: "进行中 running"
        case .succeeded: "成功 succeeded"
        case .failed: "失败 failed"
        case .cancelled: "已撤回 cancelled"
        case .expired: "过期未执行 expired"
        case .rejected: "被拒绝 rejected"
        case .interrupted: "中断，结果不明 interrupted"
        }
    }

    static func enrolment(_ state: EnrolmentRecord.State) -> String {
        switch state {
        case .pending: "待批准 pending"
        case .approved: "已批准 approved"
        case .rejected: "已拒绝 rejected"
        }
    }

    static func zone(_ state: String) -> String {
        let names = [
            "live": "正常上报", "late": "迟到", "silent": "失联", "closed": "已关机", "notOpened": "未开机", "unseen": "未接入",
            "retired": "已停用",
        ]
        return "\(names[state] ?? "") \(state.cleaned(limit: 20))"
    }
}
