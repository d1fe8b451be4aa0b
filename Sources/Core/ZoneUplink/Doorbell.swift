// Purpose: tells the hub: the state whenever it changed, the history without holes, again until acknowledged.
import Synchronization
import ZoneModel
import ZoneTime

/// Wakes one waiter: by a ring, or because the time has come. A ring while nobody waits is kept.
final class Doorbell: Sendable {
    private struct State {
        var isRung = false
        var round = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let clock: any ZoneClock

    init(clock: any ZoneClock) { self.clock = clock }

    func ring() {
        state.withLock { state in
            state.isRung = true
            state.waiter?.resume()
            state.waiter = nil
        }
    }

    func wait(until deadline: MonoTime) async {
        let round = state.withLock { state in
            state.round += 1
            return state.round
        }
        let timer = Task { [self] in
            // A timer that was cancelled has nothing to say.
            guard (try? await clock.sleep(until: deadline)) != nil else { return }
            wake(round)
        }
        await withCheckedContinuation { continuation in
            let isRung = state.withLock { state in
                if !state.isRung { state.waiter = continuation }
                return state.isRung
            }
            if isRung { continuation.resume() }
        }
        timer.cancel()
        state.withLock { $0.isRung = false }
    }

    private func wake(_ round: Int) {
        state.withLock { state in
            guard state.round == round else { return }
            state.isRung = true
            state.waiter?.resume()
            state.waiter = nil
        }
    }
}
