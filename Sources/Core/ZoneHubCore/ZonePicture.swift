import ZoneDays
import ZoneHubStore
import ZoneModel
import ZoneWire

/// One node, and how it is judged at the moment.
struct NodeView: Sendable {
    var record: NodeRecord
    /// What it said last is still taken for true.
    let isFresh: Bool
    let isCloned: Bool
    let shut: ShutTime

    /// The record's own word stays: who changes it writes it down.
    init(_ record: NodeRecord, _ judged: Liveness, at now: WallTime) {
        (self.record, isFresh, isCloned) = (record, judged.isFresh, record.isCloned(at: now))
        shut = ShutTime(record, at: now)
    }

    /// As far as time can change it.
    func looksLike(_ other: NodeView) -> Bool {
        (record.liveness, isFresh, isCloned, shut)
            == (other.record.liveness, other.isFresh, other.isCloned, other.shut)
    }
}

extension ZoneJSON {
    static let clonedAlert = "identity.cloned"

    /// A zone is as good as its best node; without any the roster decides.
    static func state(of nodes: [NodeView], roster: RosterEntry?) -> ZoneLiveness {
        let best = nodes.map(\.record.liveness).min { $0.rank < $1.rank } ?? .unseen
        let isHeard = best == .live || best == .late && nodes.contains(where: \.isFresh)
        return roster?.isRetired == true && !isHeard ? .retired : best
    }

    /// One zone as the wall shows it, from what its nodes said last and what the roster says of it.
    init(_ zone: ZoneID, _ views: [NodeView], roster: RosterEntry?, hasRoster: Bool) {
        let records = views.map(\.record)
        let speaker = views.filter { $0.record.state != nil }.max { $0.record.lastHeard < $1.record.lastHeard }
        let told = speaker?.record.state
        let purpose = told?.purpose ?? roster?.purpose ?? "production"
        var devices: [Device] = []
        var usable = Usability(isProduction: purpose != "demo")
        for view in views {
            let hasPanel = view.record.state?.devices.contains { $0.kind == .touchPanel } ?? false
            for device in view.record.state?.devices ?? [] {
                var shown = Device(device, node: view.record.node)
                if !view.isFresh { shown.becomeUnknown() }
                usable.take(shown, nodeHasPanel: hasPanel)
                Device.merge(shown, serial: device.identity.serial, into: &devices, records)
            }
        }
        self.init(
            zone: zone, name: told?.name ?? roster?.name ?? zone.text, purpose: purpose,
            type: told?.type ?? roster?.type ?? "village", state: ZoneJSON.state(of: views, roster: roster),
            nodes: records.map { Node(node: $0.node, state: $0.liveness, lastHeard: $0.lastHeard) },
            groups: usable.groups, devices: devices)
        if hasRoster { onRoster = roster?.onRoster ?? false }
        hasAgent = roster?.hasAgent
        (closedUntil, closure) = (speaker?.shut.untilHours, speaker?.shut.closure)
        alerts = views.contains(where: \.isCloned) ? [ZoneJSON.clonedAlert] : nil
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
    private var standings: [ServiceGroup: [Standing]] = [:]
    /// Groups with a device that is closed, by its hours or its house…
    private var closed: Set<ServiceGroup> = []
    /// …and with one that should serve.
    private var inService: Set<ServiceGroup> = []

    init(isProduction: Bool) { self.isProduction = isProduction }

    mutating func take(_ device: ZoneJSON.Device, nodeHasPanel: Bool) {
        // In production simulated devices are shown apart and never counted.
        if isProduction, device.simulated { return }
        guard let group = ServiceGroup(device.kind, nodeHasPanel: nodeHasPanel) else { return }
        if device.mode == .closed { closed.insert(group) }
        if device.mode == .service { inService.insert(group) }
        standings[group, default: []].append(Standing(isServiceable: device.serviceable, health: device.health))
    }

    var groups: ZoneJSON.Groups {
        .init(network: verdict(.network), query: verdict(.query), print: verdict(.print))
    }

    private func verdict(_ group: ServiceGroup) -> GroupVerdict {
        switch ServiceGroup.verdict(standings[group] ?? []) {
        case .up: .ok
        case .unknown: .unknown
        case .down, .maintenance: closed.contains(group) && !inService.contains(group) ? .closed : .bad
        }
    }
}
