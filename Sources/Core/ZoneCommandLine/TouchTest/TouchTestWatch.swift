import Synchronization
import ZoneModel

/// One run, between the task that listens and the one that draws. What comes goes into the session at once, which is of
/// fixed size; who draws late draws the newest.
package final class TouchTestWatch: Sendable {
    private struct State: Sendable {
        var session: TouchTestSession
        var end: TouchTestEnd?
        var refusal: String?
    }

    private let state: Mutex<State>

    package init(_ session: TouchTestSession) { state = Mutex(State(session: session)) }

    package var session: TouchTestSession { state.withLock { $0.session } }

    /// - Returns: whether there is anything more to listen to.
    package func take(_ bytes: [UInt8], at now: MonoTime) -> Bool {
        state.withLock { state in
            if state.end == nil { state.end = state.session.take(bytes, at: now) }
            return state.end == nil
        }
    }

    /// The first reason is the reason.
    package func end(_ end: TouchTestEnd) { state.withLock { $0.end = $0.end ?? end } }

    /// The connection broke, or there never was one.
    package func fail(_ message: String) {
        state.withLock { state in
            if !state.session.isBegun { state.refusal = state.refusal ?? message }
            state.end = state.end ?? .gone
        }
    }

    /// - Returns: not `nil` when it is over.
    /// - Throws: `TouchTestTrouble` when the agent let nobody look.
    package func look(at now: MonoTime) throws -> TouchTestEnd? {
        let (end, refusal) = state.withLock { state in
            state.end = state.end ?? state.session.look(at: now)
            return (state.end, state.refusal)
        }
        if let refusal, end == .gone { throw TouchTestTrouble.refused(refusal) }
        return end
    }
}
