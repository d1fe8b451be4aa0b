import Testing
import ZoneCommandLine
import ZoneDays

@Suite("zonectl days")
struct DaysTableTests {
    @Test("a day with a late start, a closure and too much that nobody saw")
    func table() {
        let print = DayBuckets(up: 20_000, down: 1200, notOpened: 1200, maintenance: 3600, unknown: 4000)
        let totals = DayTotals(
            date: "2026-03-05", published: 28_800,
            groups: .init(network: DayBuckets(up: 28_800), query: DayBuckets(up: 28_780, unknown: 20), print: print),
            devices: [], counts: ["touchSessions": 12], through: 9)
        let text = DaysTable.text([ClosedDay(totals: totals, records: [])])
        #expect(text.contains("2026-03-05") && text.contains("正常8:00"))
        #expect(text.contains("故障0:20（未启用0:20） 报备停用1:00 不明1:06 数据不足"))
        #expect(text.contains("不明20s") && text.contains("touchSessions 12"))
    }

    @Test("no dates, a chain that holds, and one that does not")
    func words() {
        #expect(DaysTable.text([]).contains("Nothing is closed"))
        #expect(DaysTable.verdict(nil, of: 31).hasPrefix("✓ 31天"))
        let broken = DayChain.Break(date: "2026-03-05", device: "printer-1", why: "link")
        #expect(DaysTable.verdict(broken, of: 31).hasPrefix("✗ 2026-03-05 printer-1"))
    }
}
