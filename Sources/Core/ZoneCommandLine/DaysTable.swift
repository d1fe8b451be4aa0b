import ZoneControlClient
import ZoneDays
import ZoneModel
import ZoneWire

/// `zonectl days`: hours by the day, as they were closed.
package enum DaysTable {
    package static func text(_ days: [ClosedDay]) -> String {
        guard !days.isEmpty else {
            return "这几天还没有结算。一天的开放时间结束后（关机的在下次开机后）才结算。\n"
                + "Nothing is closed for these dates yet: a date is closed after its hours, or at the next start.\n"
        }
        var table = TextTable(header: ["日期 DATE", "应开放 HOURS", "网络 NETWORK", "查询 QUERY", "打印 PRINT", "次数 COUNTS"])
        for day in days.map(\.totals) {
            let counts = day.counts.sorted { $0.key < $1.key }.map { "\($0.key.cleaned()) \($0.value)" }
            table.add([
                day.date, duration(day.published), share(day.groups.network), share(day.groups.query),
                share(day.groups.print), counts.joined(separator: ", "),
            ])
        }
        return table.text + "正常 up，故障 down（未启用 off），报备停用 maintenance，不明 unknown；“—”没有开放 not open\n"
    }

    /// What is not zero, the good first: `正常8:00 故障0:20（未启用0:20）`.
    private static func share(_ buckets: DayBuckets) -> String {
        guard buckets.published > 0 else { return "—" }
        let off = buckets.notOpened > 0 ? "（未启用\(duration(buckets.notOpened))）" : ""
        let parts = [
            ("正常", buckets.up, ""), ("故障", buckets.down, off), ("报备停用", buckets.maintenance, ""),
            ("不明", buckets.unknown, ""),
        ]
        let text = parts.filter { $0.1 > 0 }.map { $0.0 + duration($0.1) + $0.2 }.joined(separator: " ")
        return buckets.isInsufficient ? text + " 数据不足" : text
    }

    /// `8:00`, in hours and minutes; below a minute `20s`.
    private static func duration(_ seconds: Int64) -> String {
        seconds > 0 && seconds < 60 ? "\(seconds)s" : "\(seconds / 3600):\(padded(Int(seconds / 60 % 60), 2))"
    }

    package static func verdict(_ broken: DayChain.Break?, of count: Int) -> String {
        guard let broken else {
            return "✓ \(count)天的记录前后相符，没有改动。 The records of \(count) dates are as they were closed.\n"
        }
        let why =
            switch broken.why {
            case "hash": "内容与其校验值不符 does not match its own hash"
            case "link": "与前一天的校验值不符 does not follow the date before"
            default: "设备记录缺失或被替换 a record is missing or was replaced"
            }
        return "✗ \(broken.date.cleaned()) \(broken.device.cleaned())：\(why)。"
            + "从这一天起请以区级平台的记录为准。 From this date on use the hub's records.\n"
    }
}

extension Technician {
    /// - Returns: whether the chain holds, if that was asked.
    package func days(from: String?, to: String?, verify: Bool, asJSON: Bool) async throws -> Bool {
        let query = [("from", from), ("to", to)].compactMap { name, value in
            value.map { "\(name)=\(PathSegment.encode($0))" }
        }
        let route = "/v1/days" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        let days = try await agent.get([ClosedDay].self, route)
        let broken = DayChain.firstBreak(days.flatMap(\.records).map(DayRecord.init))
        if asJSON {
            show(try WireCoding.text(days) + "\n")
        } else {
            show(DaysTable.text(days))
        }
        if verify { show(DaysTable.verdict(broken, of: days.count)) }
        return !verify || broken == nil
    }
}
