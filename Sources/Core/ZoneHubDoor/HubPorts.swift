import Synchronization
import ZoneLinux

/// Where the hub listens.
package struct HubPorts: Sendable, Hashable {
    package var people: Int
    package var agents: Int

    package init(people: Int, agents: Int) { (self.people, self.agents) = (people, agents) }
}

/// Reports once, when every door is open.
final class OpenPorts: Sendable {
    private struct State {
        var ports: HubPorts
        var missing = 3
    }

    private let state: Mutex<State>
    private let onListening: @Sendable (HubPorts) -> Void

    /// - Parameter wanted: as configured; 0 is any free one.
    init(_ wanted: HubPorts, _ onListening: @escaping @Sendable (HubPorts) -> Void) {
        state = Mutex(State(ports: wanted))
        self.onListening = onListening
    }

    var now: HubPorts { state.withLock { $0.ports } }

    func people(_ port: Int) { note { $0.people = port } }
    func agents(_ port: Int) { note { $0.agents = port } }
    func office() { note { _ in } }

    private func note(_ change: (inout HubPorts) -> Void) {
        let opened = state.withLock { state -> HubPorts? in
            change(&state.ports)
            state.missing -= 1
            return state.missing == 0 ? state.ports : nil
        }
        guard let opened else { return }
        ServiceManager().ready()
        onListening(opened)
    }
}
