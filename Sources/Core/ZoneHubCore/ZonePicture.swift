import ZoneModel
import ZoneWire

extension ZoneJSON {
    /// One zone as the wall shows it, from what its nodes said last.
    init?(_ records: [NodeRecord], at now: WallTime) {
        guard let first = records.first else { return nil }
        let told = records.filter { $0.state != nil }.max { $0.lastHeard < $1.lastHeard }?.state
        let grace = HubRhythm.of(purpose: told?.purpose).grace
        let nodes = records.map {
            Node(node: $0.node, state: $0.liveness(at: now, grace: grace), lastHeard: $0.lastHeard)
        }
        let best = nodes.map(\.state).min { $0.rank < $1.rank } ?? .unseen
        var devices: [Device] = []
        var usable = Usability(isProduction: told?.purpose != "demo")
        for (record, node) in zip(records, nodes) {
            let isHeard = node.state == .live || node.state == .late
            let hasPanel = record.state?.devices.contains { $0.kind == .touchPanel } ?? false
            for device in record.state?.devices ?? [] {
                var shown = Device(device, node: record.node)
                if !isHeard { shown.becomeUnknown() }
                usable.take(shown, nodeHasPanel: hasPanel)
                Device.merge(shown, serial: device.identity.serial, into: &devices, records)
            }
        }
        self.init(
            zone: first.zone, name: told?.name ?? first.zone.text, purpose: told?.purpose ?? "production",
            type: told?.type ?? "village", state: best, nodes: nodes, groups: usable.groups, devices: devices)
    }
}

extension ZoneJSON.Device {
    /// A printer that two nodes see (same kind, same serial) is one device with two observers; the healthier view of
    /// it is shown, because one working path is enough to print.
    fileprivate static func merge(
        _ device: Self, serial: String?, into devices: inout [Self], _ records: [NodeRecord]
    ) {
        guard let serial, device.kind == .printer || device.kind == .copier,
            let index = devices.firstIndex(where: { $0.kind == device.kind && $0.serial(in: records) == serial })
        else { return devices.append(device) }
        var (kept, other) = (devices[index], device)
        if device.serviceable, !kept.serviceable { swap(&kept, &other) }
        kept.observers = devices[index].observers + device.observers
        devices[index] = kept
    }

    private func serial(in records: [NodeRecord]) -> String? {
        records.first { $0.node == node }?.state?.devices.first { $0.id == id }?.identity.serial
    }
}

/// The rule in three groups: network; at least one query device; at least one printing device usable.
private struct Usability {
    let isProduction: Bool
    private var network: [ZoneJSON.Device] = []
    private var query: [ZoneJSON.Device] = []
    private var print: [ZoneJSON.Device] = []

    init(isProduction: Bool) { self.isProduction = isProduction }

    mutating func take(_ device: ZoneJSON.Device, nodeHasPanel: Bool) {
        // In production simulated devices are shown apart and never counted.
        if isProduction, device.simulated { return }
        switch device.kind {
        case .network: network.append(device)
        case .touchPanel: query.append(device)
        // A kiosk's own PC is of no use to a citizen when its panel is dead.
        case .queryPC: if !nodeHasPanel { query.append(device) }
        case .printer, .copier: print.append(device)
        case .display, .ledDisplay, .suggestionBox: break
        }
    }

    var groups: ZoneJSON.Groups {
        .init(network: verdict(network), query: verdict(query), print: verdict(print))
    }

    private func verdict(_ devices: [ZoneJSON.Device]) -> GroupVerdict {
        if devices.contains(where: \.serviceable) { return .ok }
        return devices.isEmpty || devices.contains { $0.health == .unknown } ? .unknown : .bad
    }
}
