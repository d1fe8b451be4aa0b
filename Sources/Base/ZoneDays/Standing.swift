import ZoneModel

/// What one device was to citizens at one moment. Raw values are words of the journal.
package enum Standing: String, Sendable, Codable, CaseIterable {
    case up, down, maintenance, unknown
}

extension Standing {
    /// What counts of a hold, and what does not, is decision 0039.
    package init(_ state: DeviceState) {
        // Outside the hours nothing is reckoned: what the device can do then is what it can do when they begin.
        let holds = state.holds.filter { $0.setter != Hold.setByHours }
        guard !holds.isEmpty else {
            self = Standing(isServiceable: state.health == .ok || state.health == .degraded, health: state.health)
            return
        }
        // A closure without a reason is nobody's announcement.
        let announced = holds.filter { $0.mode != .closed || !($0.reason ?? "").isEmpty }
        guard let since = announced.map(\.since).min() else {
            self = .down
            return
        }
        // Announced after it broke: an outage does not become maintenance by being called so.
        let brokenSince = state.conditions.filter { $0.severity == .fault }.map(\.since).min()
        self = brokenSince.map { $0 < since } == true ? .down : .maintenance
    }

    package init(isServiceable: Bool, health: Health) {
        self = isServiceable ? .up : health == .unknown ? .unknown : .down
    }
}

/// 三项保障: network; at least one query device; at least one printing device.
package enum ServiceGroup: String, Sendable, Codable, CaseIterable {
    case network, query, print

    /// The group that a device counts in; `nil`: in none.
    package init?(_ kind: DeviceKind, nodeHasPanel: Bool) {
        switch kind {
        case .network: self = .network
        case .touchPanel: self = .query
        // A kiosk's own PC is of no use to a citizen when its panel is dead (decision 0008).
        case .queryPC where !nodeHasPanel: self = .query
        case .printer, .copier: self = .print
        case .queryPC, .display, .ledDisplay, .suggestionBox: return nil
        }
    }

    /// One that can be used is enough; of what nobody knows, nobody says that it failed.
    package static func verdict(_ devices: some Collection<Standing>) -> Standing {
        if devices.contains(.up) { return .up }
        if devices.isEmpty || devices.contains(.unknown) { return .unknown }
        return devices.contains(.down) ? .down : .maintenance
    }
}
