import ZoneDays
import ZoneModel
import ZoneSheets
import ZoneTime

/// March 2026 of a zone that plainly does not exist, with something of everything.
enum ExampleMonth {
    static let period = SheetPeriod.month(year: 2026, month: 3)
    /// 1 April 2026, 09:30 in the zone.
    static let issuedAt = moment(4, 1, 9, 30)

    static func moment(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int) -> WallTime {
        CivilTime(year: 2026, month: month, day: day, hour: hour, minute: minute, second: 0).asUTC
            .advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds)
    }

    static func facts() throws -> SheetFacts {
        var facts = SheetFacts(
            zone: "example-1", period: period, asOf: CivilDate(of: issuedAt).previous,
            head: SheetHead(
                name: "示例镇政务公开专区", type: "township", unit: .value("示例镇公共服务中心"),
                superior: .value("示例镇人民政府"), recipient: .value("示例区人民政府办公室")))
        facts.days = try period.dates(through: period.last).map { try SheetDay(totals($0)) }
        facts.daysReason = nil
        facts.devices = .value(devices)
        facts.demands = .value(demands)
        facts.cases = .value(cases)
        facts.duties = .value([
            SheetDuty(name: "启用检查", due: 22, done: 21), SheetDuty(name: "清洁", due: 22, done: 22),
            SheetDuty(name: "消毒", due: 4, done: 4, note: "每周一次"),
        ])
        facts.forms = .value("电子表格6种齐全，可随时补打")
        facts.fees = .value("免费")
        facts.boxOpenings = .value(4)
        facts.outages = .value([SheetStretch(from: moment(3, 18, 22, 0), to: moment(3, 19, 0, 30))])
        facts.remarks = SheetRemarks(
            problems: "打印机使用年限较长，本月卡纸2次。\n意见箱位置偏低，老年人取放不便。",
            improvements: "建议更换打印机搓纸轮；意见箱抬高20厘米。", rectification: "2月通报的“标识牌缺1块”已于3月6日补齐。")
        return facts
    }

    /// Eight hours on workdays.
    static func totals(_ date: CivilDate) -> DayTotals {
        let isClosed = date.weekday == .sat || date.weekday == .sun
        let whole: Int64 = isClosed ? 0 : 8 * 3600
        var (network, query, print) = (DayBuckets(up: whole), DayBuckets(up: whole), DayBuckets(up: whole))
        switch (date.day, isClosed) {
        case (5, false): print = DayBuckets(up: whole - 7500, down: 7500)
        case (11, false): network = DayBuckets(up: whole - 1800, down: 1200, unknown: 600)
        case (16, false): query = DayBuckets(up: whole - 2700, down: 2700, notOpened: 2700)
        case (24, false): print = DayBuckets(up: whole - 10_800, maintenance: 10_800)
        default: break
        }
        let uses: [String: Int64] = [
            "touchSessions": 14, "pagesProven": 21, "pagesUnproven": 1, "copies": 6, "deposits": 2, "healed": 1,
        ]
        return DayTotals(
            date: "\(date)", published: whole, groups: .init(network: network, query: query, print: print),
            devices: [.init(id: "printer-1", kind: "printer", buckets: print)], counts: isClosed ? [:] : uses,
            through: Int64(date.day) * 100)
    }

    private static let devices = [
        SheetDevice(
            id: "touch-1", kind: "touchPanel", required: .value("yes"), wanted: .value(1), model: "示例一体机55",
            serial: "EX-T-0001", asset: .value("示资2024-0117"), place: "大厅入口左侧", state: "正常"),
        SheetDevice(
            id: "pc-1", kind: "queryPC", required: .value("unconfirmed"), wanted: .value(1), model: "示例电脑A",
            serial: "EX-P-0002", asset: .value("示资2024-0118"), place: "大厅入口左侧", state: "正常"),
        SheetDevice(
            id: "printer-1", kind: "printer", required: .value("yes"), wanted: .value(1), model: "示例打印机200",
            serial: "EX-R-0003", asset: .value("示资2021-0032"), place: "咨询台旁", state: "可用，需处理"),
        SheetDevice(
            id: "copier-1", kind: "copier", required: .value("unconfirmed"), wanted: .value(1), model: "示例复印机10",
            asset: .unknown("未登记"), place: "咨询台旁", state: "正常", watch: "person"),
        SheetDevice(
            id: "box-1", kind: "suggestionBox", required: .value("yes"), wanted: .value(1), place: "大厅出口",
            state: "正常", watch: "person"),
        SheetDevice(id: "network-1", kind: "network", state: "正常"),
        SheetDevice(
            id: nil, kind: "ledDisplay", required: .value("yes"), wanted: .value(1), asset: .unknown("无此设备"),
            state: "缺配"
        ),
    ]

    private static let demands = [
        SheetDemand(
            text: "触摸查询一体机1台以上", source: "示府办发〔2025〕1号 第四条", required: "yes", wanted: 1, have: 1, standing: "there"),
        SheetDemand(
            text: "打印机、复印机各1台", source: "示府办发〔2025〕1号 第四条", required: "yes", wanted: 2, have: 2, standing: "there"),
        SheetDemand(
            text: "LED大屏", source: "示府办发〔2025〕1号 第五条", required: "yes", wanted: 1, have: 0, standing: "missing"),
        SheetDemand(
            text: "政府信息查询专用电脑", source: "示府办发〔2025〕1号 条款待核对", required: "unconfirmed", wanted: 1, have: 1,
            standing: "there"),
        SheetDemand(
            text: "标识牌", source: "示府办发〔2025〕1号 第六条", required: "yes", wanted: 5, have: 3, standing: "missing",
            note: "缺：指引牌；1项未查看"),
    ]

    private static var cases: [SheetCase] {
        var jam = SheetCase(
            number: "〔2026〕第0012号", foundAt: moment(3, 5, 9, 12), device: "打印机（printer-1）", symptom: "打印机卡纸，暂时不能打印",
            foundBy: "system")
        (jam.vendorContacted, jam.fixed) = (moment(3, 5, 9, 40), moment(3, 5, 11, 17))
        (jam.answered, jam.closed) = (moment(3, 5, 11, 30), moment(3, 5, 14, 0))
        var late = SheetCase(
            number: "〔2026〕第0013号", foundAt: moment(3, 16, 9, 15), device: "触摸查询一体机（touch-1）",
            symptom: "已到开放时间，专区设备还没启用", foundBy: "citizen")
        (late.fixed, late.answered, late.closed) = (moment(3, 16, 9, 45), moment(3, 16, 10, 0), moment(3, 16, 10, 5))
        let toner = SheetCase(
            number: "〔2026〕第0015号", foundAt: moment(3, 30, 15, 20), device: "打印机（printer-1）",
            symptom: "打印机墨粉（墨水）快用完了", foundBy: "staff")
        return [jam, late, toner]
    }
}
