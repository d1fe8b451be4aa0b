import ZoneModel
import ZoneTime

/// The small papers of a zone: what hangs on a device, and what a visit leaves behind.
package enum SmallPaper: String, Sendable, CaseIterable {
    /// 设备故障告示.
    case faultNotice = "fault-notice"
    /// 设备操作说明.
    case instructions
    /// 现场检查记录表.
    case visitRecord = "visit-record"
    /// 督促整改通知单.
    case rectification

    package var title: String {
        switch self {
        case .faultNotice: "设备故障告示"
        case .instructions: "设备操作说明"
        case .visitRecord: "现场检查记录表"
        case .rectification: "督促整改通知单"
        }
    }
}

/// What a small paper is filled with; what is not known is left for the pen.
package struct SmallPaperFacts: Sendable, Hashable {
    package var head: SheetHead
    package var today: CivilDate
    /// Of the zone; the one that the paper is about is first.
    package var devices: [SheetDevice]
    /// What a citizen may read of that device, such as `打印暂停使用，工作人员已收到通知`.
    package var notice: String?
    /// What is open on the devices: headline and next step, for the office's papers.
    package var open: [String]

    package init(head: SheetHead, today: CivilDate, devices: [SheetDevice], notice: String? = nil, open: [String] = [])
    {
        (self.head, self.today, self.devices) = (head, today, devices)
        (self.notice, self.open) = (notice, open)
    }
}

extension SmallPaper {
    package func paper(_ facts: SmallPaperFacts) -> Paper {
        var paper: Paper
        switch self {
        case .faultNotice: paper = SmallPaper.notice(facts)
        case .instructions: paper = SmallPaper.instructions(facts)
        case .visitRecord: paper = SmallPaper.visit(facts)
        case .rectification: paper = SmallPaper.rectification(facts)
        }
        paper.banner = facts.head.isDemo ? "演示专区" : nil
        return paper
    }

    /// In words of the public texts: no part, no address, no brand.
    private static func notice(_ facts: SmallPaperFacts) -> Paper {
        let device = facts.devices.first.map { SheetWords.kind($0.kind) } ?? "本设备"
        return Paper(
            title: "设备故障告示",
            sections: [
                PaperSection("", [.poster([device, facts.notice ?? "暂停使用，工作人员已收到通知"])]),
                PaperSection(
                    "",
                    [
                        .table(
                            PaperTable(
                                [.init("事项", 1), .init("内容", 3)],
                                [
                                    [.text("告示日期"), .date(facts.today)], [.text("预计恢复"), .blank],
                                    [.text("暂时可用"), .text("请用旁边的设备，或到咨询台由工作人员协助")],
                                    [.text("联系电话"), .blank],
                                ]))
                    ]),
            ], signatures: ["\(facts.head.name.cleaned(limit: 60))（章）", "日期"])
    }

    private static let steps = [
        "touchPanel": [
            "轻触屏幕开始查询，用一个手指点按，不必用力。", "按“查询”查找政府信息，按“打印表格”领取表格。", "看不清楚可放大文字；需要帮助请点“呼叫工作人员”。", "用完请点“结束”，清除您的查询内容。",
        ],
        "queryPC": ["打开桌面上的政府门户网站，查找需要的信息。", "需要打印时点“打印”，到打印机处取件。", "请不要插入自带U盘，可请工作人员通过邮箱传输。", "用完请关闭网页，并退出您登录过的账号。"],
        "printer": ["在查询设备上选择“打印”，核对份数后确认。", "在出纸口取件，请带走全部纸张。", "没有出纸或卡纸时请勿自行拉纸，请告知工作人员。"],
        "copier": ["掀开盖板，原件正面朝下放在玻璃板左上角。", "盖好盖板，在屏幕上选择“复印”和份数。", "取回原件和复印件，请勿遗忘身份证件。"],
        "suggestionBox": ["填写意见建议表，字迹清楚，可以不署名。", "从投递口投入，每次一份。", "需要答复的请留下联系方式。"],
    ]

    private static func instructions(_ facts: SmallPaperFacts) -> Paper {
        let kinds = facts.devices.map(\.kind).reduce(into: [String]()) { list, kind in
            if steps[kind] != nil, !list.contains(kind) { list.append(kind) }
        }
        let sections = kinds.map { PaperSection(SheetWords.kind($0), [.steps(steps[$0] ?? [])]) }
        let none = PaperSection("", [.poster(["请向工作人员咨询"])])
        return Paper(
            title: "设备操作说明", head: [PaperField("专区", .text(facts.head.name)), PaperField("咨询电话", .blank)],
            sections: sections.isEmpty ? [none] : sections)
    }

    private static func officeHead(_ facts: SmallPaperFacts) -> [PaperField] {
        [
            PaperField("专区名称", .text(facts.head.name)), PaperField("专区类别", .text(SheetWords.type(facts.head.type))),
            PaperField("主管单位", facts.head.superior.value.map { .text($0) } ?? .blank),
            PaperField("日期", .date(facts.today)),
        ]
    }

    private static func visit(_ facts: SmallPaperFacts) -> Paper {
        let rows = facts.devices.filter { $0.id != nil }.map { device -> [SheetCell] in
            [
                .text(SheetWords.kind(device.kind) + (device.id.map { "（\($0)）" } ?? "")), .optional(device.place),
                .text(device.state), .text("□正常　□不正常"), .blank,
            ]
        }
        let checks = ["按时启用", "环境清洁", "空白表、样表齐全", "意见箱按期开箱", "收费公示", "投诉电话公示"].map { name -> [SheetCell] in
            [.text(name), .text("□是　□否"), .blank]
        }
        return Paper(
            title: "现场检查记录表", head: officeHead(facts),
            sections: [
                PaperSection(
                    "一、设备",
                    [
                        .table(
                            PaperTable(
                                [
                                    .init("设备", 4), .init("位置", 3), .init("系统记录", 2), .init("现场检查", 3),
                                    .init("情况说明", 4),
                                ], rows, empty: "清单上没有设备"))
                    ]),
                PaperSection(
                    "二、日常管理", [.table(PaperTable([.init("项目", 3), .init("检查", 3), .init("情况说明", 5)], checks))]),
                PaperSection(
                    "三、意见",
                    [
                        .essay(label: "发现的问题", text: nil, lines: 4), .essay(label: "整改要求和期限", text: nil, lines: 3),
                    ]),
            ], signatures: ["检查人（签字）", "现场负责人（签字）", "日期"])
    }

    private static func rectification(_ facts: SmallPaperFacts) -> Paper {
        let found = facts.open.isEmpty ? nil : facts.open.map { $0.cleaned(limit: 200) }.joined(separator: "\n")
        return Paper(
            title: "督促整改通知单", head: officeHead(facts),
            sections: [
                PaperSection(
                    "",
                    [
                        .essay(label: "存在问题", text: found, lines: 6),
                        .essay(label: "整改要求", text: nil, lines: 5),
                        .essay(label: "整改期限：　　　　年　　月　　日前，并书面报送整改情况", text: "逾期未整改的，按规定予以通报。", lines: 1),
                        .essay(label: "整改落实情况（由被督促单位填写）", text: nil, lines: 6),
                    ])
            ], signatures: ["发出单位（盖章）", "签收人（签字）", "签收日期"])
    }
}
