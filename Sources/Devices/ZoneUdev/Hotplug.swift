// Purpose: what is plugged in, said by libudev alone: the list at start and every change after it.
// The only importer of CUdev.
import CUdev
import Glibc
import ZoneLinux
import ZoneModel

/// A device node that udev has finished with.
package struct UdevDevice: Sendable, Hashable {
    /// Names the device while it is plugged, for example `/sys/devices/…/input/input5/event3`.
    package var sysPath: String
    package var node: String
    package var properties: [String: String]

    package init(sysPath: String, node: String, properties: [String: String]) {
        (self.sysPath, self.node, self.properties) = (sysPath, node, properties)
    }
}

package enum HotplugEvent: Sendable, Hashable {
    case present(UdevDevice)
    case removed(sysPath: String)
}

package struct UdevUnavailable: Error, CustomStringConvertible {
    package let call: String
    package var description: String { "libudev: \(call) failed" }
}

/// Devices of one subsystem. Present ones come first; the monitor is armed before the list is made, so none is missed
/// in between (one may come twice).
package struct Hotplug: Sendable {
    private static let propertyNames = [
        "ID_INPUT_TOUCHSCREEN", "ID_VENDOR_ID", "ID_MODEL_ID", "ID_SERIAL_SHORT", "ID_PATH", "ID_BUS", "ID_MODEL",
        "ID_VENDOR",
    ]

    package let events: AsyncStream<HotplugEvent>
    private let stream: ReadableStream

    /// - Parameter subsystem: such as `input`; only devices with a node are told.
    package init(subsystem: String) throws {
        guard let context = udev_new() else { throw UdevUnavailable(call: "udev_new") }
        let monitor = try MonitorHandle(context: context, subsystem: subsystem)
        let (events, output) = AsyncStream.makeStream(of: HotplugEvent.self, bufferingPolicy: .bufferingNewest(1024))
        // The monitor's descriptor is closed by libudev; the stream closes a duplicate of it.
        let duplicate = dup(udev_monitor_get_fd(monitor.pointer))
        guard duplicate >= 0 else { throw SystemError("dup") }
        for device in Hotplug.list(monitor, subsystem: subsystem) { output.yield(.present(device)) }
        stream = ReadableStream(
            adopting: OwnedFD(adopting: duplicate), label: "udev",
            onReadable: { _ in
                while let event = monitor.next() { output.yield(event) }
                return true
            },
            onEnd: { output.finish() })
        self.events = events
    }

    package func close() { stream.cancel() }

    private static func list(_ monitor: MonitorHandle, subsystem: String) -> [UdevDevice] {
        guard let enumeration = udev_enumerate_new(monitor.context) else { return [] }
        defer { udev_enumerate_unref(enumeration) }
        udev_enumerate_add_match_subsystem(enumeration, subsystem)
        udev_enumerate_scan_devices(enumeration)
        var devices: [UdevDevice] = []
        var entry = udev_enumerate_get_list_entry(enumeration)
        while let current = entry {
            if let path = udev_list_entry_get_name(current),
                let device = udev_device_new_from_syspath(monitor.context, path)
            {
                if let found = describe(device) { devices.append(found) }
                udev_device_unref(device)
            }
            entry = udev_list_entry_get_next(current)
        }
        return devices
    }

    fileprivate static func describe(_ device: OpaquePointer) -> UdevDevice? {
        guard let path = udev_device_get_syspath(device), let node = udev_device_get_devnode(device) else { return nil }
        var properties: [String: String] = [:]
        for name in propertyNames {
            guard let value = udev_device_get_property_value(device, name) else { continue }
            properties[name] = String(cString: value).cleaned()
        }
        // The input device is the event node's parent; its attributes are reached through the `device` link.
        for (name, attribute) in [("NAME", "device/name"), ("UNIQ", "device/uniq")] {
            guard let value = udev_device_get_sysattr_value(device, attribute) else { continue }
            properties[name] = String(cString: value).cleaned()
        }
        return UdevDevice(sysPath: String(cString: path), node: String(cString: node), properties: properties)
    }
}

/// libudev's context and monitor, freed together.
private final class MonitorHandle: @unchecked Sendable {  // protector of both pointers: the stream's serial queue
    let context: OpaquePointer
    let pointer: OpaquePointer

    init(context: OpaquePointer, subsystem: String) throws(UdevUnavailable) {
        guard let monitor = udev_monitor_new_from_netlink(context, "udev") else {
            udev_unref(context)
            throw UdevUnavailable(call: "udev_monitor_new_from_netlink")
        }
        (self.context, pointer) = (context, monitor)
        guard udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystem, nil) >= 0,
            udev_monitor_enable_receiving(monitor) >= 0
        else { throw UdevUnavailable(call: "udev_monitor_enable_receiving") }
    }

    func next() -> HotplugEvent? {
        while let device = udev_monitor_receive_device(pointer) {
            defer { udev_device_unref(device) }
            guard let action = udev_device_get_action(device), let path = udev_device_get_syspath(device) else {
                continue
            }
            if String(cString: action) == "remove" { return .removed(sysPath: String(cString: path)) }
            if let found = Hotplug.describe(device) { return .present(found) }
        }
        return nil
    }

    deinit {
        udev_monitor_unref(pointer)
        udev_unref(context)
    }
}
