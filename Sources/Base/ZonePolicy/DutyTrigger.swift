/// What a duty can wait for (`after`). A name that nobody ever writes would be a duty that is never due, and nobody would know
/// why: so a name is one of these, or plainly the site's own.
package enum DutyTrigger {
    /// The site's own names, which only people enter (`zonectl duty begun`): `local.begun`.
    private static let own = "local."
    private static let longest = 40

    package static func isKnown(_ name: String) -> Bool {
        if words[name] != nil { return true }
        let rest = name.dropFirst(own.count)
        return name.hasPrefix(own) && !rest.isEmpty && name.utf8.count <= longest
            && rest.allSatisfy { $0.isASCII && $0.isLetter }
    }

    /// In words for people; the name itself where there are none.
    package static func word(for name: String) -> String { words[name] ?? name }

    /// Events of docs/vocabulary.md that are kept (classes A and B), so that they are read again after a start; duties' own
    /// are none. Nothing writes `bulletin.issued` by itself: people enter it.
    package static let words: [String: String] = [
        "bulletin.issued": "公报发布", "agent.started": "系统启动", "agent.stopping": "系统停止", "clock.stepped": "时间校准",
        "journal.gap": "运行记录缺失", "journal.rewound": "运行记录回退", "identity.requested": "申请接入区级平台",
        "identity.enrolled": "接入区级平台", "identity.rejected": "区级平台拒绝接入", "identity.forgotten": "注销接入",
        "identity.renewed": "证书更新", "export.written": "运行情况导出", "device.added": "设备接入", "device.removed": "设备移除",
        "device.forgotten": "设备注销", "device.recorded": "设备录制", "condition.raised": "故障发生", "condition.updated": "故障变化",
        "condition.cleared": "故障消除", "instant.occurred": "设备事件", "mode.held": "设备停用", "mode.released": "设备恢复使用",
        "hours.opened": "开门", "hours.closed": "关门", "hours.explained": "说明未开放原因", "heal.attempted": "自动恢复开始",
        "heal.succeeded": "自动恢复完成", "heal.failed": "自动恢复失败", "heal.budgetSpent": "自动恢复次数用完", "config.applied": "配置生效",
        "config.rejected": "配置有误", "command.accepted": "指令接受", "command.running": "指令执行", "command.succeeded": "指令完成",
        "command.failed": "指令失败", "command.cancelled": "指令取消", "command.expired": "指令过期", "command.interrupted": "指令中断",
        "check.done": "检查完成", "day.closed": "当日汇总", "zone.described": "专区情况变更", "cleaning.started": "触摸屏擦拭开始",
        "cleaning.ended": "触摸屏擦拭结束", "calibration.written": "触摸屏校准", "calibration.undone": "触摸屏校准撤销",
        "browser.written": "浏览器设置写入", "browser.undone": "浏览器设置撤销", "residue.cleared": "使用痕迹清除",
        "report.issued": "报表出具", "case.entry": "报修登记",
    ]
}
