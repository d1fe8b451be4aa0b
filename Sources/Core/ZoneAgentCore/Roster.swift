import DriverKit
import ZoneConfig
import ZoneJournal
import ZoneModel

/// Brings the devices of the configuration, the machine's own and those seen before onto the list.
struct Roster: Sendable {
    let supervisor: Supervisor

    func admit(_ config: AgentConfig, _ restored: Restored) async {
        func before(_ id: DeviceID) -> DeviceState? { restored.devices.first { $0.card.id == id } }
        for kind in [DeviceKind.network, .queryPC] { await admitOwn(kind, config, before(DeviceID(kind, 1))) }
        for device in config.devices { await admit(device, before(device.card.id)) }
        for binding in restored.bindings where !config.devices.contains(where: { $0.card.id == binding.device }) {
            let card = DeviceCard(id: binding.device, kind: binding.kind)
            await supervisor.expect(card, restored: before(card.id))
        }
    }

    /// Only what has changed is touched: a device that stays as it was is not opened anew.
    func change(from old: AgentConfig, to new: AgentConfig) async {
        for device in old.devices where !new.devices.contains(where: { $0.card.id == device.card.id }) {
            await supervisor.dismiss(device.card.id)
        }
        for device in new.devices where !old.devices.contains(device) { await admit(device, nil) }
        let matching = { (config: AgentConfig) in config.devices.filter { !$0.match.isEmpty } }
        if matching(old) != matching(new) { await supervisor.plugAgain(cards: new.devices) }
        if old.portals != new.portals || old.place != new.place { await admitOwn(.network, new, nil) }
        if old.place != new.place { await admitOwn(.queryPC, new, nil) }
    }

    /// The machine's own devices stand where the PC stands.
    private func admitOwn(_ kind: DeviceKind, _ config: AgentConfig, _ known: DeviceState?) async {
        let card = DeviceCard(id: DeviceID(kind, 1), kind: kind, place: config.place)
        await supervisor.run(card, at: .machine, facts: ["machine": "yes"], restored: known)
    }

    private func admit(_ device: DeviceConfig, _ known: DeviceState?) async {
        switch (device.card.watch, device.uri) {
        case (.machine, let uri?):
            let scheme = String(uri.prefix { $0 != ":" })
            await supervisor.run(
                device.card, at: .address(uri), facts: ["scheme": scheme, "address": uri], restored: known)
        case (.machine, nil), (.person, _): await supervisor.expect(device.card, restored: known)
        }
    }
}
