import DriverKit

/// A panel and its events, as evemu writes them: one file from evemu-record, or what evemu-describe says and events behind
/// it (format 1.3; the older ones have fewer fields and are read too). Codes are those of linux/input-event-codes.h.
package struct EvemuFile: Sendable, Hashable {
    /// One absolute axis, line `A:`.
    package struct Axis: Sendable, Hashable {
        package var minimum: Int32
        package var maximum: Int32
        package var fuzz: Int32 = 0
        package var flat: Int32 = 0
        package var resolution: Int32 = 0
    }

    package var name: String
    package var bus: UInt16
    package var vendor: UInt16
    package var product: UInt16
    package var version: UInt16
    /// Numbers of input properties, `P:`.
    package var properties: Set<UInt16> = []
    /// Codes by type of event, `B:`. Under type 0 evdev lists the types themselves.
    package var codes: [UInt16: Set<UInt16>] = [:]
    package var axes: [UInt16: Axis] = [:]
    /// With stamps that never run backwards.
    package var events: [InputEvent] = []
}

extension EvemuFile {
    /// More make a recording that is longer than one may be.
    package static let mostEvents = 400_000

    enum Code {
        static let key: UInt16 = 1
        static let relative: UInt16 = 2
        static let absolute: UInt16 = 3
        static let miscellaneous: UInt16 = 4
        static let leftButton: UInt16 = 0x110
        static let touchButton: UInt16 = 0x14A
        static let (x, y): (UInt16, UInt16) = (0x00, 0x01)
        static let slot: UInt16 = 0x2F
        static let (positionX, positionY): (UInt16, UInt16) = (0x35, 0x36)
        static let trackingID: UInt16 = 0x39
        /// INPUT_PROP_DIRECT: what is touched is what is seen.
        static let direct: UInt16 = 1
    }

    /// How many codes each type has; types that no panel sends are not described.
    static let codeCounts: [UInt16: UInt16] = [
        Code.key: 0x300, Code.relative: 0x10, Code.absolute: 0x40, Code.miscellaneous: 0x08,
    ]

    /// What the panel says of itself, for a recording's greeting.
    package var capabilities: InputCapabilities {
        func axis(_ codes: UInt16...) -> InputCapabilities.Axis? {
            codes.lazy.compactMap { axes[$0] }.first.map {
                .init(minimum: $0.minimum, maximum: $0.maximum, resolution: $0.resolution)
            }
        }
        // The kernel has no panel with more (TRKID_MAX and input_mt_init_slots refuse them).
        let slots = axes[Code.slot].map { min(max(0, Int($0.maximum) + 1), 1024) } ?? 0
        return InputCapabilities(
            name: name, bus: bus, vendor: vendor, product: product, version: version, slots: slots,
            isAnonymous: slots == 0 && axes[Code.positionX] != nil, x: axis(Code.positionX, Code.x),
            y: axis(Code.positionY, Code.y), simulated: false)
    }

    /// Whether somebody can see from it where fingers were.
    package var hasPositions: Bool {
        let filter = ContactFilter()
        return events.contains { filter.isPosition(type: $0.type, code: $0.code) }
    }

    /// The greeting of a recording has no lists of codes: they are what such a panel must have, and what it sent.
    package init(of panel: InputCapabilities, events: [InputEvent]) {
        self.init(
            name: panel.name, bus: panel.bus, vendor: panel.vendor, product: panel.product, version: panel.version,
            events: events)
        describe(panel)
        for event in events { admit(event) }
        for type in codes.keys { codes[0, default: [0]].insert(type) }
    }

    private mutating func describe(_ panel: InputCapabilities) {
        func axis(_ axis: InputCapabilities.Axis) -> Axis {
            Axis(minimum: axis.minimum, maximum: axis.maximum, resolution: axis.resolution)
        }
        let isMouse = events.contains { $0.type == Code.key && $0.code == Code.leftButton }
        if !isMouse { properties = [Code.direct] }
        codes[Code.key] = [isMouse ? Code.leftButton : Code.touchButton]
        // Drivers of the kernel give a multitouch panel the axes of a single touch too (input_mt_report_pointer_emulation).
        axes[Code.x] = panel.x.map(axis)
        axes[Code.y] = panel.y.map(axis)
        if panel.slots > 0 || panel.isAnonymous == true {
            axes[Code.positionX] = panel.x.map(axis)
            axes[Code.positionY] = panel.y.map(axis)
        }
        if panel.slots > 0 {
            axes[Code.slot] = Axis(minimum: 0, maximum: Int32(clamping: panel.slots - 1))
            axes[Code.trackingID] = Axis(minimum: 0, maximum: 65535)
        }
        codes[Code.absolute] = Set(axes.keys)
    }

    /// An axis that nobody described reaches as far as it was seen to reach.
    private mutating func admit(_ event: InputEvent) {
        guard let count = EvemuFile.codeCounts[event.type], event.code < count else { return }
        // A panel without slots does not get any because somebody sent one: it would be another panel.
        let isForeign =
            event.type == Code.absolute && EvemuFile.described.contains(event.code) && axes[event.code] == nil
        guard !isForeign else { return }
        let isNew = codes[event.type, default: []].insert(event.code).inserted
        guard event.type == Code.absolute else { return }
        if isNew { axes[event.code] = Axis(minimum: min(0, event.value), maximum: max(1, event.value)) }
        guard !EvemuFile.described.contains(event.code), var axis = axes[event.code] else { return }
        (axis.minimum, axis.maximum) = (min(axis.minimum, event.value), max(axis.maximum, event.value))
        axes[event.code] = axis
    }

    private static let described: Set<UInt16> = [
        Code.x, Code.y, Code.slot, Code.positionX, Code.positionY, Code.trackingID,
    ]
}
