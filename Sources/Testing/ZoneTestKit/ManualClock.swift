// Purpose: what tests share: a clock that is cranked by hand, folders that clean up, polls with a bound, programs
// that end with the test.
import Synchronization
import ZoneModel
import ZoneTime

/// Time stands still until a test moves it; sleepers wake in order.
package final class ManualClock: ZoneClock {
    private struct Sleeper {
        var id: Int
        var deadline: MonoTime
        var wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var mono: MonoTime
        var wall: WallTime
        var lastID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    package init(wall: WallTime = WallTime(milliseconds: 1_790_000_000_000), mono: Int64 = 1_000_000) {
        state = Mutex(State(mono: MonoTime(milliseconds: mono), wall: wall))
    }

    package func mono() -> MonoTime { state.withLock { $0.mono } }
    package func wall() -> WallTime { state.withLock { $0.wall } }
    package func quality() -> ClockQuality { .synced }

    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves both clocks on and wakes whoever is due.
    package func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.mono = state.mono.advanced(by: duration)
            state.wall = state.wall.advanced(byMilliseconds: duration.milliseconds)
            let now = state.mono
            let due = state.sleepers.filter { $0.deadline <= now }.sorted { $0.deadline < $1.deadline }
            state.sleepers.removeAll { $0.deadline <= now }
            return due
        }
        for sleeper in due { sleeper.wake.resume() }
    }

    package func sleep(until deadline: MonoTime) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wake in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.mono { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, wake: wake))
                    return nil
                }
                if let outcome { wake.resume(with: outcome) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }
}
