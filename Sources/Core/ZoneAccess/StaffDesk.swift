import Synchronization
import ZoneLinux
import ZoneModel
import ZoneTime

/// Why a PIN did not open a session.
package enum StaffRefusal: Error, Sendable, Hashable {
    /// Nobody has set one.
    case noPIN
    case wrongPIN(attemptsLeft: Int)
    /// Too many wrong ones: nobody may try until the wait is over, with the right one neither.
    case locked(for: Duration)
}

/// An open session; the token is shown once.
package struct StaffSession: Sendable, Hashable {
    package var token: String
    /// Ends after this long without a request, and after `total` in any case.
    package var idle: Duration
    package var total: Duration
}

/// Staff sessions at the kiosk: a PIN, a token, and an end that comes by itself.
/// Wrong PINs are counted for the whole kiosk, because citizens and staff share one user.
package final class StaffDesk: Sendable {
    package static let idle = Duration.seconds(180)
    package static let total = Duration.seconds(900)
    static let attempts = 5
    static let lock = Duration.seconds(300)

    private struct Open {
        var lastUse: MonoTime
        var since: MonoTime
    }

    private struct State {
        var sessions: [String: Open] = [:]
        var wrong = 0
        var lockedUntil: MonoTime?
        var locks = 0
    }

    private let state = Mutex(State())
    private let file: PINFile
    private let clock: any ZoneClock
    /// scrypt takes some 50 ms and 16 MiB: one at a time, and never on the shared threads.
    private let lane = BlockingLane(label: "staff-pin")

    package init(pinFile: String, clock: any ZoneClock) { (file, self.clock) = (PINFile(path: pinFile), clock) }

    /// - Throws: `StaffRefusal`.
    package func open(pin: String) async throws(StaffRefusal) -> StaffSession {
        try checkLock()
        let verdict = await lane.run { [file] in file.matches(pin) }
        guard let verdict else { throw .noPIN }
        // Others may have guessed wrong meanwhile: the lock counts at the moment of the answer.
        try checkLock()
        guard verdict else { throw noteWrong() }
        let token = HexID.make().text + HexID.make().text
        let now = clock.mono()
        state.withLock { state in
            (state.wrong, state.locks) = (0, 0)
            state.sessions = state.sessions.filter { isAlive($0.value, now) }
            state.sessions[token] = Open(lastUse: now, since: now)
        }
        return StaffSession(token: token, idle: StaffDesk.idle, total: StaffDesk.total)
    }

    /// Whether `token` is an open session; asking counts as use.
    package func isOpen(_ token: String) -> Bool {
        let now = clock.mono()
        return state.withLock { state in
            guard let session = state.sessions[token] else { return false }
            guard isAlive(session, now) else {
                state.sessions[token] = nil
                return false
            }
            state.sessions[token]?.lastUse = now
            return true
        }
    }

    package func end(_ token: String) { state.withLock { $0.sessions[token] = nil } }

    /// Sets the PIN and ends every session of the old one.
    /// - Throws: `WeakPIN`, or `SystemError` when it cannot be stored.
    package func setPIN(_ pin: String) async throws {
        try WeakPIN.check(pin)
        let outcome: Result<Void, any Error> = await lane.run { [file] in Result { try file.store(pin) } }
        try outcome.get()
        state.withLock { $0 = State() }
    }

    private func isAlive(_ session: Open, _ now: MonoTime) -> Bool {
        now.since(session.lastUse) < StaffDesk.idle && now.since(session.since) < StaffDesk.total
    }

    private func checkLock() throws(StaffRefusal) {
        let now = clock.mono()
        if let until = state.withLock({ $0.lockedUntil }), now < until { throw .locked(for: until.since(now)) }
    }

    /// Each lock is twice as long as the one before, up to a day.
    private func noteWrong() -> StaffRefusal {
        let now = clock.mono()
        return state.withLock { state in
            state.wrong += 1
            guard state.wrong >= StaffDesk.attempts else {
                return .wrongPIN(attemptsLeft: StaffDesk.attempts - state.wrong)
            }
            let wait = min(.seconds(86_400), StaffDesk.lock * (1 << min(state.locks, 10)))
            (state.wrong, state.lockedUntil) = (0, now.advanced(by: wait))
            state.locks += 1
            return .locked(for: wait)
        }
    }
}

/// A PIN that the first citizen would guess.
package struct WeakPIN: Error, Sendable {
    package let zh = "PIN 应为 6 到 12 位数字，不能全部相同，也不能是连续数字"
    package let english = "expected 6 to 12 digits, not all the same and not in sequence"

    static func check(_ pin: String) throws(WeakPIN) {
        let digits = pin.utf8.map { Int($0) - 48 }
        guard (6...12).contains(digits.count), digits.allSatisfy((0...9).contains) else { throw WeakPIN() }
        let steps = Set(zip(digits, digits.dropFirst()).map { $1 - $0 })
        guard steps.count > 1 || ![0, 1, -1].contains(steps.first ?? 0) else { throw WeakPIN() }
    }
}
