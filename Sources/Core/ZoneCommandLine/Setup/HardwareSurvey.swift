import DriverKit
import ZoneAgentCore
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneProfiles
import ZoneUdev

/// Something plugged in that a driver with a profile is for.
package struct FoundDevice: Sendable, Hashable {
    package var id: DeviceID
    package var kind: DeviceKind
    /// What it calls itself. Cleaned.
    package var name: String
    package var node: String
    /// What stays the same when it is plugged in again; `bindings.yaml` has it.
    package var key: String
    /// What an entry of agent.yaml would know it by; `nil` when another found device would fit too.
    package var match: [String: String]?
    package var origin: Origin

    package enum Origin: Sendable, Hashable {
        /// An entry of agent.yaml fits it.
        case configured
        /// bindings.yaml has it.
        case known
        case new
    }
}

/// What this PC has for a zone. Nothing is opened, and no network is searched.
package struct HardwareSurvey: Sendable {
    package var devices: [FoundDevice] = []
    /// Certainly something for a zone, but no profile fits: kind and name.
    package var unmatched: [String] = []
    package var lines: [SerialLineFound] = []
    package var printers: [USBPrinter] = []
    /// The bindings that the agent will make by itself.
    package var bindings: Bindings

    /// - Parameters:
    ///   - bindings: those that the agent has made already.
    ///   - cards: the devices of an agent.yaml that is there.
    package init(_ plugged: [UdevDevice], scout: HardwareScout, bindings: Bindings, cards: [DeviceConfig]) {
        self.bindings = bindings
        var taken: Set<DeviceID> = []
        // In the order of their nodes: the same PC gives the same proposal twice.
        for (device, verdict) in scout.look(at: plugged.sorted(by: { $0.node < $1.node }), cards: cards) {
            switch verdict {
            case .notOurs: continue
            case .unmatched(let rule):
                if rule.isCertain { unmatched.append("\(Words.kind(rule.kind)) \(device.shownName)") }
            case .fits(let fit):
                let found = admit(device, fit, cards, taken)
                taken.insert(found.id)
                devices.append(found)
            }
        }
        keepUniqueMatches()
        lines = plugged.compactMap(SerialLineFound.init).sorted { $0.name < $1.name }
    }

    private mutating func admit(
        _ device: UdevDevice, _ fit: HardwareScout.Fit, _ cards: [DeviceConfig], _ taken: Set<DeviceID>
    ) -> FoundDevice {
        let kind = fit.rule.kind
        var found = FoundDevice(
            id: DeviceID(kind, 1), kind: kind, name: device.shownName, node: device.node.cleaned(limit: 60),
            key: device.bindingKey.cleaned(limit: 120), match: HardwareSurvey.match(fit.facts), origin: .configured)
        if let card = cards.first(where: { $0.card.kind == kind && $0.fits(fit.facts) }) {
            found.id = card.card.id
            return found
        }
        let (binding, isNew) = bindings.bind(device, kind: kind, taken: taken)
        (found.id, found.key) = (binding.device, binding.key.cleaned(limit: 120))
        found.origin = isNew ? .new : .known
        return found
    }

    /// The serial number, else the port, else the model, else the name.
    private static func match(_ facts: [String: String]) -> [String: String]? {
        for name in ["udev.ID_SERIAL_SHORT", "udev.HID_UNIQ", "udev.ID_PATH", "usb", "udev.NAME", "udev.HID_NAME"] {
            // What is cut or cleaned would not be equal again.
            if let value = facts[name], !value.isEmpty, value == value.cleaned(limit: 200) { return [name: value] }
        }
        return nil
    }

    /// Two panels of one model would both become the entry's device.
    private mutating func keepUniqueMatches() {
        for index in devices.indices {
            let device = devices[index]
            let rivals = devices.indices.filter { devices[$0].kind == device.kind && devices[$0].match == device.match }
            if rivals.count > 1 { rivals.forEach { devices[$0].match = nil } }
        }
    }
}

extension DeviceConfig {
    fileprivate func fits(_ facts: [String: String]) -> Bool {
        !match.isEmpty && match.allSatisfy { facts[$0.key] == $0.value }
    }
}
