import DriverKit

/// Where fingers were is personal: without a technician's word positions are left out of a panel's recording, and what
/// remains is that it was touched, and when.
package struct ContactFilter: Sendable {
    /// ABS_X, ABS_Y, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TOOL_X, ABS_MT_TOOL_Y (linux/input-event-codes.h).
    private static let positions: Set<UInt16> = [0x00, 0x01, 0x35, 0x36, 0x3C, 0x3D]
    private static let absolute: UInt16 = 3

    package init() {}

    /// - Parameter bytes: whole `struct input_event` of 64-bit Linux, 24 bytes each.
    package func withoutPositions(_ bytes: [UInt8]) -> [UInt8] {
        stride(from: 0, to: bytes.count - bytes.count % InputEvent.byteCount, by: InputEvent.byteCount).flatMap {
            start in
            let event = bytes[start..<start + InputEvent.byteCount]
            let type = UInt16(event[start + 16]) | UInt16(event[start + 17]) << 8
            let code = UInt16(event[start + 18]) | UInt16(event[start + 19]) << 8
            return isPosition(type: type, code: code) ? [] : Array(event)
        }
    }

    package func isPosition(type: UInt16, code: UInt16) -> Bool {
        type == ContactFilter.absolute && ContactFilter.positions.contains(code)
    }
}
