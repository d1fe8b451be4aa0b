import DriverKit
import FoundationEssentials

/// The bytes of `struct input_event` (linux/input.h, 64-bit, little-endian): seconds, microseconds, type, code, value.
package enum InputFrames {
    package static func encode(_ event: InputEvent) -> [UInt8] {
        little(event.microseconds / 1_000_000) + little(event.microseconds % 1_000_000)
            + little(event.type) + little(event.code) + little(event.value)
    }

    /// What a panel says it can do, as one object of JSON: how streams and recordings begin.
    package static func greeting(_ capabilities: InputCapabilities) -> [UInt8] {
        (try? JSONEncoder().encode(capabilities)).map { Array($0) } ?? []
    }

    /// `nil` for what is none.
    package static func capabilities(_ greeting: [UInt8]) -> InputCapabilities? {
        try? JSONDecoder().decode(InputCapabilities.self, from: Data(greeting))
    }

    /// Whole events from the front of `bytes`; what is left of an incomplete one stays in `bytes`.
    package static func decode(_ bytes: inout [UInt8]) -> [InputEvent] {
        let count = bytes.count / InputEvent.byteCount
        let events = (0..<count).map { decodeOne(bytes[($0 * InputEvent.byteCount)...]) }
        bytes.removeFirst(count * InputEvent.byteCount)
        return events
    }

    private static func decodeOne(_ bytes: ArraySlice<UInt8>) -> InputEvent {
        let seconds = integer(bytes, at: 0, Int64.self)
        let rest = integer(bytes, at: 8, Int64.self)
        // Times from a wire may be any 64 bits: wrapping arithmetic, because a trap would be a way to stop the agent.
        return InputEvent(
            microseconds: seconds &* 1_000_000 &+ rest, type: integer(bytes, at: 16, UInt16.self),
            code: integer(bytes, at: 18, UInt16.self), value: integer(bytes, at: 20, Int32.self))
    }

    private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func integer<Value: FixedWidthInteger>(
        _ bytes: ArraySlice<UInt8>, at offset: Int, _ type: Value.Type
    ) -> Value {
        var value: Value = 0
        for index in 0..<MemoryLayout<Value>.size {
            value |= Value(truncatingIfNeeded: bytes[bytes.startIndex + offset + index]) << Value(8 * index)
        }
        return value
    }
}
