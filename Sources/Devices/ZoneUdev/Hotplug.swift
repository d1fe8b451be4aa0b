// Purpose: what is plugged in, said by libudev alone: the list at start and every change after it.
// The only importer of CUdev.
import CUdev
import Glibc
import ZoneLinux
import ZoneModel

package enum HotplugEvent: Sendable, Hashable {
    case present(UdevDevice)
    /// Everything that was there at the start has been told.
    case listed
    case removed(sysPath: String)
}

package struct UdevUnavailable: Error, CustomStringConvertible {
    package let call: String
    package var description: String { "libudev: \(call) failed" }
}

/// Devices of some subsystems. Present ones come first; the monitor is armed before the list is made, so none is
/// missed in between (one may come twice).
package struct Hotplug: Sendable {
    package let events: AsyncStream<HotplugEvent>
    private let stream: ReadableStream

    /// - Parameter subsystems: such as `input`; only devices with a node are told.
    package init(subsystems: Set<String>) throws {
        guard let context = udev_new() else { throw UdevUnavailable(call: "udev_new") }
        let monitor = try MonitorHandle(context: context, subsystems: subsystems)
        let (events, output) = AsyncStream.makeStream(of: HotplugEvent.self, bufferingPolicy: .bufferingNewest(1024))
        // The monitor's descriptor is closed by libudev; the stream closes a duplicate of it.
        let duplicate = dup(udev_monitor_get_fd(monitor.pointer))
        guard duplicate >= 0 else { throw SystemError("dup") }
        let devices = Hotplug.list(monitor.context, subsystems)
        monitor.told.remember(devices)
        for device in devices { output.yield(.present(device)) }
        output.yield(.listed)
        stream = ReadableStream(
            adopting: OwnedFD(adopting: duplicate), label: "udev",
            onReadable: { _ in
                while let events = monitor.next() { for event in events { output.yield(event) } }
                return true
            },
            onEnd: { output.finish() })
        self.events = events
    }

    package func close() { stream.cancel() }

    /// What is plugged in now, once.
    package static func present(subsystems: Set<String>) throws(UdevUnavailable) -> [UdevDevice] {
        guard let context = udev_new() else { throw UdevUnavailable(call: "udev_new") }
        defer { udev_unref(context) }
        return list(context, subsystems)
    }

    private static func list(_ context: OpaquePointer, _ subsystems: Set<String>) -> [UdevDevice] {
        guard let enumeration = udev_enumerate_new(context) else { return [] }
        defer { udev_enumerate_unref(enumeration) }
        // Several matches are alternatives; none would be everything.
        for subsystem in subsystems { udev_enumerate_add_match_subsystem(enumeration, subsystem) }
        udev_enumerate_scan_devices(enumeration)
        var devices: [UdevDevice] = []
        var entry = udev_enumerate_get_list_entry(enumeration)
        while let current = entry {
            if let path = udev_list_entry_get_name(current),
                let device = udev_device_new_from_syspath(context, path)
            {
                if let found = UdevDevice(device) { devices.append(found) }
                udev_device_unref(device)
            }
            entry = udev_list_entry_get_next(current)
        }
        return devices
    }
}

/// libudev's context and monitor, freed together.
private final class MonitorHandle: @unchecked Sendable {  // protector of all: the stream's serial queue, once it runs
    let context: OpaquePointer
    let pointer: OpaquePointer
    var told = ToldDisplays()

    init(context: OpaquePointer, subsystems: Set<String>) throws(UdevUnavailable) {
        guard let monitor = udev_monitor_new_from_netlink(context, "udev") else {
            udev_unref(context)
            throw UdevUnavailable(call: "udev_monitor_new_from_netlink")
        }
        (self.context, pointer) = (context, monitor)
        guard subsystems.allSatisfy({ udev_monitor_filter_add_match_subsystem_devtype(monitor, $0, nil) >= 0 }),
            udev_monitor_enable_receiving(monitor) >= 0
        else { throw UdevUnavailable(call: "udev_monitor_enable_receiving") }
    }

    /// - Returns: what one message tells, which may be nothing; `nil` when there is none.
    func next() -> [HotplugEvent]? {
        while let device = udev_monitor_receive_device(pointer) {
            defer { udev_device_unref(device) }
            guard let action = udev_device_get_action(device), let path = udev_device_get_syspath(device) else {
                continue
            }
            let sysPath = String(cString: path)
            let isDisplay =
                udev_device_get_subsystem(device).map { String(cString: $0) } == UdevDevice.displaySubsystem
            if String(cString: action) == "remove" {
                let event = HotplugEvent.removed(sysPath: sysPath)
                return isDisplay ? told.news([event]) : [event]
            }
            let found = UdevDevice(device).map { [HotplugEvent.present($0)] } ?? []
            guard isDisplay else { return found }
            return told.news(found + UdevDevice.connectors(ofCard: sysPath))
        }
        return nil
    }

    deinit {
        udev_monitor_unref(pointer)
        udev_unref(context)
    }
}
