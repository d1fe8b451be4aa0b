import Synchronization
import ZoneModel
import ZoneTime

/// So many at once, and so many a second come back; for each key apart.
final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        var level: Double
        var at: MonoTime
    }

    private let burst: Double
    private let perSecond: Double
    private let mostKeys: Int
    private let clock: any ZoneClock
    private let buckets = Mutex<[Key: Bucket]>([:])

    init(burst: Double, perSecond: Double, mostKeys: Int = 4096, clock: any ZoneClock) {
        (self.burst, self.perSecond, self.mostKeys, self.clock) = (burst, perSecond, mostKeys, clock)
    }

    /// - Returns: `nil` when it may go on, else how long to wait.
    func take(_ key: Key) -> Duration? {
        let now = clock.mono()
        return buckets.withLock { buckets in
            var bucket = refilled(buckets[key] ?? Bucket(level: burst, at: now), now)
            guard bucket.level >= 1 else {
                buckets[key] = bucket
                return .milliseconds(Int64((1 - bucket.level) / perSecond * 1000) + 1)
            }
            bucket.level -= 1
            if buckets[key] == nil, buckets.count >= mostKeys {
                buckets = buckets.filter { refilled($0.value, now).level < burst }
                // More strangers than can be told apart: whoever is new waits until others have calmed down.
                guard buckets.count < mostKeys else { return .seconds(10) }
            }
            buckets[key] = bucket
            return nil
        }
    }

    private func refilled(_ bucket: Bucket, _ now: MonoTime) -> Bucket {
        let passed = Double(now.since(bucket.at).milliseconds) / 1000
        return Bucket(level: min(burst, bucket.level + max(0, passed) * perSecond), at: now)
    }
}

/// How much memory the bodies of all requests may take together.
final class ByteBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) { self.limit = limit }

    var inUse: Int { used.withLock { $0 } }

    /// - Returns: whether there was room; then `give` must follow.
    func take(_ bytes: Int) -> Bool {
        used.withLock { used in
            guard used + bytes <= limit else { return false }
            used += bytes
            return true
        }
    }

    func give(_ bytes: Int) { used.withLock { $0 -= bytes } }
}
