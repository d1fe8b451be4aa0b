import ZoneDays
import ZoneSheets
import ZoneTime

/// March 2026 of 138 zones that plainly do not exist: most are well, some are not, of some little or nothing is known.
enum ExampleDistrict {
    static func sheet() throws -> DistrictSheet {
        DistrictSheet(
            district: "示例区", period: ExampleMonth.period, asOf: ExampleMonth.period.last, rows: try rows())
    }

    static func rows() throws -> [DistrictRow] { try (1...138).map(row) }

    private static func row(_ number: Int) throws -> DistrictRow {
        let town = number % 9 + 1
        var row = DistrictRow(
            zone: "example-\(number)", name: "\(name(number, town))政务公开专区", type: type(number),
            superior: number == 77 ? .unknown("未登记") : .value(superior(number, town)))
        switch number {
        case 40, 95: row.apart = .byHand
        case 120: row.apart = .retired
        case 33, 66: break
        default:
            let dates = ExampleMonth.period.dates(through: ExampleMonth.period.last)
            (row.days, row.daysReason) = (try dates.map { try SheetDay(totals($0, of: number)) }, nil)
            let faults = Int64(number % 4 == 0 ? 1 + number % 3 : number % 11 == 0 || number % 17 == 0 ? 1 : 0)
            (row.faults, row.open) = (.value(faults), .value(number % 8 == 0 ? min(faults, 1) : 0))
        }
        return row
    }

    private static func type(_ number: Int) -> String {
        switch number {
        case 1: "hall"
        case 2: "archive"
        case 3: "library"
        case 4...12: "township"
        default: "village"
        }
    }

    private static func name(_ number: Int, _ town: Int) -> String {
        switch number {
        case 1: "示例区政务服务中心"
        case 2: "示例区档案馆"
        case 3: "示例区图书馆"
        case 4...12: "示例\(town)镇"
        default: "示例\(number)村"
        }
    }

    private static func superior(_ number: Int, _ town: Int) -> String {
        number <= 3 ? "示例区人民政府办公室" : "示例\(town)镇人民政府"
    }

    /// One in four has a bad printer on some days, one in eleven a bad line, one in 23 was hardly heard.
    private static func totals(_ date: CivilDate, of number: Int) -> DayTotals {
        let isClosed = date.weekday == .sat || date.weekday == .sun
        let whole: Int64 = isClosed ? 0 : 8 * 3600
        func part(_ isBad: Bool, seconds: Int) -> DayBuckets {
            isBad && !isClosed ? DayBuckets(up: whole - Int64(seconds), down: Int64(seconds)) : DayBuckets(up: whole)
        }
        let isUnheard = number % 23 == 0 && date.day % 3 == 0 && !isClosed
        let unheard = DayBuckets(up: 0, unknown: whole)
        return DayTotals(
            date: "\(date)", published: whole,
            groups: .init(
                network: isUnheard ? unheard : part(number % 11 == 0 && date.day % 9 == 0, seconds: 900 + number),
                query: isUnheard ? unheard : part(number % 17 == 0 && date.day == 12, seconds: 2700),
                print: isUnheard ? unheard : part(number % 4 == 0 && date.day == number % 31, seconds: 60 * number)),
            devices: [], counts: [:], through: Int64(date.day) * 100)
    }
}
