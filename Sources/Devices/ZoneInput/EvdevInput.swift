// Purpose: evdev nodes as event streams through libevdev, with the kernel's lost events made good.
// The only importer of CLibEvdev.
import CLibEvdev
import Dispatch
import DriverKit
import Glibc
import Synchronization
import ZoneLinux
import ZoneModel

package struct EvdevOpener: InputOpener {
    package init() {}

    package func open(_ attachment: Attachment) async throws(DeviceError) -> any InputSource {
        guard case .node(let path, let properties) = attachment else {
            throw DeviceError(.unsupported, doing: "open input device", "not a device node")
        }
        let descriptor: OwnedFD
        do {
            descriptor = try OwnedFD(path: path, flags: O_RDONLY | O_NONBLOCK)
        } catch {
            throw DeviceError(EvdevOpener.code(error.errno), doing: "open \(path)", error.description)
        }
        return try EvdevSource(descriptor, path: path, serial: properties["ID_SERIAL_SHORT"])
    }

    private static func code(_ number: CInt) -> DeviceError.Code {
        switch number {
        case EACCES, EPERM: .permission
        case ENOENT, ENODEV, ENXIO: .absent
        case EBUSY: .busy
        default: .ioFailed
        }
    }
}

/// libevdev's device; freed with its owner. Used on one queue only, the one of the `ReadingThread`.
private struct EvdevHandle: ~Copyable, @unchecked Sendable {  // protector of `pointer`: the stream's serial queue
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { libevdev_free(pointer) }
}

private final class EvdevSource: InputSource {
    let capabilities: InputCapabilities
    private let path: String
    private let isMonotonic: Bool
    private let device: EvdevHandle
    private let descriptor: Mutex<OwnedFD?>
    private let stream = Mutex<ReadingThread?>(nil)
    private let reader = Mutex<(@Sendable ([InputEvent]) -> Void)?>(nil)
    /// The descriptor's number may be another file's by now. Written and read on the stream's queue.
    private let isEnded = Atomic(false)

    init(_ descriptor: consuming OwnedFD, path: String, serial: String?) throws(DeviceError) {
        var pointer: OpaquePointer?
        let result = libevdev_new_from_fd(descriptor.raw, &pointer)
        guard result == 0, let pointer else {
            // Pulled out again in the moment between the announcement and the opening.
            let code: DeviceError.Code = -result == ENODEV ? .absent : .wrongHardware
            throw DeviceError(code, doing: "open \(path)", SystemError("libevdev", -result).description)
        }
        // The clock that never steps; the kernel's own choice is the wall's (Documentation/input/event-codes.rst has
        // none, input.h has EVIOCSCLOCKID). One that refuses, as before Linux 3.4, keeps its own.
        isMonotonic = libevdev_set_clock_id(pointer, CLOCK_MONOTONIC) == 0
        device = EvdevHandle(pointer)
        capabilities = EvdevSource.capabilities(of: pointer, serial: serial)
        self.path = path
        self.descriptor = Mutex(descriptor)
    }

    func stampNow() -> Int64? { isMonotonic ? EvdevState.now() : nil }

    func start(onEvents: @escaping @Sendable ([InputEvent]) -> Void, onEnd: @escaping @Sendable (DeviceError) -> Void) {
        guard let fd = descriptor.withLock({ $0.take() }) else { return }
        let path = path
        reader.withLock { $0 = onEvents }
        // Before anything is read, so still alone with the device.
        onEvents(EvdevState.events(of: device.pointer))
        let stream = ReadingThread(
            adopting: fd, label: "evdev",
            onReadable: { _ in self.drain(onEvents) },
            onEnd: {
                self.isEnded.store(true, ordering: .relaxed)
                self.reader.withLock { $0 = nil }
                onEnd(DeviceError(.absent, doing: "read \(path)", "unplugged"))
            })
        self.stream.withLock { $0 = stream }
    }

