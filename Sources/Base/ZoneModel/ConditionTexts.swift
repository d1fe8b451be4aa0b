/// The three texts of a condition: for staff (Chinese headline and next step), for citizens (at most 20 characters,
/// no part, address or brand) and for developers (English).
package struct ConditionTexts: Sendable, Equatable {
    package let headline: String
    package let nextStep: String
    package let citizen: String
    package let english: String
}

private let networkPaused = "网络暂时中断，可查阅纸质资料"
let machinePaused = "本机暂停使用，请用旁边的电脑"
let nothingForCitizens = "设备可以正常使用"

extension ConditionCode {
    package var texts: ConditionTexts {
        switch self {
        case .printerPaperOut, .printerPaperLow, .printerJam, .printerCoverOpen, .printerBinFull: paperTexts
        case .printerTonerLow, .printerTonerOut, .printerWasteFull, .printerLinkDown, .printerUnproven,
            .printerServiceRequired:
            printerTexts
        case .printerQueuePaused, .printerQueueStuck, .printerQueueDiffers, .printerSpoolLeft: queueTexts
        case .scanFailed, .copyFailed: copierTexts
        case .touchAbsent, .touchStuck, .touchGhost, .touchDeadZone, .touchAxis, .touchJitter: touchTexts
        case .displayAbsent, .displayMode, .displaySmall: displayTexts
        case .diskLow, .diskReadOnly, .profileUnmatched, .configurationInvalid: machineTexts
        case .pcMemory, .pcClock, .journalPressure, .driverWedged, .healBudgetSpent: agentTexts
        case .networkLink, .networkGateway, .networkDNS, .networkPortal, .networkPortalContent,
            .networkPortalCertificate,
            .networkCaptive, .networkHub:
            networkTexts
        case .ledNoAnswer, .ledContentStale: signTexts
        case .boxSlotBlocked, .boxLidOpen, .boxSensorDead: boxTexts
        case .formsMissing: formTexts
        case .diskSMART, .pcTemperature, .appAbsent, .appFrozen, .appCrashLoop, .appResidue, .browserHomepage:
            programTexts
        case .zoneOpenedLate, .zoneClosedInHours, .inspectionOverdue, .cleaningOverdue, .dutyOverdue: dutyTexts
        }
    }

    private var machineTexts: ConditionTexts {
        switch self {
        case .diskLow:
            .init(
                headline: "电脑存储空间快用完", nextStep: "清下载文件夹；其余由技术人员处理", citizen: nothingForCitizens,
                english: "Disk is nearly full: empty the download folder")
        case .diskReadOnly:
            .init(
                headline: "电脑硬盘变为只读，记录无法保存", nextStep: "重启电脑；再次出现请技术人员检查硬盘", citizen: machinePaused,
                english: "File system is read-only: restart, then have the disk checked")
        case .profileUnmatched:
            .init(
                headline: "有一台设备系统不认识，尚未纳入管理", nextStep: "由技术人员选择设备型号", citizen: nothingForCitizens,
                english: "No hardware profile fits a device: choose or write one")
        default:
            .init(
                headline: "配置文件有错误，出错部分未启用", nextStep: "由技术人员按提示的文件和行号修改", citizen: nothingForCitizens,
                english: "Configuration has an error: fix the named file and line")
        }
    }

    private var agentTexts: ConditionTexts {
        switch self {
        case .pcMemory:
            .init(
                headline: "电脑内存快用完，可能变慢", nextStep: "关掉多余程序或重启电脑；再次出现联系技术人员", citizen: nothingForCitizens,
                english: "Memory is nearly used up: close programs or restart, else call a technician")
        case .pcClock:
            .init(
                headline: "电脑时间没有校准，记录时间可能不准", nextStep: "检查网络；多日不恢复由技术人员换主板电池", citizen: nothingForCitizens,
                english: "The clock is not synchronized: check the network, else have the battery changed")
        case .journalPressure:
            .init(
                headline: "运行记录空间不足，较早的细节已被精简", nextStep: "由技术人员腾出硬盘空间", citizen: nothingForCitizens,
                english: "The journal lacks room and drops old details: free disk space")
        case .driverWedged:
            .init(
                headline: "系统与一台设备的通信卡住，正在重试", nextStep: "设备断电10秒再开；不行由技术人员处理", citizen: "本设备暂停使用，工作人员已收到通知",
                english: "A driver does not return: power-cycle the device, else call a technician")
        default:
            .init(
                headline: "自动修复今天已用完次数，仍未恢复", nextStep: "由技术人员到现场检查这台设备", citizen: "本设备暂停使用，工作人员已收到通知",
                english: "Automatic healing is used up for today: a technician must look at the device")
        }
    }

    private var networkTexts: ConditionTexts {
        switch self {
        case .networkLink:
            .init(
                headline: "网线或无线网络没有接通，不能上网查询", nextStep: "有线：插紧网线两端，看路由器灯；无线：看无线是否被关；不行报网络运营商", citizen: networkPaused,
                english: "No network link: push the cable in at both ends, or switch the Wi-Fi on; look at the router")
        case .networkGateway:
            .init(
                headline: "路由器没有应答，不能上网查询", nextStep: "路由器断电10秒再开，等3分钟", citizen: networkPaused,
                english: "Router does not answer: power it off for 10 seconds")
        case .networkDNS:
            .init(
                headline: "域名服务不通，网站打不开", nextStep: "现场不用操作；联系网络运营商", citizen: networkPaused,
                english: "DNS does not answer: call the network operator")
        case .networkPortal:
            .init(
                headline: "本地网络正常，政府门户网站打不开", nextStep: "现场不用操作；已报区政府办公室", citizen: networkPaused,
                english: "Local network is fine, the portal does not open: the office is told")
        case .networkPortalContent:
            .init(
                headline: "门户网站能打开，但内容不对", nextStep: "现场不用操作；由办公室核对网址和网页标记", citizen: networkPaused,
                english: "The portal answers without its content mark: the office checks address and mark")
        case .networkPortalCertificate:
            .init(
                headline: "门户网站的安全证书有问题或快到期", nextStep: "先看电脑日期对不对；由办公室请网站管理单位换证书", citizen: networkPaused,
                english: "The portal's certificate is bad or ends soon: check this PC's date, then have it renewed")
        case .networkCaptive:
            .init(
                headline: "上网被登录页面拦住，政府网站打不开", nextStep: "请网络管理单位为这台电脑免登录", citizen: networkPaused,
                english: "A login page of the network stands in between: have this PC let through without login")
        default:
            .init(
                headline: "运行情况暂时报不到区里，不影响群众使用", nextStep: "不用操作；恢复后自动补报", citizen: nothingForCitizens,
                english: "The hub cannot be reached: nothing to do, reports follow later")
        }
    }
}
