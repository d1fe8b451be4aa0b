import DriverKit
import TouchPanelDriver
import ZoneTouch

/// The fingers on the simulated glass, and what the panel has said of them: each frame is the difference.
struct PanelGlass: Sendable {
    private struct Shown: Sendable, Hashable {
        var id: Int32
        var x: Int32
        var y: Int32
    }

    let kind: PanelKind
    var faults = PanelFaults()
    private(set) var fingers: [Int32: GlassPoint] = [:]
    private var shown: [Int32: Shown] = [:]
    private var lastTrackingID: Int32 = 0
    private var dice = PanelDice(seed: 1)

    init(_ kind: PanelKind) { self.kind = kind }

    var isTouched: Bool { !fingers.isEmpty || faults.stuck != nil }
    var shownCount: Int { shown.count }

    mutating func put(_ finger: GlassPoint?, slot: Int32) { fingers[slot] = finger }

    /// Lifted while nobody heard it.
    mutating func forget(slot: Int32) {
        fingers[slot] = nil
        shown[slot] = nil
    }

    /// The events that bring a reader up to date; none when nothing has changed.
    mutating func frame() -> [InputEvent] {
        let before = shown
        shown = wanted()
        guard shown != before else { return [] }
        switch kind {
        case .b: return slotEvents(from: before) + [.sync]
        case .a: return anonymousEvents
        case .point, .mouse: return pointEvents
        }
    }

    /// Everything, for a reader that knows nothing or has lost events.
    func state() -> [InputEvent] {
        switch kind {
        case .b:
            (0..<Int32(PanelKind.slots)).flatMap { slot -> [InputEvent] in
                shown[slot].map { contact(slot, $0, isNew: true) }
                    ?? [.absolute(InputCode.slot, slot), .absolute(InputCode.trackingID, -1)]
            } + [.sync]
        case .a: anonymousEvents
        case .point, .mouse: pointEvents
        }
    }

    private mutating func wanted() -> [Int32: Shown] {
        var places = fingers
        if let stuck = faults.stuck { places[PanelMove.stuckSlot] = stuck }
        if faults.hasExtra, let first = places.min(by: { $0.key < $1.key })?.value {
            for slot in 0..<Int32(PanelKind.slots + 2) where places[slot] == nil {
                let x = (first.x + 0.08 * Double(slot + 1)).truncatingRemainder(dividingBy: 1)
                places[slot] = GlassPoint(x: x, y: first.y)
            }
        }
        return places.sorted { $0.key < $1.key }.reduce(into: [:]) { all, entry in
            let noise = GlassPoint(x: dice.share() * 2 - 1, y: dice.share() * 2 - 1)
            guard let place = faults.place(entry.value, noise: noise) else { return }
            all[entry.key] = Shown(
                id: shown[entry.key]?.id ?? fresh(), x: PanelGlass.units(place.x), y: PanelGlass.units(place.y))
        }
    }

    private mutating func fresh() -> Int32 {
        lastTrackingID = lastTrackingID % 65535 + 1
        return lastTrackingID
    }

    private static func units(_ share: Double) -> Int32 { Int32((share * Double(PanelKind.most)).rounded()) }

    private func slotEvents(from before: [Int32: Shown]) -> [InputEvent] {
        let lifts = before.keys.filter { shown[$0] == nil }.sorted().flatMap {
            [InputEvent.absolute(InputCode.slot, $0), .absolute(InputCode.trackingID, -1)]
        }
        let changed = shown.filter { before[$0.key] != $0.value }.sorted { $0.key < $1.key }
        // A tracking id comes once: the kernel says nothing of what stays the same, and a second one is a second touch.
        return lifts + changed.flatMap { contact($0.key, $0.value, isNew: before[$0.key] == nil) }
    }

    private func contact(_ slot: Int32, _ shown: Shown, isNew: Bool) -> [InputEvent] {
        [.absolute(InputCode.slot, slot)] + (isNew ? [.absolute(InputCode.trackingID, shown.id)] : [])
            + [.absolute(InputCode.positionX, shown.x), .absolute(InputCode.positionY, shown.y)]
    }

    private var anonymousEvents: [InputEvent] {
        let end = InputEvent(type: InputCode.synchronization, code: InputCode.touchReport, value: 0)
        let touches = shown.sorted { $0.key < $1.key }.flatMap {
            [.absolute(InputCode.positionX, $0.value.x), .absolute(InputCode.positionY, $0.value.y), end]
        }
        // A frame without a touch has one end all the same.
        return (touches.isEmpty ? [end] : touches) + [.sync]
    }

    private var pointEvents: [InputEvent] {
        let button = kind == .mouse ? InputCode.leftButton : InputCode.touchButton
        let first = shown.min { $0.key < $1.key }?.value
        let place = first.map { [InputEvent.absolute(InputCode.x, $0.x), .absolute(InputCode.y, $0.y)] } ?? []
        return place + [InputEvent(type: InputCode.key, code: button, value: first == nil ? 0 : 1), .sync]
    }
}

/// Reproducible noise (SplitMix64, G. Steele and others, 2014).
struct PanelDice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func share() -> Double { Double.random(in: 0...1, using: &self) }
}

extension InputEvent {
    static let sync = InputEvent(type: InputCode.synchronization, code: InputCode.report, value: 0)
    static let dropped = InputEvent(type: InputCode.synchronization, code: InputCode.dropped, value: 0)

    static func absolute(_ code: UInt16, _ value: Int32) -> InputEvent {
        InputEvent(type: InputCode.absolute, code: code, value: value)
    }
}
