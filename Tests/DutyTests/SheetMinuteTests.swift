import Testing
import ZoneDays
import ZoneSheets
import ZoneTestKit

@Suite("Minutes on paper")
struct SheetMinuteTests {
    @Test(
        "the four buckets sum to the published hours to the minute, nothing bad is 0, nothing good grows",
        arguments: Seeds.first(300))
    func sums(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func part() -> Int64 {
            Bool.random(using: &random)
                ? 0 : Int64.random(in: 0...(Bool.random(using: &random) ? 90 : 90_000), using: &random)
        }
        var buckets = DayBuckets(up: part(), down: part(), maintenance: part(), unknown: part())
        buckets.notOpened = Bool.random(using: &random) ? buckets.down : 0
        let shown = SheetMinutes(buckets)
        #expect(shown.published == buckets.published / 60 * 60)
        let parts = [
            (shown.up, buckets.up), (shown.down, buckets.down), (shown.maintenance, buckets.maintenance),
            (shown.unknown, buckets.unknown),
        ]
        // What is shorter than a minute, and for which no minute was left, is told in seconds.
        #expect(parts.filter { $0.0 % 60 == 0 }.reduce(0) { $0 + $1.0 } == shown.published)
        for (shown, real) in parts { #expect(abs(shown - real) < 60 && (shown > 0 || real < 60)) }
        for (shown, real) in parts.dropFirst() { #expect((shown == 0) == (real == 0)) }
        #expect(shown.notOpened <= shown.down)
    }

    @Test("an example: 171 h 53 min 31 s and 4 h 6 min 29 s are 176 h")
    func example() {
        let shown = SheetMinutes(DayBuckets(up: 618_811, down: 14_789))
        #expect(shown.published == 176 * 3600 && shown.up == 171 * 3600 + 53 * 60 && shown.down == 4 * 3600 + 7 * 60)
    }
}
