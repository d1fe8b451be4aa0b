import Crypto
import ZoneDays
import ZoneModel
import ZoneTime
import ZoneWire

/// All that goes into one sheet of one zone. What is not known says why.
package struct SheetFacts: Sendable, Hashable, Codable {
    package var zone: String
    package var period: SheetPeriod
    /// The last date that was over when the facts were gathered, such as `2026-03-31`.
    package var asOf: String
    package var head: SheetHead
    package var days: [SheetDay]
    /// Why there are no days, or not all.
    package var daysReason: String?
    package var devices: Known<[SheetDevice]>
    /// What notices demand, and what is there. Sheets of before have none.
    package var demands: Known<[SheetDemand]>?
    package var cases: Known<[SheetCase]>
    package var duties: Known<[SheetDuty]>
    /// What became of the blank forms, such as `6种齐全`.
    package var forms: Known<String>
    /// What is posted about fees.
    package var fees: Known<String>
    /// How often somebody emptied the suggestion box.
    package var boxOpenings: Known<Int64>
    /// When the hub was not reachable or not running; beside the buckets, never in them.
    package var outages: Known<[SheetStretch]>
    package var remarks: SheetRemarks

    /// Everything unknown but the name and the time.
    package init(
        zone: String, period: SheetPeriod, asOf: CivilDate, head: SheetHead, missing reason: String = SheetFacts.unwired
    ) {
        (self.zone, self.period, self.head) = (zone, period, head)
        // A month that is over stays the same sheet, whenever it is asked for.
        self.asOf = "\(min(asOf, period.last))"
        (days, daysReason, remarks) = ([], reason, SheetRemarks())
        (devices, cases, duties) = (.unknown(reason), .unknown(reason), .unknown(reason))
        (forms, fees, boxOpenings) = (.unknown(reason), .unknown(reason), .unknown(reason))
        (outages, demands) = (.unknown(reason), .unknown(reason))
    }

    /// Nothing delivers it yet.
    package static let unwired = "未接入"
    /// No PC of the zone has told it: the program on it is older, its clock is not set, or it was never there.
    package static let untold = "专区电脑未报送"
    package static let noDays = "没有已结算的日期"

    /// The last row of the journal that is in it; 0 without days.
    package var through: Int64 { days.map(\.through).max() ?? 0 }
}

/// Whose sheet it is.
package struct SheetHead: Sendable, Hashable, Codable {
    /// As on the sign, such as `示例镇政务公开专区`.
    package var name: String
    /// `hall`, `township`, `archive`, `library`, `village`.
    package var type: String
    /// 填报单位.
    package var unit: Known<String>
    /// 主管单位.
    package var superior: Known<String>
    /// 报送单位.
    package var recipient: Known<String>
    /// 填报人; without one the sheet has no line for it.
    package var person: String?
    /// A zone with simulated devices: every page says so.
    package var isDemo: Bool

    package init(
        name: String, type: String, unit: Known<String> = .unknown("未登记"),
        superior: Known<String> = .unknown("未登记"), recipient: Known<String> = .unknown("未登记"),
        person: String? = nil, isDemo: Bool = false
    ) {
        (self.name, self.type, self.unit) = (name, type, unit)
        (self.superior, self.recipient, self.person, self.isDemo) = (superior, recipient, person, isDemo)
    }
}

/// One date, without the single devices: their sum is in the hash.
package struct SheetDay: Sendable, Hashable, Codable {
    package var date: String
    /// Seconds.
    package var published: Int64
    package var groups: DayTotals.Groups
    package var counts: [String: Int64]
    package var through: Int64
    /// Of the whole `DayTotals`.
    package var sha256: String

    /// - Parameter sha256: as it stands in `day.closed`; `nil`: of the totals' canonical JSON.
    package init(_ totals: DayTotals, sha256: String? = nil) throws {
        (date, published, groups) = (totals.date, totals.published, totals.groups)
        (counts, through) = (totals.counts, totals.through)
        self.sha256 = try sha256 ?? SheetHash.text(of: totals)
    }
}

/// A stretch of time; `to` is `nil` while it lasts.
package struct SheetStretch: Sendable, Hashable, Codable {
    package var from: WallTime
    package var to: WallTime?

    package init(from: WallTime, to: WallTime?) { (self.from, self.to) = (from, to) }
}

/// What people write on it.
package struct SheetRemarks: Sendable, Hashable, Codable {
    /// 存在问题.
    package var problems: String?
    /// 改进意见.
    package var improvements: String?
    /// 整改落实.
    package var rectification: String?

    package init(problems: String? = nil, improvements: String? = nil, rectification: String? = nil) {
        (self.problems, self.improvements, self.rectification) = (problems, improvements, rectification)
    }
}

/// SHA-256 over canonical JSON, in small hexadecimal digits.
package enum SheetHash {
    package static func text(of value: some Encodable) throws -> String {
        text(ofBytes: try WireCoding.encode(value))
    }

    package static func text(ofBytes bytes: [UInt8]) -> String { Hex.text(SHA256.hash(data: bytes)) }
}
