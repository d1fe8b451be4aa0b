import Synchronization

/// Holds back whoever comes until a test lets them all go. Deaf to cancellation, as a call into C is.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var count = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// How many have come so far.
    package var count: Int { state.withLock { $0.count } }

    package func pass() async {
        await withCheckedContinuation { visitor in
            let isOpen = state.withLock { state in
                state.count += 1
                if !state.isOpen { state.waiting.append(visitor) }
                return state.isOpen
            }
            if isOpen { visitor.resume() }
        }
    }

    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for visitor in waiting { visitor.resume() }
    }

    package func reached(_ number: Int) async throws {
        try await eventuallyTrue("\(number) have come") { count >= number }
    }
}
