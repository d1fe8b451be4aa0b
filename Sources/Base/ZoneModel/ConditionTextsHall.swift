// Texts of what stands in the hall beside the kiosk: the sign, the suggestion box, the forms.

private let boxPaused = "意见箱暂停使用，可交给工作人员"

extension ConditionCode {
    var signTexts: ConditionTexts {
        switch self {
        case .ledContentStale:
            .init(
                headline: "LED大屏上的内容丢失，重发没有成功", nextStep: "现场不用操作；由技术人员重新发送内容",
                citizen: nothingForCitizens, english: "The sign lost its text and did not take it again: send it anew")
        default:
            .init(
                headline: "LED大屏没有应答，内容无法更新", nextStep: "看大屏电源，插紧网线（串口线），断电10秒再开；不行点“报修”",
                citizen: "大屏暂停更新，请看纸质公告", english: "The LED sign does not answer: check power and cable")
        }
    }

    var boxTexts: ConditionTexts {
        switch self {
        case .boxSlotBlocked:
            .init(
                headline: "意见箱投入口被挡住", nextStep: "取出卡住的纸张；箱满请取件；仍提示点“报修”", citizen: boxPaused,
                english: "The slot of the suggestion box is blocked: take the paper out, empty the box")
        case .boxLidOpen:
            .init(
                headline: "意见箱的箱盖开着", nextStep: "取件后锁好箱盖；没有人取件请立即查看", citizen: boxPaused,
                english: "The lid of the suggestion box is open: lock it after emptying")
        default:
            .init(
                headline: "意见箱传感器没有应答，投入情况不明", nextStep: "照常收件；由技术人员检查USB线和传感器",
                citizen: nothingForCitizens,
                english:
                    "The sensor of the suggestion box does not answer: check its USB cable; the box still takes notes")
        }
    }

    var formTexts: ConditionTexts {
        .init(
            headline: "表格文件缺失或有改动，不能补打", nextStep: "先用现有空白表；报办公室，由其重新发放表格文件",
            citizen: "部分表格请向工作人员领取",
            english: "A required form is missing, or is not what was issued: the office issues the file anew")
    }
}
