import DriverKit
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneUdev

/// A node that is plugged in and fits. One thing may have several of a kind (a panel's touch screen, its stylus and its
/// mouse): the best of them is the device, the others are spares (decision 0028).
struct PluggedNode: Sendable {
    var device: UdevDevice
    var fit: HardwareScout.Fit
    /// The entry of agent.yaml that names it.
    var entry: DeviceCard?

    init(_ device: UdevDevice, _ fit: HardwareScout.Fit, _ cards: [DeviceConfig]) {
        (self.device, self.fit) = (device, fit)
        entry = cards.first { $0.card.kind == fit.rule.kind && $0.matches(fit.facts) }?.card
    }

    /// Two entries of agent.yaml that name two nodes of one thing say that it is two: a controller with a panel on each of
    /// its interfaces. Nothing else tells that from a panel with a second node of touches (2575:0204 in Tests/Machine/data).
    func isOne(with other: PluggedNode) -> Bool {
        guard fit.rule.kind == other.fit.rule.kind, device.hardware == other.device.hardware else { return false }
        guard let mine = entry?.id, let theirs = other.entry?.id else { return true }
        return mine == theirs
    }

    /// An entry of agent.yaml decides, else the order of the driver's rules, else which came first on its bus.
    func isBetter(than other: PluggedNode) -> Bool {
        if (entry == nil) != (other.entry == nil) { return entry != nil }
        if fit.preference != other.fit.preference { return fit.preference < other.fit.preference }
        return device.nodeOrder < other.device.nodeOrder
    }
}

extension HardwareScout {
    /// Everything that is plugged in; what is only a spare is not ours.
    package func look(
        at devices: [UdevDevice], cards: [DeviceConfig] = []
    ) -> [(device: UdevDevice, verdict: Verdict)] {
        let looks = devices.map { ($0, look(at: $0)) }
        let nodes = looks.compactMap { device, verdict -> PluggedNode? in
            guard case .fits(let fit) = verdict else { return nil }
            return PluggedNode(device, fit, cards)
        }
        return looks.map { device, verdict in
            guard case .fits(let fit) = verdict else { return (device, verdict) }
            let node = PluggedNode(device, fit, cards)
            let isSpare = nodes.contains { $0.isOne(with: node) && $0.isBetter(than: node) }
            return (device, isSpare ? .notOurs : verdict)
        }
    }
}

extension Bindings {
    package mutating func bind(
        _ device: UdevDevice, kind: DeviceKind, taken: Set<DeviceID>
    ) -> (binding: Binding, isNew: Bool) {
        bind(key: device.bindingKey, port: device.twinPort, former: device.formerKey, kind: kind, taken: taken)
    }
}

extension DeviceConfig {
    func matches(_ facts: [String: String]) -> Bool {
        !match.isEmpty && match.allSatisfy { facts[$0.key] == $0.value }
    }
}
