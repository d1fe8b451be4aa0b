// Purpose: touch panels by input events: contacts, activity, identity. Must not know where the events come from.
import DriverKit

/// Codes of linux/input-event-codes.h that a panel uses.
package enum InputCode {
    package static let synchronization: UInt16 = 0x00
    package static let key: UInt16 = 0x01
    package static let absolute: UInt16 = 0x03

    package static let report: UInt16 = 0
    package static let dropped: UInt16 = 3
    package static let touchButton: UInt16 = 0x14A
    package static let slot: UInt16 = 0x2F
    package static let positionX: UInt16 = 0x35
    package static let positionY: UInt16 = 0x36
    package static let trackingID: UInt16 = 0x39
}

/// Follows multitouch protocol B (Documentation/input/multi-touch-protocol.rst): which slots hold a contact.
/// A panel without slots is followed by BTN_TOUCH. Nothing of it is ever stored.
package struct SlotTracker: Sendable, Equatable {
    package struct Contact: Sendable, Equatable {
        package var trackingID: Int32
        package var x: Int32?
        package var y: Int32?
    }

    package private(set) var contacts: [Int: Contact] = [:]
    /// Times that events were lost between the panel and us.
    package private(set) var droppedCount = 0
    private let slotCount: Int
    private var currentSlot = 0
    private var isButtonDown = false

    /// - Parameter slotCount: as the panel declares; events for higher slots are ignored.
    package init(slotCount: Int) { self.slotCount = slotCount }

    package var isTouched: Bool { slotCount > 0 ? !contacts.isEmpty : isButtonDown }

    package mutating func take(_ event: InputEvent) {
        switch (event.type, event.code) {
        case (InputCode.synchronization, InputCode.dropped): droppedCount += 1
        case (InputCode.key, InputCode.touchButton): isButtonDown = event.value != 0
        case (InputCode.absolute, InputCode.slot): currentSlot = Int(event.value)
        case (InputCode.absolute, InputCode.trackingID): track(event.value)
        case (InputCode.absolute, InputCode.positionX): contacts[currentSlot]?.x = event.value
        case (InputCode.absolute, InputCode.positionY): contacts[currentSlot]?.y = event.value
        default: break
        }
    }

    private mutating func track(_ id: Int32) {
        guard (0..<slotCount).contains(currentSlot) else { return }
        contacts[currentSlot] = id < 0 ? nil : Contact(trackingID: id)
    }
}
