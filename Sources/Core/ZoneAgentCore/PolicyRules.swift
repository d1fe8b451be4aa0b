import Synchronization
import ZoneConfig
import ZoneYAML

/// The rules in force: read at start, and again with each reload of the configuration.
final class PolicyRules: Sendable {
    private let places: Places
    private let state: Mutex<PolicyView>

    /// - Parameters: as in `PolicyView`.
    init(places: Places, names: [String], origin: Origins.Origin? = nil) {
        self.places = places
        state = Mutex(PolicyView(places: places, names: names, origin: origin))
    }

    var view: PolicyView { state.withLock { $0 } }

    /// Reads the files again; one that is wrong now keeps what it said before, and is a complaint.
    /// - Parameters: as in `PolicyView`.
    func read(_ names: [String], origin: Origins.Origin? = nil) {
        let before = view
        let next = PolicyView(places: places, names: names, origin: origin, before: before)
        state.withLock { $0 = next }
    }
}

extension ConfigurationStore {
    /// Where `policy:` stands that is in force.
    var policyOrigin: Origins.Origin? { current.inForce.origins.values["policy"] }
}
