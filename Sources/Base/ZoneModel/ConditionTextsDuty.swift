// Texts of what runs on the PC, and of what people do at fixed times.

extension ConditionCode {
    var programTexts: ConditionTexts {
        switch self {
        case .diskSMART:
            .init(
                headline: "电脑硬盘自报快要损坏", nextStep: "由技术人员备份后更换硬盘",
                citizen: nothingForCitizens,
                english: "The drive says of itself that it is failing: back it up and replace it")
        case .pcTemperature:
            .init(
                headline: "电脑温度过高，可能自动关机", nextStep: "清开散热口，让开热源；不降温关机并点“报修”",
                citizen: nothingForCitizens,
                english: "The PC is too hot: clear its vents, else switch it off and report it")
        case .appAbsent:
            .init(
                headline: "查询程序没有打开，群众无法查询", nextStep: "点“打开查询程序”；不行重启电脑",
                citizen: machinePaused,
                english: "The kiosk app is not running: start it, else restart the PC")
        case .appFrozen:
            .init(
                headline: "查询页面卡住，系统正在重新打开", nextStep: "等1分钟；一天3次以上点“报修”",
                citizen: machinePaused,
                english: "The kiosk app does not answer: it is started anew")
        case .appCrashLoop:
            .init(
                headline: "查询程序反复退出，打不开", nextStep: "引导用旁边的电脑；由技术人员检查程序",
                citizen: machinePaused,
                english: "The kiosk app ends again and again: a technician looks at it")
        case .appResidue:
            .init(
                headline: "电脑里留有上一位群众的登录或文件", nextStep: "请工作人员关闭并重开浏览器；由技术人员检查清理设置",
                citizen: nothingForCitizens,
                english: "Something of the last citizen is left on this PC: clear it and check the browser's policies")
        default:
            .init(
                headline: "浏览器的设置与规定不一致（首页、收藏或不留痕迹）", nextStep: "现场不用操作；由技术人员写回规定的设置",
                citizen: nothingForCitizens,
                english:
                    "The browser's home page, bookmarks or privacy settings are not what was set for it: write the policies again"
            )
        }
    }

    var dutyTexts: ConditionTexts {
        switch self {
        case .zoneOpenedLate:
            .init(
                headline: "已到开放时间，专区设备还没启用", nextStep: "现在启用并填写原因",
                citizen: nothingForCitizens,
                english: "The zone was not in use when its hours began: open it and say why")
        case .zoneClosedInHours:
            .init(
                headline: "开放时间内专区设备被关闭", nextStep: "确需停用请登记原因；否则现在启用",
                citizen: nothingForCitizens,
                english: "The zone was switched off within its hours: open it, or enter a closure with its reason")
        case .inspectionOverdue:
            .init(
                headline: "本期设备检查还没有做", nextStep: "点“开始检查”，约5分钟，打印签字",
                citizen: nothingForCitizens,
                english: "This period's check of the devices was not done: run it")
        case .cleaningOverdue:
            .init(
                headline: "今日清洁还没有登记", nextStep: "清洁后点“已清洁”",
                citizen: nothingForCitizens,
                english: "Today's cleaning is not entered: clean, then enter it")
        default:
            .init(
                headline: "有一项日常工作过期没有登记", nextStep: "做完后在工作人员页面登记",
                citizen: nothingForCitizens,
                english: "A duty of the district's rules is overdue: do it, then enter it")
        }
    }
}
