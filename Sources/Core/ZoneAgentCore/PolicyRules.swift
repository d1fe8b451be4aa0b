import Synchronization
import ZoneConfig

/// The rules in force: read at start, and again with each reload of the configuration.
final class PolicyRules: Sendable {
    private let places: Places
    private let state: Mutex<PolicyView>

    init(places: Places, names: [String]) {
        self.places = places
        state = Mutex(PolicyView(places: places, names: names))
    }

    var view: PolicyView { state.withLock { $0 } }

    /// Reads the files again; one that is wrong now keeps what it said before, and is a complaint.
    /// - Parameter names: as in `PolicyView`.
    func read(_ names: [String]) {
        let before = view
        let next = PolicyView(places: places, names: names, before: before)
        state.withLock { $0 = next }
    }
}
