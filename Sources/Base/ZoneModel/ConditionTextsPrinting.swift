private let printingPaused = "打印暂停使用，工作人员已收到通知"
private let copyingPaused = "复印暂停使用，工作人员已收到通知"

/// Printers, print queues and copiers.
extension ConditionCode {
    var paperTexts: ConditionTexts {
        switch self {
        case .printerPaperOut:
            .init(
                headline: "打印机没纸了，暂时不能打印", nextStep: "放A4纸不超标线，推回纸盒；1分钟后仍提示点“报修”",
                citizen: printingPaused, english: "Printer is out of paper: refill the tray")
        case .printerPaperLow:
            .init(
                headline: "打印机的纸快用完了", nextStep: "今天补纸；库存不足告知办公室", citizen: nothingForCitizens,
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

    var printerTexts: ConditionTexts {
        switch self {
        case .printerTonerLow:
            .init(
                headline: "打印机墨粉（墨水）快用完了", nextStep: "仍可打印；请办公室备同型号", citizen: nothingForCitizens,
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
        case .printerUnproven:
            .init(
                headline: "打印机说打完了，但没有数到纸", nextStep: "看出纸口有没有纸；再打一张，仍没有点“报修”",
                citizen: nothingForCitizens,
                english: "The printer calls a document done but counted no page: look into its tray")
        default:
            .init(
                headline: "打印机自报故障，需要厂家维修", nextStep: "贴故障告示，点“报修”，办公室联系厂家", citizen: printingPaused,
                english: "Printer reports a failure of its own: call the vendor")
        }
    }

    var queueTexts: ConditionTexts {
        switch self {
        case .printerQueuePaused:
            .init(
                headline: "打印被暂停，系统正在恢复", nextStep: "等5分钟；未恢复由技术人员处理", citizen: printingPaused,
                english: "Printing is paused: wait 5 minutes, then call a technician")
        case .printerQueueStuck:
            .init(
                headline: "有文件卡在电脑里，打印机没有动", nextStep: "等5分钟；未恢复点“报修”，不要反复点打印", citizen: printingPaused,
                english: "A document is stuck in the print queue while the printer is idle: wait, then report it")
        case .printerQueueDiffers:
            .init(
                headline: "电脑里的打印设置与打印机不符", nextStep: "现场不用操作；由技术人员核对打印队列", citizen: nothingForCitizens,
                english:
                    "The print queue says something else than the printer, or belongs to another one: check the queue")
        default:
            .init(
                headline: "电脑里留有已打印的文件", nextStep: "现场不用操作；由技术人员清空打印缓存", citizen: nothingForCitizens,
                english: "Documents were left in the print spool: clear it and check the settings of cupsd")
        }
    }

    var copierTexts: ConditionTexts {
        switch self {
        case .scanFailed:
            .init(
                headline: "复印机的扫描部分不能用", nextStep: "看有无卡纸，盖好盖板，关机10秒再开；不行点“报修”", citizen: copyingPaused,
                english: "The scanner does not work: look for a jam, close the lid, switch it off and on")
        default:
            .init(
                headline: "上一次复印没有成功", nextStep: "请再复印一次；仍不成功点“报修”", citizen: nothingForCitizens,
                english: "The last copy failed: try once more, else report it")
        }
    }
}
