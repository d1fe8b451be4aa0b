import DriverKit

/// A touch as it stands in a frame: who it is to the panel, and where.
struct SampledContact: Sendable, Hashable {
    var key: Int
    var x: Int32?
    var y: Int32?
}

/// What is on the glass at the end of a frame.
struct ContactSample: Sendable, Hashable {
    var present: [SampledContact] = []
    /// Came and went within the frame.
    var passing: [SampledContact] = []
}

/// Collects the events of a frame.
protocol ContactSampler: Sendable {
    mutating func take(_ event: InputEvent)
    /// At SYN_REPORT.
    mutating func sample() -> ContactSample
}

/// Protocol B: the kernel keeps each slot's state and sends what changes. A new tracking id is a new touch, whether
/// the old one was ended by -1 or not.
///
/// A hundred times a second with ten fingers: short lists that are walked through cost a fifth of dictionaries.
struct SlotSampler: ContactSampler {
    /// The kernel makes no panel with more (input_mt_init_slots).
    private static let mostSlots = 1024

    private struct Slot: Sendable {
        let number: Int
        var contact: SampledContact
    }

    private let count: Int
    private var current = 0
    /// In the order of their keys: a new one has the highest.
    private var touched: [Slot] = []
    /// Where the current slot is among them.
    private var place: Int?
    private var passing: [SampledContact] = []
    private var lastKey = 0
    /// Up to here the last frame has told: only such a touch can have been seen by anybody.
    private var lastTold = 0
    /// A slot keeps its position from touch to touch, and the kernel sends only what differs (drivers/input/input.c,
    /// input_handle_abs_event): of a second touch on the same column there is no ABS_MT_POSITION_X.
    private var last: [(x: Int32?, y: Int32?)]

    /// - Parameter count: as the panel declares; events for other slots are not believed.
    init(count: Int) {
        self.count = max(0, min(count, SlotSampler.mostSlots))
        last = Array(repeating: (nil, nil), count: self.count)
    }

    mutating func take(_ event: InputEvent) {
        guard event.type == InputCode.absolute else { return }
        switch event.code {
        case InputCode.slot:
            current = Int(event.value)
            place = touched.firstIndex { $0.number == current }
        case InputCode.trackingID: track(event.value)
        case InputCode.positionX:
            if last.indices.contains(current) { last[current].x = event.value }
            if let place { touched[place].contact.x = event.value }
        case InputCode.positionY:
            if last.indices.contains(current) { last[current].y = event.value }
            if let place { touched[place].contact.y = event.value }
        default: break
        }
    }

    private mutating func track(_ id: Int32) {
        guard (0..<count).contains(current) else { return }
        if let place {
            let old = touched.remove(at: place).contact
            self.place = nil
            if old.key > lastTold, passing.count < count { passing.append(old) }
        }
        guard id >= 0 else { return }
        lastKey += 1
        place = touched.count
        touched.append(
            Slot(number: current, contact: SampledContact(key: lastKey, x: last[current].x, y: last[current].y)))
    }

    mutating func sample() -> ContactSample {
        defer { (lastTold, passing) = (lastKey, []) }
        return ContactSample(present: touched.map(\.contact), passing: passing)
    }
}

/// One point and a button. Positions may come before the button within a frame, so it is looked at as a whole.
struct PointSampler: ContactSampler {
    private var isDown = false
    private var wasDown = false
    private var hasFlashed = false
    private var key = 0
    private var (x, y): (Int32?, Int32?) = (nil, nil)

    mutating func take(_ event: InputEvent) {
        switch (event.type, event.code) {
        case (InputCode.absolute, InputCode.x): x = event.value
        case (InputCode.absolute, InputCode.y): y = event.value
        case (InputCode.key, InputCode.touchButton), (InputCode.key, InputCode.leftButton): press(event.value != 0)
        default: break
        }
    }

    private mutating func press(_ isPressed: Bool) {
        if isPressed, !isDown { key += 1 }
        if !isPressed, isDown, !wasDown { hasFlashed = true }
        isDown = isPressed
    }

    mutating func sample() -> ContactSample {
        defer { (wasDown, hasFlashed) = (isDown, false) }
        let point = SampledContact(key: key, x: x, y: y)
        return ContactSample(
            present: isDown ? [point] : [], passing: hasFlashed && !isDown ? [point] : [])
    }
}
