import ZoneConfig
import ZoneModel
import ZonePolicy

/// What concerns a display and is not the driver's to know: which panel lies on it, and whether the district asks for a
/// larger one.
package struct DisplayBook: Sendable {
    private let site: @Sendable () -> [DeviceID: DeviceID]
    private let rules: @Sendable ([Equipment]) -> [RuleResult]

    /// - Parameters:
    ///   - site: panel to display, as the configuration says.
    ///   - rules: what the district's policy says of this equipment.
    package init(
        site: @escaping @Sendable () -> [DeviceID: DeviceID] = { [:] },
        rules: @escaping @Sendable ([Equipment]) -> [RuleResult] = { _ in [] }
    ) {
        (self.site, self.rules) = (site, rules)
    }

    /// Adds to a report of a panel or a display what is known about its other half, and to a display's whether it is
    /// large enough.
    /// - Parameter list: of all devices on the list, as they were before this report.
    func note(_ report: inout Report, of card: DeviceCard, among list: @autoclosure () -> [DeviceState]) {
        guard card.kind == .touchPanel || card.kind == .display, case .object(var details)? = report.details else {
            return
        }
        var states = list()
        if let index = states.firstIndex(where: { $0.card.id == card.id }) { states[index].details = .object(details) }
        let pairing = PanelPairing(states, site: site())
        let isPanel = card.kind == .touchPanel
        let pair = isPanel ? pairing.display(of: card.id) : pairing.panel(of: card.id)
        details[isPanel ? "display" : "panel"] = pair.map { .string(isPanel ? $0.display.text : $0.panel.text) }
        details["pairing"] = .string(pair?.basis.rawValue ?? "unknown")
        report.details = .object(details)
        if card.kind == .display {
            report.symptoms.append(Symptom(.displaySmall, sight(of: details, Equipment.list(states, pairing))))
        }
    }

    private func sight(of details: [String: JSONValue], _ equipment: [Equipment]) -> Symptom.Sight {
        let asking = rules(equipment).filter { $0.rule.inches != nil && ($0.met == .no || $0.met == .unconfirmed) }
        guard asking.contains(where: { $0.rule.required == .yes }) else { return .fine }
        // A size that is not read any more ends nothing, though it makes the rule unconfirmed.
        guard let inches = details["inches"]?.doubleValue else { return .unknown(reason: "sizeUnknown") }
        let broken = asking.first { $0.met == .no && !$0.rule.isLargeEnough(inches) }
        guard let rule = broken?.rule, let asked = rule.inches else { return .fine }
        return .wrong(evidence: "\(inches) in, rule \(rule.id) asks for \(asked) in")
    }
}

extension PanelPairing {
    package init(_ states: [DeviceState], site: [DeviceID: DeviceID]) {
        func glasses(_ kind: DeviceKind, _ size: (JSONValue) -> (width: Double, height: Double)?) -> [Glass] {
            states.filter { $0.card.kind == kind && $0.card.watch == .machine }.sorted { $0.card.id < $1.card.id }
                .map { Glass($0.card.id, size($0.details)) }
        }
        self.init(
            panels: glasses(.touchPanel, PanelPairing.panelSize),
            displays: glasses(.display) { details in
                guard let width = details["widthMm"]?.doubleValue, let height = details["heightMm"]?.doubleValue else {
                    return nil
                }
                return (width, height)
            }, site: site)
    }

    /// Units and units per millimetre (linux/input.h, struct input_absinfo); many panels leave the resolution at 0.
    private static func panelSize(_ details: JSONValue) -> (width: Double, height: Double)? {
        func length(_ name: String) -> Double? {
            let axis = details["axes"]?[name]
            guard let least = axis?["min"]?.doubleValue, let most = axis?["max"]?.doubleValue,
                let resolution = axis?["resolution"]?.doubleValue, resolution > 0, most > least
            else { return nil }
            return (most - least) / resolution
        }
        guard let width = length("x"), let height = length("y") else { return nil }
        return (width, height)
    }
}

extension AgentConfig {
    /// What the site says of its panels.
    var displaysOfPanels: [DeviceID: DeviceID] {
        Dictionary(devices.compactMap { device in device.display.map { (device.card.id, $0) } }) { first, _ in first }
    }
}

extension JSONValue {
    var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
