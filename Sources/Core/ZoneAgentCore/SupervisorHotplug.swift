import DriverKit
import Logging
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneTime
import ZoneUdev

/// What is plugged in and pulled out.
extension Supervisor {
    package func take(_ event: HotplugEvent, cards: [DeviceConfig]) async {
        switch event {
        case .present(let device) where device.subsystem == SerialLine.subsystem: await lineCame(device)
        case .present(let device): await plug(device, cards)
        case .listed: await settle()
        case .removed(let sysPath):
            await lineWent(sysPath)
            await unplug(sysPath)
        }
    }

    /// For so long after a cold start drivers may still be on their way, and a list without a device says nothing.
    private static let driversComeWithin = Duration.seconds(60)

    private func settle() async {
        let end = MonoTime(milliseconds: 0).advanced(by: Supervisor.driversComeWithin)
        guard clock.mono() < end else { return await missAwaited() }
        // Beside what is plugged in meanwhile.
        settling = Task { [weak self, clock] in
            guard (try? await clock.sleep(until: end)) != nil else { return }
            await self?.missAwaited()
        }
    }

    /// Whoever was expected and is not among what is plugged in is not there. Said earlier, a restart of the agent would
    /// raise every panel's absence for a moment.
    private func missAwaited() async {
        isListed = true
        let there = Set(plugged.values.map(\.id))
        for (id, absence) in awaited where !there.contains(id) {
            await tellAbsent(absence, reason: "notPlugged", id)
        }
        awaited = [:]
    }

    /// Other cards may fit what is plugged in.
    package func plugAgain(cards: [DeviceConfig]) async {
        let others = spares.values.map(\.device)
        spares = [:]
        for (id, node) in plugged.values {
            plugged[node.device.sysPath] = nil
            await end(id)
            assignments[id] = nil
            await plug(node.device, cards)
            if !plugged.values.contains(where: { $0.id == id }) { await station.dismiss(id) }
        }
        for device in others { await plug(device, cards) }
    }

    private func plug(_ device: UdevDevice, _ cards: [DeviceConfig]) async {
        guard plugged[device.sysPath] == nil, spares[device.sysPath] == nil else { return }
        switch scout.look(at: device) {
        case .notOurs: return
        case .unmatched(let rule):
            guard rule.isCertain else { return }
            log.warning("No profile fits", metadata: ["kind": "\(rule.kind)", "node": "\(device.node)"])
            let evidence = device.properties["NAME"] ?? device.node
            await station.take(.unmatched(evidence.cleaned()), from: DeviceID(.queryPC, 1))
        case .fits(let fit):
            await plug(PluggedNode(device, fit, cards))
        }
    }

    private func plug(_ node: PluggedNode) async {
        guard let (id, rival) = plugged.values.first(where: { $0.node.isOne(with: node) }) else {
            return await seat(node, as: await card(for: node))
        }
        guard node.isBetter(than: rival) else {
            spares[node.device.sysPath] = node
            return
        }
        plugged[rival.device.sysPath] = nil
        spares[rival.device.sysPath] = rival
        let card = node.entry ?? DeviceCard(id: id, kind: node.fit.rule.kind)
        if card.id != id {
            await end(id)
            assignments[id] = nil
            await station.dismiss(id)
        }
        await seat(node, as: card)
    }

    private func seat(_ node: PluggedNode, as card: DeviceCard) async {
        let (device, fit) = (node.device, node.fit)
        plugged[device.sysPath] = (card.id, node)
        log.notice("Plugged in", metadata: ["device": "\(card.id)", "node": "\(device.node)"])
        await station.admit(card, restored: nil, maxAge: fit.profile.maxAge)
        let attachment = Attachment.node(path: device.node, properties: device.properties)
        await start(
            Assignment(
                card: card, driver: fit.driver, attachment: attachment, profile: fit.profile, tap: tap(of: card.id),
                refine: scout.refinement(of: HardwareFacts(kind: fit.rule.kind, facts: fit.facts), for: fit.driver)))
    }

    private func unplug(_ sysPath: String) async {
        guard spares.removeValue(forKey: sysPath) == nil, let (id, node) = plugged.removeValue(forKey: sysPath) else {
            return
        }
        log.notice("Unplugged", metadata: ["device": "\(id)"])
        if let next = spares.values.filter({ $0.isOne(with: node) }).min(by: { $0.isBetter(than: $1) }) {
            spares[next.device.sysPath] = nil
            return await seat(next, as: next.entry ?? DeviceCard(id: id, kind: next.fit.rule.kind))
        }
        // Another node may already carry the id: a replug can overtake the message of the removal.
        guard !plugged.values.contains(where: { $0.id == id }) else { return }
        let absence = assignments[id]?.driver.absence
        await end(id)
        assignments[id] = nil
        if let absence { await tellAbsent(absence, reason: "unplugged", id) }
    }

    /// A device behind a serial line need not wait for its next attempt.
    private func lineCame(_ line: UdevDevice) async {
        let names = Set(line.links + [line.node])
        lines[line.sysPath] = names
        for id in devices(behind: names) { await hurry(id) }
    }

    /// Asked anew, a device behind the line is not there.
    private func lineWent(_ sysPath: String) async {
        guard let names = lines.removeValue(forKey: sysPath) else { return }
        for id in devices(behind: names) {
            if let assignment = assignments[id] { await start(assignment) }
        }
    }

    private func devices(behind names: Set<String>) -> [DeviceID] {
        assignments.filter { _, assignment in
            guard case .address(let address) = assignment.attachment, let colon = address.firstIndex(of: ":") else {
                return false
            }
            return names.contains(String(address[address.index(after: colon)...]))
        }.map(\.key)
    }

    /// The card of a found device: from the configuration if an entry matches, else by the binding table.
    private func card(for node: PluggedNode) async -> DeviceCard {
        if let entry = node.entry { return entry }
        let kind = node.fit.rule.kind
        let (binding, isNew) = bindings.bind(node.device, kind: kind, taken: Set(plugged.values.map(\.id)))
        if isNew {
            do {
                try await journal.write([Entry(nil, [.binding(binding)])], .now)
                try SmallFile.replace(bindingsFile, with: bindings.yaml)
            } catch {
                log.error("Binding is not stored", metadata: ["device": "\(binding.device)", "error": "\(error)"])
            }
        }
        return DeviceCard(id: binding.device, kind: kind)
    }
}
