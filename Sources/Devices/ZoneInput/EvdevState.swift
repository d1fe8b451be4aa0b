import CLibEvdev
import DriverKit
import Glibc

/// What a device has at its opening, as a frame of ordinary events: what lies on it already, and the positions that the
/// kernel will not send again because they do not differ.
enum EvdevState {
    /// µs of the clock that the device was opened with.
    static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    static func events(of device: OpaquePointer) -> [InputEvent] {
        let stamp = now()
        let slots = libevdev_get_num_slots(device)
        let told = slots > 0 ? slotted(device, slots) : pointed(device)
        return (told + [(EV_SYN, SYN_REPORT, 0)]).map { type, code, value in
            InputEvent(microseconds: stamp, type: UInt16(type), code: UInt16(code), value: value)
        }
    }

    private static func slotted(_ device: OpaquePointer, _ slots: CInt) -> [(CInt, CInt, CInt)] {
        let places = (0..<slots).flatMap { slot in
            let codes = [ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID]
            return [(EV_ABS, ABS_MT_SLOT, slot)]
                + codes.map { (EV_ABS, $0, libevdev_get_slot_value(device, UInt32(slot), UInt32($0))) }
        }
        return places + [(EV_ABS, ABS_MT_SLOT, libevdev_get_current_slot(device))]
    }

    private static func pointed(_ device: OpaquePointer) -> [(CInt, CInt, CInt)] {
        let held = [(EV_ABS, ABS_X), (EV_ABS, ABS_Y), (EV_KEY, BTN_TOUCH), (EV_KEY, BTN_LEFT)]
        return held.compactMap { type, code in
            guard libevdev_has_event_code(device, UInt32(type), UInt32(code)) == 1 else { return nil }
            let value = libevdev_get_event_value(device, UInt32(type), UInt32(code))
            return type == EV_KEY && value == 0 ? nil : (type, code, value)
        }
    }
}
