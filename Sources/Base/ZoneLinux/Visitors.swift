import Synchronization
import ZoneModel
import ZoneTime

/// How much one user may take of the agent, so that nobody's spam costs anybody else an answer.
package struct VisitorLimits: Sendable, Hashable {
    package var connectionsPerUser = 32
    package var connections = 256
    /// Requests that may come at once, and how many a second come back.
    package var burst = 400.0
    package var requestsPerSecond = 200.0

    package init() {}
}

/// Counts connections and requests by user id.
package final class Visitors: Sendable {
    private struct Visitor {
        var connections = 0
        var tokens: Double
        var refilled: MonoTime
    }

    private let state = Mutex<[UInt32: Visitor]>([:])
    private let limits: VisitorLimits
    private let clock: any ZoneClock

    package init(limits: VisitorLimits = VisitorLimits(), clock: any ZoneClock) {
        (self.limits, self.clock) = (limits, clock)
    }

    /// - Returns: whether there is room for one more; then `leave` must follow.
    package func enter(_ uid: UInt32) -> Bool {
        let now = clock.mono()
        return state.withLock { state in
            var visitor = state[uid] ?? Visitor(tokens: limits.burst, refilled: now)
            // Others can fill the house, but never keep its owner out.
            let isFull = uid != 0 && state.values.reduce(0) { $0 + $1.connections } >= limits.connections
            guard !isFull, visitor.connections < limits.connectionsPerUser * (uid == 0 ? 4 : 1) else { return false }
            visitor.connections += 1
            state[uid] = visitor
            return true
        }
    }

    package func leave(_ uid: UInt32) {
        state.withLock { state in
            guard var visitor = state[uid] else { return }
            visitor.connections -= 1
            // Whoever has gone and owes nothing is forgotten.
            refill(&visitor, clock.mono())
            state[uid] = visitor.connections <= 0 && visitor.tokens >= limits.burst ? nil : visitor
        }
    }

    /// - Returns: `nil` when the request may go on, else how long to wait.
    package func admitRequest(_ uid: UInt32) -> Duration? {
        let now = clock.mono()
        return state.withLock { state in
            var visitor = state[uid] ?? Visitor(tokens: limits.burst, refilled: now)
            defer { state[uid] = visitor }
            refill(&visitor, now)
            guard visitor.tokens >= 1 else { return .seconds((1 - visitor.tokens) / limits.requestsPerSecond) }
            visitor.tokens -= 1
            return nil
        }
    }

    private func refill(_ visitor: inout Visitor, _ now: MonoTime) {
        let passed = Double(now.since(visitor.refilled).milliseconds) / 1000
        visitor.tokens = min(limits.burst, visitor.tokens + passed * limits.requestsPerSecond)
        visitor.refilled = now
    }
}
