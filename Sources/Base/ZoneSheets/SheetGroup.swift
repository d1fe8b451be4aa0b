import ZoneDays

/// The rule in three groups: 网络, 至少一台查询设备, 至少一台打印设备.
package enum SheetGroup: String, Sendable, Hashable, Codable, CaseIterable {
    case network, query, print

    package var name: String {
        switch self {
        case .network: "网络畅通"
        case .query: "查询设备可用"
        case .print: "打印设备可用"
        }
    }

    package func buckets(_ groups: DayTotals.Groups) -> DayBuckets {
        switch self {
        case .network: groups.network
        case .query: groups.query
        case .print: groups.print
        }
    }

    /// Kinds of devices whose list decides where the facts come from.
    var kinds: Set<String> {
        switch self {
        case .network: ["network"]
        case .query: ["touchPanel", "queryPC"]
        case .print: ["printer", "copier"]
        }
    }
}

/// What a sheet says of one group over the period.
package enum SheetVerdict: Sendable, Hashable {
    /// Never out of use in the published hours.
    case kept
    /// Out of use on so many dates.
    case interrupted(days: Int)
    /// More than 5 % is unknown: 数据不足.
    case insufficient(why: String)
    /// No published hours.
    case noHours

    package var text: String {
        switch self {
        case .kept: "保障到位"
        case .interrupted(let days): "有中断（\(days)日）"
        case .insufficient: "数据不足"
        case .noHours: "本期未开放"
        }
    }

    package var why: String? { if case .insufficient(let why) = self { why } else { nil } }
}

/// One group's line: the buckets of all days, and what follows from them. A pure function of the days.
package struct SheetGroupLine: Sendable, Hashable {
    package let group: SheetGroup
    package let buckets: DayBuckets
    package let verdict: SheetVerdict
    /// 正常率: up of (published − maintenance). Unknown time is in the whole and not in the part: it is never taken for good.
    package let rate: Known<SheetShare>

    /// - Parameters:
    ///   - dates: how many dates of the period are over.
    ///   - reason: why days are missing.
    package init(_ group: SheetGroup, _ days: [SheetDay], dates: Int, reason: String?) {
        self.group = group
        let shares = days.map { group.buckets($0.groups).bounded }
        let sum = shares.reduce(DayBuckets(), +)
        buckets = sum
        verdict = SheetGroupLine.verdict(
            sum, daysDown: shares.count { $0.down > 0 }, missing: max(0, dates - days.count), of: dates, reason: reason)
        switch verdict {
        case .insufficient: rate = .unknown("数据不足")
        case .noHours: rate = .unknown("本期无开放时间")
        case .kept, .interrupted:
            let share = SheetShare(sum.up, of: sum.published - sum.maintenance)
            rate = share.map { .value($0) } ?? .unknown("全部报备停用")
        }
    }

    private static func verdict(
        _ sum: DayBuckets, daysDown: Int, missing: Int, of dates: Int, reason: String?
    ) -> SheetVerdict {
        // A date without numbers counts like one on which all is unknown.
        if dates == 0 { return .insufficient(why: "本期尚无已结束的日期") }
        if missing * 20 > dates {
            return .insufficient(why: "缺\(missing)日数据" + (reason.map { "（\($0)）" } ?? ""))
        }
        if sum.published == 0 { return .noHours }
        if isTooMuch(sum.unknown, of: sum.published) {
            let share = SheetShare(sum.unknown, of: sum.published)
            return .insufficient(why: "情况不明占\(share?.text ?? "")")
        }
        return daysDown > 0 ? .interrupted(days: daysDown) : .kept
    }

    /// More than 5 %. Both are bounded, so that nothing overflows.
    static func isTooMuch(_ unknown: Int64, of published: Int64) -> Bool { unknown * 20 > published }
}

extension DayBuckets {
    /// Nothing below zero, nothing beyond 100 years: days may come from a file.
    var bounded: DayBuckets {
        func bound(_ seconds: Int64) -> Int64 { min(max(0, seconds), 86_400 * 36_525) }
        return DayBuckets(
            up: bound(up), down: bound(down), notOpened: min(bound(notOpened), bound(down)),
            maintenance: bound(maintenance), unknown: bound(unknown))
    }
}
