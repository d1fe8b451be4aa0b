import Testing
import ZoneDays
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import ZoneSheets

@Suite("Words and numbers of a sheet")
struct SheetWordTests {
    @Test("periods are read as they are written, and nothing else is one")
    func periods() throws {
        for text in ["2026-03-05", "2026-03", "2026-12", "2026-Q1", "2026-Q4", "2026"] {
            #expect(SheetPeriod(text)?.description == text)
        }
        for text in [
            "", "26", "2026-13", "2026-00", "2026-3", "2026-Q0", "2026-Q5", "2026-q1", "2026-02-30", "2026-03-05-1",
            "-2026", "1999", "3000", "２０２６", "2026-+3", "2026/03",
        ] {
            #expect(SheetPeriod(text) == nil, "\(text)")
        }
        let quarter = try #require(SheetPeriod("2026-Q4"))
        #expect("\(quarter.first) \(quarter.last)" == "2026-10-01 2026-12-31")
        #expect(quarter.months.map(\.description) == ["2026-10", "2026-11", "2026-12"])
        #expect(quarter.title == "2026年第四季度" && SheetPeriod("2026-03-05")?.title == "2026年3月5日")
        let leap = try #require(SheetPeriod("2028-02"))
        #expect(leap.dates(through: leap.last.advanced(byDays: 9)).count == 29)
        #expect(leap.dates(through: leap.first.previous).isEmpty)
        #expect(SheetPeriod("2026")?.dates(through: quarter.last).count == 365)
    }

    @Test("times and lengths are said as people say them")
    func words() {
        #expect(SheetWords.moment(ExampleMonth.moment(3, 5, 9, 12)) == "3月5日 09:12")
        let spans: [(Int64, String)] = [
            (0, "0分"), (42, "42秒"), (60, "1分"), (3599, "59分"), (3600, "1小时"), (7500, "2小时5分"), (604_800, "168小时"),
            (-5, "0分"),
        ]
        for (seconds, words) in spans { #expect(SheetWords.span(seconds: seconds) == words) }
        #expect(SheetCell.unknown("未接入").text == "—（未接入）")
        #expect(SheetCell.count(0, unit: "件").text == "0件", "a 0 that was counted is a 0")
        #expect(SheetWords.kind("newThing") == "newThing", "a word of a newer version is shown raw")
    }

    @Test("a share lies between 0 and 100 % and never rounds up", arguments: Seeds.first(200))
    func shares(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = Int64.random(in: 1...(seed % 3 == 0 ? Int64.max : 3_000_000), using: &random)
        let part = Int64.random(in: -5...(seed % 2 == 0 ? whole : Int64.max), using: &random)
        let share = try #require(SheetShare(part, of: whole))
        #expect((0...10_000).contains(share.tenThousandths))
        #expect((share.tenThousandths == 10_000) == (part >= whole) || whole > Int64.max / 10_000)
        #expect(SheetShare(part, of: 0) == nil)
    }

    @Test func shareTexts() {
        #expect(SheetShare(99_996, of: 100_000)?.text == "99.99%")
        #expect(SheetShare(1, of: 1)?.text == "100%")
        #expect(SheetShare(1, of: 1_000_000)?.text == "0%")
        #expect(SheetShare(905, of: 1000)?.text == "90.50%")
    }
}

@Suite("What a sheet says of a group")
struct SheetGroupTests {
    private func line(_ buckets: [DayBuckets], dates: Int? = nil) throws -> SheetGroupLine {
        let date = try #require(CivilDate("2026-03-01"))
        let days = try buckets.enumerated().map { number, one in
            try SheetDay(
                DayTotals(
                    date: "\(date.advanced(byDays: number))", published: one.published,
                    groups: .init(network: one, query: one, print: one), devices: [], counts: [:], through: 1))
        }
        return SheetGroupLine(.print, days, dates: dates ?? days.count, reason: nil)
    }

    @Test("kept, interrupted, not enough, closed")
    func verdicts() throws {
        let whole = DayBuckets(up: 28_800)
        #expect(try line([whole, whole]).verdict == .kept)
        #expect(try line([whole, DayBuckets(up: 28_700, down: 100)]).verdict == .interrupted(days: 1))
        #expect(try line([DayBuckets()]).verdict == .noHours)
        #expect(try line([DayBuckets()]).rate == .unknown("本期无开放时间"))
        #expect(try line([DayBuckets(maintenance: 100)]).rate == .unknown("全部报备停用"))
        #expect(try line([]).verdict == .insufficient(why: "本期尚无已结束的日期"))
    }

    @Test("5 % unknown is still enough, a second more is not; unknown is never taken for good")
    func unknown() throws {
        let just = try line([DayBuckets(up: 19_000, unknown: 1000)])
        #expect(just.verdict == .kept && just.rate.value?.text == "95%")
        let over = try line([DayBuckets(up: 18_999, unknown: 1001)])
        #expect(over.verdict == .insufficient(why: "情况不明占5%") && over.rate == .unknown("数据不足"))
    }

    @Test("dates without numbers count as unknown ones")
    func missing() throws {
        let days = Array(repeating: DayBuckets(up: 100), count: 19)
        #expect(try line(days, dates: 20).verdict == .kept)
        #expect(try line(days, dates: 21).verdict == .insufficient(why: "缺2日数据"))
        #expect(try line([], dates: 31).verdict == .insufficient(why: "缺31日数据"))
    }

    @Test("buckets sum to what was published, whatever stands in a file", arguments: Seeds.first(100))
    func sums(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func seconds() -> Int64 { Int64.random(in: seed % 2 == 0 ? 0...86_400 : Int64.min...Int64.max, using: &random) }
        let buckets = (0..<31).map { _ in
            DayBuckets(up: seconds(), down: seconds(), notOpened: seconds(), maintenance: seconds(), unknown: seconds())
        }
        let date = try #require(CivilDate("2026-03-01"))
        let days = try buckets.enumerated().map { number, one in
            try SheetDay(
                DayTotals(
                    date: "\(date.advanced(byDays: number))", published: 0,
                    groups: .init(network: one, query: one, print: one), devices: [], counts: [:], through: 1))
        }
        let line = SheetGroupLine(.query, days, dates: 31, reason: nil)
        let sum = line.buckets
        #expect(sum.up + sum.down + sum.maintenance + sum.unknown == sum.published)
        #expect(min(sum.up, sum.down, sum.maintenance, sum.unknown, sum.notOpened) >= 0 && sum.notOpened <= sum.down)
        if let rate = line.rate.value { #expect((0...10_000).contains(rate.tenThousandths)) }
    }
}
