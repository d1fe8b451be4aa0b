import ZoneConfig
import ZoneLinux
import ZoneModel
import ZonePolicy
import ZoneWire

/// What the district's rules say about the devices on the list.
struct PolicyView: Sendable {
    private let policy: Policy

    /// Shipped files first, then the site's.
    init(places: Places) {
        let sources = [places.shippedPolicy, places.sitePolicy].flatMap { folder in
            SmallFile.list(folder).filter { $0.hasSuffix(".yaml") }.map { name in
                let path = "\(folder)/\(name)"
                return Policy.Source(path: path, text: (try? SmallFile.read(path, limit: 256 * 1024)) ?? "unreadable")
            }
        }
        policy = Policy(sources)
    }

    func results(for type: ZoneType, _ equipment: [Equipment]) -> [RuleResult] {
        policy.evaluate(zoneType: type.rawValue, equipment: equipment)
    }

    /// Of the zone with what is on its list now.
    func json(for config: AgentConfig, _ board: Board) -> PolicyJSON {
        let states = board.states
        // A kiosk's own PC is no query device beside its panel (decision 0008).
        let own = states.contains { $0.card.kind == .touchPanel } ? states.firstIndex { $0.card.kind == .queryPC } : nil
        let counted = states.enumerated().filter { $0.offset != own }.map(\.element)
        return json(for: config.type, Equipment.list(counted, PanelPairing(counted, site: config.displaysOfPanels)))
    }

    func json(for type: ZoneType, _ equipment: [Equipment]) -> PolicyJSON {
        let rules = results(for: type, equipment).map { result in
            PolicyJSON.RuleJSON(
                id: result.rule.id.text, notice: result.rule.notice, clause: result.rule.clause,
                text: result.rule.text, anyOf: result.rule.anyOf, count: result.rule.count,
                required: result.rule.required.rawValue, have: result.have, met: result.met.rawValue)
        }
        return PolicyJSON(district: policy.district, rules: rules, complaints: policy.complaints.map { "\($0)" })
    }
}
