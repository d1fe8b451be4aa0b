/// The three texts of a condition: for staff (Chinese headline and next step), for citizens (at most 20 characters,
/// no part, address or brand) and for developers (English).
package struct ConditionTexts: Sendable, Equatable {
    package let headline: String
    package let nextStep: String
    package let citizen: String
    package let english: String
}

private let printingPaused = "打印暂停使用，工作人员已收到通知"
private let networkPaused = "网络暂时中断，可查阅纸质资料"
private let machinePaused = "本机暂停使用，请用旁边的电脑"
private let nothing = "设备可以正常使用"

extension ConditionCode {
    package var texts: ConditionTexts {
        switch self {
        case .printerPaperOut, .printerPaperLow, .printerJam, .printerCoverOpen, .printerBinFull: paperTexts
        case .printerTonerLow, .printerTonerOut, .printerWasteFull, .printerLinkDown, .printerQueuePaused,
            .printerServiceRequired:
            printerTexts
        case .touchAbsent, .diskLow, .diskReadOnly, .profileUnmatched, .configurationInvalid: machineTexts
        case .pcMemory, .pcClock, .journalPressure, .driverWedged, .healBudgetSpent: agentTexts
        case .networkLink, .networkGateway, .networkDNS, .networkPortal, .networkPortalContent, .networkHub:
            networkTexts
        }
    }

    private var paperTexts: ConditionTexts {
        switch self {
        case .printerPaperOut:
            .init(
                headline: "打印机没纸了，暂时不能打印", nextStep: "放A4纸不超标线，推回纸盒；1分钟后仍提示点“报修”",
                citizen: printingPaused, english: "Printer is out of paper: refill the tray")
        case .printerPaperLow:
            .init(
                headline: "打印机的纸快用完了", nextStep: "今天补纸；库存不足告知办公室", citizen: nothing,
                english: "Printer is low on paper: refill today")
        case .printerJam:
            .init(
                headline: "打印机卡纸，暂时不能打印", nextStep: "按图开盖，双手慢抽，合盖；抽不动不硬拉，点“报修”",
                citizen: printingPaused, english: "Paper jam: open, pull the sheet out slowly, close")
        case .printerCoverOpen:
            .init(
                headline: "打印机盖板没有盖好", nextStep: "全部盖板合到听见“咔”", citizen: printingPaused,
                english: "A printer cover is open: close all covers")
        default:
            .init(
                headline: "出纸口堆满，打印已暂停", nextStep: "取走纸张即恢复", citizen: printingPaused,
                english: "Output bin is full: take the paper away")
        }
    }

    private var printerTexts: ConditionTexts {
        switch self {
        case .printerTonerLow:
            .init(
                headline: "打印机墨粉（墨水）快用完了", nextStep: "仍可打印；请办公室备同型号", citizen: nothing,
                english: "Toner or ink is low: still prints, order the same type")
        case .printerTonerOut:
            .init(
                headline: "打印机墨粉（墨水）用完，不能打印", nextStep: "有备件按图更换；没有点“报修”", citizen: printingPaused,
                english: "Toner or ink is used up: replace it")
        case .printerWasteFull:
            .init(
                headline: "打印机废粉盒已满，不能打印", nextStep: "联系技术人员更换废粉盒", citizen: printingPaused,
                english: "Waste toner box is full: a technician replaces it")
        case .printerLinkDown:
            .init(
                headline: "电脑连不上打印机，不能打印", nextStep: "看电源灯，插紧线，关机10秒再开；不行点“报修”",
                citizen: printingPaused, english: "Printer does not answer: check power and cable")
        case .printerQueuePaused:
            .init(
                headline: "打印被暂停，系统正在恢复", nextStep: "等5分钟；未恢复由技术人员处理", citizen: printingPaused,
                english: "Printing is paused: wait 5 minutes, then call a technician")
        default:
            .init(
                headline: "打印机自报故障，需要厂家维修", nextStep: "贴故障告示，点“报修”，办公室联系厂家", citizen: printingPaused,
                english: "Printer reports a failure of its own: call the vendor")
        }
    }

    private var machineTexts: ConditionTexts {
        switch self {
        case .touchAbsent:
            .init(
                headline: "触摸屏没有接通，点屏幕没反应", nextStep: "重启一体机；不行引导用电脑并报修", citizen: machinePaused,
                english: "Touch panel is not connected: restart the kiosk, else report it")
        case .diskLow:
            .init(
                headline: "电脑存储空间快用完", nextStep: "清下载文件夹；其余由技术人员处理", citizen: nothing,
                english: "Disk is nearly full: empty the download folder")
        case .diskReadOnly:
            .init(
                headline: "电脑硬盘变为只读，记录无法保存", nextStep: "重启电脑；再次出现请技术人员检查硬盘", citizen: machinePaused,
                english: "File system is read-only: restart, then have the disk checked")
        case .profileUnmatched:
            .init(
                headline: "有一台设备系统不认识，尚未纳入管理", nextStep: "由技术人员选择设备型号", citizen: nothing,
                english: "No hardware profile fits a device: choose or write one")
        default:
            .init(
                headline: "配置文件有错误，出错部分未启用", nextStep: "由技术人员按提示的文件和行号修改", citizen: nothing,
                english: "Configuration has an error: fix the named file and line")
        }
    }

    private var agentTexts: ConditionTexts {
        switch self {
        case .pcMemory:
            .init(
                headline: "电脑内存快用完，可能变慢", nextStep: "关掉多余程序或重启电脑；再次出现联系技术人员", citizen: nothing,
                english: "Memory is nearly used up: close programs or restart, else call a technician")
        case .pcClock:
            .init(
                headline: "电脑时间没有校准，记录时间可能不准", nextStep: "检查网络；多日不恢复由技术人员换主板电池", citizen: nothing,
                english: "The clock is not synchronized: check the network, else have the battery changed")
        case .journalPressure:
            .init(
                headline: "运行记录空间不足，较早的细节已被精简", nextStep: "由技术人员腾出硬盘空间", citizen: nothing,
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
                headline: "网线没接通，不能上网查询", nextStep: "插紧两端，看路由器灯；不行报网络运营商", citizen: networkPaused,
                english: "No network link: push both plugs in, look at the router")
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
        default:
            .init(
                headline: "运行情况暂时报不到区里，不影响群众使用", nextStep: "不用操作；恢复后自动补报", citizen: nothing,
                english: "The hub cannot be reached: nothing to do, reports follow later")
        }
    }
}
