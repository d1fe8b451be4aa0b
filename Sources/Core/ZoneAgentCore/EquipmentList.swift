import ZoneConfig
import ZoneModel
import ZonePolicy

/// What is on the zone's list, as far as rules look at it.
extension Equipment {
    static func list(of config: AgentConfig, _ board: Board) -> [Equipment] {
        // A demo zone counts its simulated devices, a real one does not.
        let states = board.states.filter { !$0.simulated || config.purpose == .demo }
        // A kiosk's own PC is no query device beside its panel (decision 0008).
        let own = states.contains { $0.card.kind == .touchPanel } ? states.firstIndex { $0.card.kind == .queryPC } : nil
        let counted = states.enumerated().filter { $0.offset != own }.map(\.element)
        return list(counted, PanelPairing(counted, site: config.displaysOfPanels))
    }

    /// A panel is as large as the display on which it lies.
    static func list(_ states: [DeviceState], _ pairing: PanelPairing) -> [Equipment] {
        let inches = Dictionary(states.map { ($0.card.id, $0.details["inches"]?.doubleValue) }) { first, _ in first }
        return states.map { state in
            let display = pairing.display(of: state.card.id)?.display ?? state.card.id
            return Equipment(kinds: state.kinds, inches: inches[display] ?? nil)
        }
    }
}

extension DeviceState {
    /// A machine that prints and scans is asked for as printer and as copier, and is one asset: a kiosk copies by scanning
    /// and printing (decision 0025).
    fileprivate var kinds: Set<DeviceKind> {
        switch card.kind {
        case .printer where hasScanner: [.printer, .copier]
        // Whatever kind the profile gives it, the agent prints on it. One that a person looks after is a photocopier.
        case .copier where card.watch == .machine: [.printer, .copier]
        default: [card.kind]
        }
    }

    /// Whether it works does not matter here: a silent scanner is not in the details, and has `scan.failed`.
    private var hasScanner: Bool {
        if case .object? = details["scanner"] { return true }
        return conditions.contains { $0.code == .scanFailed }
    }
}
