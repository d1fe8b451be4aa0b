import Synchronization
import ZoneModel

/// Time that stands still until somebody moves it, and the tasks that wait for moments of it. What clocks of tests and
/// of replays are made of.
package final class SteppedTime: Sendable {
    private struct Sleeper {
        var id: Int
        var deadline: MonoTime
        var wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: MonoTime
        var lastID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var looks = 0
    }

    private let state: Mutex<State>

    package init(now: MonoTime) { state = Mutex(State(now: now)) }

    package var now: MonoTime {
        state.withLock { state in
            state.looks += 1
            return state.now
        }
    }

    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }
    /// The earliest moment for which somebody waits.
    package var nextDeadline: MonoTime? { state.withLock { $0.sleepers.map(\.deadline).min() } }
    /// How often anybody looked at the time, began to wait or gave up waiting.
    package var looks: Int { state.withLock { $0.looks } }

    /// Wakes whoever is due, the earliest first. A test may also set the time back.
    package func advance(to moment: MonoTime) {
        let due = state.withLock { state -> [Sleeper] in
            state.now = moment
            let now = state.now
            let due = state.sleepers.filter { $0.deadline <= now }.sorted { $0.deadline < $1.deadline }
            state.sleepers.removeAll { $0.deadline <= now }
            return due
        }
        for sleeper in due { sleeper.wake.resume() }
    }

    /// - Throws: `CancellationError`, and only that.
    package func sleep(until deadline: MonoTime) async throws {
        let id = state.withLock { state in
            state.looks += 1
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wake in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, wake: wake))
                    return nil
                }
                if let outcome { wake.resume(with: outcome) }
            }
        } onCancel: {
            giveUp(id)
        }
    }

    private func giveUp(_ id: Int) {
        let sleeper = state.withLock { state -> Sleeper? in
            state.looks += 1
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.wake.resume(throwing: CancellationError())
    }
}
