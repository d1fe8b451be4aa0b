import Synchronization
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

/// A model hub behind a wire that does what the test says.
final class ScriptedHub: HubLink {
    /// What becomes of one heartbeat.
    enum Fate: Sendable {
        case arrives
        /// Stored, and then the answer is lost: the worst moment to lose it.
        case answerLost
        case fails(HubFailure)
    }

    struct Attempt: Sendable {
        var beat: Heartbeat
        var at: MonoTime
        var isAccepted: Bool
    }

    private struct State {
        var model = ModelHub()
        var attempts: [Attempt] = []
        var rule: @Sendable (Heartbeat) -> Fate = { _ in .arrives }
        var underWay = 0
        var mostAtOnce = 0
    }

    private let state = Mutex(State())
    private let clock: any ZoneClock
    /// Set to hold answers back.
    private let gate: Gate?

    init(_ clock: any ZoneClock, gate: Gate? = nil) { (self.clock, self.gate) = (clock, gate) }

    var attempts: [Attempt] { state.withLock { $0.attempts } }
    var beats: [Heartbeat] { attempts.filter(\.isAccepted).map(\.beat) }
    var count: Int { state.withLock { $0.attempts.count } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }
    var model: ModelHub { state.withLock { $0.model } }
    func change(_ change: @Sendable (inout ModelHub) -> Void) { state.withLock { change(&$0.model) } }
    func rule(_ rule: @escaping @Sendable (Heartbeat) -> Fate) { state.withLock { $0.rule = rule } }
    func isDown(_ isDown: Bool) { rule { _ in isDown ? .fails(HubFailure("cut")) : .arrives } }

    func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply {
        state.withLock { state in
            state.underWay += 1
            state.mostAtOnce = max(state.mostAtOnce, state.underWay)
        }
        defer { state.withLock { $0.underWay -= 1 } }
        if let gate { await gate.pass() }
        let (fate, reply) = try answer(heartbeat)
        switch fate {
        case .arrives: return reply
        case .answerLost: throw HubFailure("answer lost")
        case .fails(let failure): throw failure
        }
    }

    private func answer(_ heartbeat: Heartbeat) throws -> (Fate, HeartbeatReply) {
        // Over the wire's own bytes, as in life.
        let beat = try WireCoding.decode(Heartbeat.self, try WireCoding.encode(heartbeat))
        return state.withLock { state in
            let fate = state.rule(beat)
            var other = state.model
            let reply = other.take(beat)
            var isAccepted = true
            if case .fails = fate { isAccepted = false } else { state.model = other }
            state.attempts.append(Attempt(beat: beat, at: clock.mono(), isAccepted: isAccepted))
            return (fate, reply)
        }
    }
}

/// Takes the first heartbeat and never answers; only giving up ends it.
final class HangingLink: HubLink {
    private let heard = Mutex<[Heartbeat.Reason]>([])

    var reasons: [Heartbeat.Reason] { heard.withLock { $0 } }

    func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply {
        heard.withLock { $0.append(heartbeat.reason) }
        if heartbeat.reason != .shutdown { try await ManualClock().sleep(for: .seconds(1)) }
        throw HubFailure("cut")
    }
}
