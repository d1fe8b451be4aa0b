import Crypto
import ZoneModel
import ZoneWire

/// The devices of one simulated node: a panel, a printer, a sign and a box, and what is wrong with them.
struct SimulatedDevices {
    struct Card {
        let id: String
        let kind: DeviceKind
        let place: String
    }

    static let cards = [
        Card(id: "touch-1", kind: .touchPanel, place: "大厅"), Card(id: "printer-1", kind: .printer, place: "咨询台旁"),
        Card(id: "led-1", kind: .ledDisplay, place: "门口"), Card(id: "box-1", kind: .suggestionBox, place: "门口"),
    ]

    let name: String
    let isDemo: Bool
    let serial: String
    /// By index of `Trouble.all`: ms since the run's base at which it was raised, a whole second.
    private(set) var open: [UInt8: Int64] = [:]
    private(set) var deposits: Int64 = 0

    init(name: String, isDemo: Bool, serial: String) { (self.name, self.isDemo, self.serial) = (name, isDemo, serial) }

    mutating func raise(_ trouble: UInt8, at: Int64) { open[trouble] = at }

    /// - Returns: when it was raised.
    mutating func clear(_ trouble: UInt8) -> Int64? { open.removeValue(forKey: trouble) }
    mutating func noteDeposit() { deposits += 1 }

    private func isSilent(_ device: Int) -> Bool {
        open.keys.contains { Trouble.all[Int($0)].device == device && Trouble.all[Int($0)].isSilence }
    }

    /// As the control API and the heartbeat show it.
    func json(base: WallTime, skew: Int64, seenAt: WallTime) -> ZoneStateJSON {
        let devices = SimulatedDevices.cards.indices.map { index in
            device(index, base: base, skew: skew, seenAt: seenAt)
        }
        return ZoneStateJSON(name: name, purpose: isDemo ? "demo" : "production", type: "hall", devices: devices)
    }

    private func device(_ index: Int, base: WallTime, skew: Int64, seenAt: WallTime) -> DeviceJSON {
        let card = SimulatedDevices.cards[index]
        var state = DeviceState(card: DeviceCard(id: DeviceID(card.kind, 1), kind: card.kind, place: card.place))
        let isSilent = isSilent(index)
        (state.presence, state.link) = (isSilent ? .unknown : .present, isSilent ? .down : .up)
        state.activity = isSilent ? .unknown : .idle
        state.identity = Identity(vendor: "Simulated", model: card.kind.rawValue, serial: "\(serial)-\(index)")
        (state.simulated, state.lastSeen) = (true, seenAt)
        if card.kind == .suggestionBox, deposits > 0 { state.counts = ["deposits": deposits] }
        state.conditions = open.filter { Int(Trouble.all[Int($0.key)].device) == index }.map { entry in
            let code = Trouble.all[Int(entry.key)].code
            return Condition(
                code: code, severity: code.severity, since: base.advanced(byMilliseconds: entry.value + skew),
                lastSeen: seenAt, fixer: code.fixer, evidence: "simulated", simulated: true)
        }
        return DeviceJSON(state)
    }
}

/// A state with the name by which hub and node speak of it, written once for as long as it stays the same.
struct PreparedState {
    let hash: String
    let text: [UInt8]
    let state: ZoneStateJSON

    /// - Throws: never for these values; the encoder's signature says so.
    init(_ state: ZoneStateJSON) throws {
        self.state = state
        text = try WireCoding.encode(state)
        hash = Hex.text(SHA256.hash(data: try WireCoding.encode(StateFingerprint(state))))
    }
}
