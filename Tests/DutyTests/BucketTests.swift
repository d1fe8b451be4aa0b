import Testing
import ZoneDays

@Suite struct BucketTests {
    @Test func sharesOfTwoDaysAddUp() {
        let first = DayBuckets(up: 3600, down: 600, notOpened: 300, unknown: 60)
        let both = first + DayBuckets(up: 60, maintenance: 120)
        #expect(both == DayBuckets(up: 3660, down: 600, notOpened: 300, maintenance: 120, unknown: 60))
        #expect(both.published == 4440)
    }
}
