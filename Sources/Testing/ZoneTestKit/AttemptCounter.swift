import Synchronization

/// Counts from one, from any thread.
package final class AttemptCounter: Sendable {
    private let count = Mutex(0)
    package init() {}

    package func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
