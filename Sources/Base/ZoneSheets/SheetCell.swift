import ZoneModel
import ZoneTime

/// One value on paper, with its type: a page, a table and a program each write it in their own way.
package enum SheetCell: Sendable, Hashable {
    case text(String)
    /// `3件`.
    case count(Int64, unit: String)
    case span(seconds: Int64)
    case share(SheetShare)
    case moment(WallTime)
    case date(CivilDate)
    /// A person writes here.
    case blank
    /// A dash and why.
    case unknown(String)

    /// `nil` becomes a dash without a reason.
    static func optional(_ text: String?) -> SheetCell { text.map { .text($0) } ?? .text("—") }

    package var text: String {
        switch self {
        case .text(let text): text.cleaned(limit: 200)
        case .count(let count, let unit): "\(count)\(unit)"
        case .span(let seconds): SheetWords.span(seconds: seconds)
        case .share(let share): share.text
        case .moment(let moment): SheetWords.moment(moment)
        case .date(let date): "\(date.year)年\(date.month)月\(date.day)日"
        case .blank: ""
        case .unknown(let reason): "—（\(reason.cleaned(limit: 60))）"
        }
    }
}

/// A part of a whole in ten thousandths, rounded down: 99.996 % is not 100 %.
package struct SheetShare: Sendable, Hashable, Codable {
    /// 0 to 10 000.
    package let tenThousandths: Int64

    /// `nil` when there is no whole. Parts outside the whole are cut to it.
    package init?(_ part: Int64, of whole: Int64) {
        guard whole > 0 else { return nil }
        let part = min(max(0, part), whole)
        let (product, overflow) = part.multipliedReportingOverflow(by: 10_000)
        tenThousandths = overflow ? part / (whole / 10_000) : product / whole
    }

    /// `99.98%`, `100%`.
    package var text: String {
        let (whole, rest) = tenThousandths.quotientAndRemainder(dividingBy: 100)
        return rest == 0 ? "\(whole)%" : "\(whole).\(padded(Int(rest), 2))%"
    }
}

/// How times and lengths are said on paper.
package enum SheetWords {
    /// `3月5日 09:12`, zone time; the period on top of the sheet has the year.
    package static func moment(_ moment: WallTime) -> String {
        let civil = ZoneCivil.time(moment)
        return "\(civil.month)月\(civil.day)日 \(padded(civil.hour, 2)):\(padded(civil.minute, 2))"
    }

    /// `168小时30分`, to the minute downwards, never days: opening hours are not 24 h long. Below a minute `42秒`.
    package static func span(seconds: Int64) -> String {
        let seconds = max(0, seconds)
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        if hours > 0 { return minutes > 0 ? "\(hours)小时\(minutes)分" : "\(hours)小时" }
        if minutes > 0 { return "\(minutes)分" }
        return seconds > 0 ? "\(seconds)秒" : "0分"
    }

    private static let kinds = [
        "touchPanel": "触摸查询一体机", "display": "显示屏", "printer": "打印机", "copier": "复印机", "ledDisplay": "LED大屏",
        "suggestionBox": "意见箱", "queryPC": "查询电脑", "network": "网络",
    ]
    private static let types = [
        "hall": "政务服务中心", "township": "乡镇（街道）", "archive": "档案馆", "library": "图书馆", "village": "村（社区）",
    ]
    private static let finders = ["system": "系统", "staff": "工作人员", "citizen": "群众反映", "inspection": "现场检查"]
    private static let requirements = ["yes": "必配", "no": "选配", "unconfirmed": "待确认"]
    private static let healths = ["ok": "正常", "degraded": "可用，需处理", "failed": "故障", "unknown": "情况不明"]

    package static func kind(_ word: String) -> String { kinds[word] ?? word.cleaned(limit: 32) }
    package static func type(_ word: String) -> String { types[word] ?? word.cleaned(limit: 32) }
    package static func finder(_ word: String) -> String { finders[word] ?? word.cleaned(limit: 32) }
    package static func requirement(_ word: String) -> String { requirements[word] ?? word.cleaned(limit: 32) }
    package static func health(_ word: String) -> String { healths[word] ?? word.cleaned(limit: 32) }
    package static func source(_ watch: String) -> String { watch == "person" ? "人工检查" : "系统" }
}
