// Purpose: touch panels by input events: contacts, activity, identity. Must not know where the events come from.
import DriverKit

/// Codes of linux/input-event-codes.h that a panel uses.
package enum InputCode {
    package static let synchronization: UInt16 = 0x00
    package static let key: UInt16 = 0x01
    package static let absolute: UInt16 = 0x03

    package static let report: UInt16 = 0
    /// SYN_MT_REPORT: the end of one touch in protocol A.
    package static let touchReport: UInt16 = 2
    package static let dropped: UInt16 = 3
    package static let leftButton: UInt16 = 0x110
    package static let touchButton: UInt16 = 0x14A
    package static let x: UInt16 = 0x00
    package static let y: UInt16 = 0x01
    package static let slot: UInt16 = 0x2F
    package static let positionX: UInt16 = 0x35
    package static let positionY: UInt16 = 0x36
    package static let trackingID: UInt16 = 0x39
}
