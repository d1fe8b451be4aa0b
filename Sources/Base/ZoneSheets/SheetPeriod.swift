// Purpose: the inspection sheet: one value made of what agent or hub know of a period, and its pictures on paper
// (A4 page, document, table, JSON), the same on both.
import ZoneModel
import ZoneTime

/// What one sheet is about.
package enum SheetPeriod: Sendable, Hashable {
    case day(CivilDate)
    case month(year: Int, month: Int)
    case quarter(year: Int, quarter: Int)
    case year(Int)
}

extension SheetPeriod: CustomStringConvertible {
    /// `2026-03-05`, `2026-03`, `2026-Q1`, `2026`; `nil` for anything else. Years from 2000 to 2999.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, first.utf8.count == 4, let year = SheetPeriod.number(first), 2000...2999 ~= year
        else { return nil }
        switch parts.count {
        case 1: self = .year(year)
        case 2 where parts[1].utf8.count == 2 && parts[1].first == "Q":
            guard let quarter = SheetPeriod.number(parts[1].dropFirst()), 1...4 ~= quarter else { return nil }
            self = .quarter(year: year, quarter: quarter)
        case 2:
            guard parts[1].utf8.count == 2, let month = SheetPeriod.number(parts[1]), 1...12 ~= month else {
                return nil
            }
            self = .month(year: year, month: month)
        default:
            guard let date = CivilDate(text) else { return nil }
            self = .day(date)
        }
    }

    /// The month of a date.
    package init(monthOf date: CivilDate) { self = .month(year: date.year, month: date.month) }

    private static func number(_ digits: Substring) -> Int? {
        digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(digits) : nil
    }

    package var description: String {
        switch self {
        case .day(let date): "\(date)"
        case .month(let year, let month): "\(padded(year, 4))-\(padded(month, 2))"
        case .quarter(let year, let quarter): "\(padded(year, 4))-Q\(quarter)"
        case .year(let year): padded(year, 4)
        }
    }
}

extension SheetPeriod {
    package var first: CivilDate {
        switch self {
        case .day(let date): date
        case .month(let year, let month): SheetPeriod.first(year, month)
        case .quarter(let year, let quarter): SheetPeriod.first(year, quarter * 3 - 2)
        case .year(let year): SheetPeriod.first(year, 1)
        }
    }

    package var last: CivilDate {
        switch self {
        case .day(let date): date
        case .month(let year, let month): SheetPeriod.first(year, month + 1).previous
        case .quarter(let year, let quarter): SheetPeriod.first(year, quarter * 3 + 1).previous
        case .year(let year): SheetPeriod.first(year + 1, 1).previous
        }
    }

    /// The first of a month; the 13th month is the next January.
    private static func first(_ year: Int, _ month: Int) -> CivilDate {
        let (year, month) = month > 12 ? (year + 1, month - 12) : (year, month)
        // Not reached for what `init?(_:)` let in.
        return CivilDate(year: year, month: month, day: 1) ?? CivilDate(of: .init(milliseconds: 0))
    }

    /// The months of a quarter or a year; empty for what is not longer than one.
    package var months: [SheetPeriod] {
        switch self {
        case .day, .month: []
        case .quarter(let year, let quarter): (quarter * 3 - 2...quarter * 3).map { .month(year: year, month: $0) }
        case .year(let year): (1...12).map { .month(year: year, month: $0) }
        }
    }

    package func contains(_ date: CivilDate) -> Bool { first <= date && date <= last }

    /// Its dates up to and with `through`, in order.
    package func dates(through: CivilDate) -> [CivilDate] {
        var (dates, date) = ([CivilDate](), first)
        while date <= min(last, through) {
            dates.append(date)
            date = date.next
        }
        return dates
    }

    /// `2026年3月`, as it stands in a title.
    package var title: String {
        switch self {
        case .day(let date): "\(date.year)年\(date.month)月\(date.day)日"
        case .month(let year, let month): "\(year)年\(month)月"
        case .quarter(let year, let quarter): "\(year)年第\(["一", "二", "三", "四"][max(0, min(3, quarter - 1))])季度"
        case .year(let year): "\(year)年"
        }
    }

    /// What a sheet about it is called.
    package var sheetName: String {
        switch self {
        case .day: "日报表"
        case .month: "月报表"
        case .quarter: "季报表"
        case .year: "年度评估表"
        }
    }
}

extension SheetPeriod: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let period = SheetPeriod(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected 2026-03-05, 2026-03, 2026-Q1 or 2026")
        }
        self = period
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
