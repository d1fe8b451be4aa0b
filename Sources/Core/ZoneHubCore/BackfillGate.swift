import Synchronization
import ZoneModel
import ZoneWire

/// Lets nodes that were away bring their history one after the other. Virtual scheduling (as of ATM's generic cell
/// rate, ITU-T I.371): each page that is granted takes its share of the hub's capacity, and the next one is granted
/// from where that ends. Ten thousand nodes so get their turns spread out without the hub remembering any of them.
package final class BackfillGate: Sendable {
    private struct State {
        var capacity: Double
        /// When everything that was granted will have come.
        var free: MonoTime?
    }

    /// Events in one page.
    package static let page = 200
    /// What a node whose turn is far off brings along meanwhile, so that the hub sees that there is more: as many or
    /// more, and there probably is. Ten thousand nodes with a heartbeat a minute bring 833 events per second by it.
    package static let trickle = 5
    /// A commit that takes longer makes everybody wait; a shorter one than the second leaves room.
    private static let (slow, quick) = (Duration.milliseconds(250), Duration.milliseconds(100))

    private let best: Double
    private let state: Mutex<State>

    /// - Parameter capacity: history events per second when commits are quick. 5000: a quarter of what two cores take in
    ///   batches of 100, so that the live picture has the rest.
    package init(capacity: Double = 5000) {
        best = max(1, capacity)
        state = Mutex(State(capacity: best))
    }

    /// Events per second at present.
    package var capacity: Double { state.withLock { $0.capacity } }

    /// Backs off fast and comes back slowly (additive increase, multiplicative decrease).
    package func note(commit duration: Duration) {
        state.withLock { state in
            if duration > BackfillGate.slow {
                state.capacity = max(best / 50, state.capacity * 0.7)
            } else if duration < BackfillGate.quick {
                state.capacity = min(best, state.capacity + best / 100)
            }
        }
    }

    /// What a node may bring next, and when.
    /// - Parameters:
    ///   - events: how many it brought just now.
    ///   - interval: to its next heartbeat, which brings history along, too. A turn beyond that is none: with a whole
    ///     page in each regular heartbeat ten thousand nodes brought up to 40,000 events in a second, and the hub fell behind.
    ///   - draw: 0 to 1. Nodes come each minute in the same order: without a lot the same ones would find the hub free.
    package func grant(
        after events: Int, isDraining: Bool, interval: Duration, at now: MonoTime, draw: Double = .random(in: 0...1)
    ) -> HeartbeatReply.Backfill {
        // Who has nothing more to bring needs no turn.
        guard isDraining || events >= BackfillGate.trickle else { return .init(events: BackfillGate.page, afterMs: 0) }
        return state.withLock { state in
            let free = max(state.free ?? now, now)
            let wait = free.since(now)
            guard wait <= interval * draw else {
                return .init(events: BackfillGate.trickle, afterMs: wait.milliseconds)
            }
            let share = Double(BackfillGate.page) / state.capacity
            state.free = free.advanced(by: .milliseconds(Int64((share * 1000).rounded(.up))))
            return .init(events: BackfillGate.page, afterMs: wait.milliseconds)
        }
    }
}