    func setGrabbed(_ isGrabbed: Bool) async throws(DeviceError) {
        let doing = (isGrabbed ? "grab " : "let go of ") + path
        guard let stream = stream.withLock({ $0 }), let onEvents = reader.withLock({ $0 }) else {
            throw DeviceError(.absent, doing: doing, "not open")
        }
        let result: CInt = await withCheckedContinuation { answer in
            stream.queue.async {
                guard !self.isEnded.load(ordering: .relaxed) else { return answer.resume(returning: -ENODEV) }
                let result = libevdev_grab(self.device.pointer, isGrabbed ? LIBEVDEV_GRAB : LIBEVDEV_UNGRAB)
                // What came before the grab came to others, too: who asks must know it.
                if !self.drain(onEvents) { stream.cancel() }
                answer.resume(returning: result)
            }
        }
        guard result != 0 else { return }
        let code: DeviceError.Code = result == -EBUSY ? .busy : result == -ENODEV ? .absent : .ioFailed
        throw DeviceError(code, doing: doing, SystemError("libevdev_grab", -result).description)
    }

    func close() { stream.withLock { $0 }?.cancel() }

    /// Reads until there is no more. After SYN_DROPPED libevdev asks the kernel for the present state and plays the
    /// difference as events (libevdev.h, "SYN_DROPPED handling").
    /// - Returns: `false` when the device is gone.
    private func drain(_ deliver: ([InputEvent]) -> Void) -> Bool {
        var events: [InputEvent] = []
        defer { if !events.isEmpty { deliver(events) } }
        var mode = LIBEVDEV_READ_FLAG_NORMAL.rawValue
        while true {
            var event = input_event()
            let status = libevdev_next_event(device.pointer, mode, &event)
            switch status {
            case Int32(LIBEVDEV_READ_STATUS_SUCCESS.rawValue): events.append(InputEvent(event))
            case Int32(LIBEVDEV_READ_STATUS_SYNC.rawValue):
                events.append(InputEvent(event))
                mode = LIBEVDEV_READ_FLAG_SYNC.rawValue
            case -EAGAIN where mode == LIBEVDEV_READ_FLAG_SYNC.rawValue: mode = LIBEVDEV_READ_FLAG_NORMAL.rawValue
            case -EAGAIN: return true
            case -EINTR: continue
            default: return false
            }
        }
    }

    private static func capabilities(of device: OpaquePointer, serial: String?) -> InputCapabilities {
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
        let uniq = text(libevdev_get_uniq(device))
        return InputCapabilities(
            name: text(libevdev_get_name(device)) ?? "", physicalPath: text(libevdev_get_phys(device)),
            serial: [serial, uniq].compactMap(\.self).first { !$0.isEmpty },
            bus: UInt16(truncatingIfNeeded: libevdev_get_id_bustype(device)),
            vendor: UInt16(truncatingIfNeeded: libevdev_get_id_vendor(device)),
            product: UInt16(truncatingIfNeeded: libevdev_get_id_product(device)),
            version: UInt16(truncatingIfNeeded: libevdev_get_id_version(device)),
            slots: max(0, Int(libevdev_get_num_slots(device))),
            // libevdev says -1 without ABS_MT_SLOT, and passes events of protocol A on as they are.
            isAnonymous: libevdev_get_num_slots(device) < 0 && axis(device, UInt32(ABS_MT_POSITION_X)) != nil,
            x: axis(device, UInt32(ABS_MT_POSITION_X)) ?? axis(device, UInt32(ABS_X)),
            y: axis(device, UInt32(ABS_MT_POSITION_Y)) ?? axis(device, UInt32(ABS_Y)), simulated: false)
    }

    private static func axis(_ device: OpaquePointer, _ code: UInt32) -> InputCapabilities.Axis? {
        guard let info = libevdev_get_abs_info(device, code) else { return nil }
        return .init(
            minimum: info.pointee.minimum, maximum: info.pointee.maximum, resolution: info.pointee.resolution)
    }
}

extension InputEvent {
    fileprivate init(_ event: input_event) {
        self.init(
            microseconds: Int64(event.time.tv_sec) * 1_000_000 + Int64(event.time.tv_usec), type: event.type,
            code: event.code, value: event.value)
    }
}
