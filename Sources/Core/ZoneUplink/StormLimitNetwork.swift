import ZoneModel
import ZoneWire

/// When a line comes back, all zones behind it have the same good news in the same second. It can wait; news of any
/// other kind cannot.
package enum NetworkClear {
    /// Whether nothing but conditions of the network went away between the two.
    package static func isAll(from old: ZoneStateJSON, to new: ZoneStateJSON) -> Bool {
        let (before, after) = (openCodes(old), openCodes(new))
        guard after.isStrictSubset(of: before) else { return false }
        return StateFingerprint(withoutNetwork(old)) == StateFingerprint(withoutNetwork(new))
    }

    private static func isNetwork(_ condition: ConditionJSON) -> Bool { condition.code.hasPrefix("net.") }

    /// With their beginning: one that went and came again is news.
    private static func openCodes(_ state: ZoneStateJSON) -> Set<String> {
        Set(
            state.devices.flatMap { device in
                device.conditions.filter(isNetwork).map { "\(device.id) \($0.code) \($0.since.milliseconds)" }
            })
    }

    /// The axes of the network itself follow from its conditions and answers.
    private static func withoutNetwork(_ state: ZoneStateJSON) -> ZoneStateJSON {
        var state = state
        for index in state.devices.indices {
            state.devices[index].conditions.removeAll(where: isNetwork)
            guard state.devices[index].kind == .network else { continue }
            (state.devices[index].presence, state.devices[index].link) = (.unknown, .unknown)
            (state.devices[index].activity, state.devices[index].health) = (.unknown, .unknown)
        }
        return state
    }
}
