import NIOCore
import Synchronization
import ZoneModel
import ZoneTime

/// Closes a connection whose reader does not read.
package final class StallGuard: Sendable {
    private let shared: SharedInstant
    private let task: Task<Void, Never>
    private let clock: any ZoneClock

    package init(clock: any ZoneClock, limit: Duration, channel: any Channel) {
        let writing = SharedInstant()
        (self.clock, shared) = (clock, writing)
        task = Task {
            while !Task.isCancelled {
                try? await clock.sleep(for: .seconds(5))
                guard let since = writing.value, clock.mono().since(since) > limit else { continue }
                channel.close(promise: nil)
                return
            }
        }
    }

    /// Bracket each write with these two.
    package func beginWrite() { shared.value = clock.mono() }
    package func endWrite() { shared.value = nil }

    package func stop() { task.cancel() }
}

private final class SharedInstant: Sendable {
    private let storage = Mutex<MonoTime?>(nil)

    var value: MonoTime? {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }
}
