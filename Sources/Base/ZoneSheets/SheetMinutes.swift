import ZoneDays

/// Buckets to the minute, so that on paper they sum to the published hours: each is cut, and the minutes that are then missing
/// go first to what is not in order, so that nothing of it becomes 0 and nothing good becomes more than it was.
package struct SheetMinutes: Sendable, Hashable {
    /// Seconds, whole minutes but for what is shorter than one.
    package let published: Int64
    package let up: Int64
    package let down: Int64
    package let notOpened: Int64
    package let maintenance: Int64
    package let unknown: Int64

    package init(_ buckets: DayBuckets) {
        let bad = [buckets.down, buckets.unknown, buckets.maintenance]
        var minutes = bad.map { $0 / 60 }
        var missing = buckets.published / 60 - minutes.reduce(0, +) - buckets.up / 60
        // What would be 0 comes first, then what is cut most.
        let order = bad.indices.filter { bad[$0] % 60 > 0 }.sorted {
            (minutes[$0] > 0 ? 1 : 0, -(bad[$0] % 60)) < (minutes[$1] > 0 ? 1 : 0, -(bad[$1] % 60))
        }
        for index in order where missing > 0 {
            minutes[index] += 1
            missing -= 1
        }
        func shown(_ index: Int) -> Int64 { minutes[index] == 0 ? bad[index] : minutes[index] * 60 }
        published = buckets.published / 60 * 60
        up = (buckets.up / 60 + max(0, missing)) * 60
        (down, unknown, maintenance) = (shown(0), shown(1), shown(2))
        notOpened = buckets.notOpened == buckets.down ? down : buckets.notOpened
    }
}
