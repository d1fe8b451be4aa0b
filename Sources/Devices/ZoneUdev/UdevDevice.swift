import CUdev
import ZoneLinux
import ZoneModel

/// A device node that udev has finished with.
package struct UdevDevice: Sendable, Hashable {
    /// Names the device while it is plugged, for example `/sys/devices/…/input/input5/event3`.
    package var sysPath: String
    package var node: String
    package var subsystem: String
    /// udev's own, `NAME`, `UNIQ` and `CONTACTS` of an input device, `USB_PRINTER` of a USB device that is one, and
    /// `HID_ID`, `HID_NAME`, `HID_PHYS`, `HID_UNIQ` of a HID device's node. Cleaned.
    package var properties: [String: String]
    /// udev's path of the thing that one holds in the hand: one panel may have several input nodes.
    package var hardware: String { owner ?? sysPath }
    var owner: String?

    package init(
        sysPath: String, node: String, subsystem: String, properties: [String: String], hardware: String? = nil
    ) {
        (self.sysPath, self.node, self.subsystem, self.properties) = (sysPath, node, subsystem, properties)
        owner = hardware
    }
}

extension UdevDevice {
    private static let ownNames = [
        "ID_INPUT_TOUCHSCREEN", "ID_INPUT_MOUSE", "ID_INPUT_TABLET", "ID_USB_INTERFACE_NUM", "ID_VENDOR_ID",
        "ID_MODEL_ID", "ID_SERIAL_SHORT", "ID_PATH", "ID_BUS", "ID_MODEL",
        "ID_VENDOR", "DEVLINKS",
    ]
    /// Of the HID device above a hidraw node (drivers/hid/hid-core.c, hid_uevent): `HID_ID` is bus, vendor and product
    /// as `0003:000004D8:000000DD`. udev's rules give the node itself no identity.
    private static let hidNames = ["HID_ID", "HID_NAME", "HID_PHYS", "HID_UNIQ"]

    /// `nil` for a device without a node, unless it is a connector with a display.
    init?(_ device: OpaquePointer) {
        if udev_device_get_devnode(device) == nil, let path = udev_device_get_syspath(device),
            udev_device_get_subsystem(device).map({ String(cString: $0) }) == UdevDevice.displaySubsystem
        {
            self.init(connectorAt: String(cString: path))
            return
        }
        guard let path = udev_device_get_syspath(device), let node = udev_device_get_devnode(device) else { return nil }
        self.init(
            sysPath: String(cString: path), node: String(cString: node),
            subsystem: udev_device_get_subsystem(device).map { String(cString: $0) } ?? "", properties: [:])
        take(UdevDevice.ownNames, from: device)
        if subsystem == "input" { takeInput(from: device) }
        // Not for input nodes: the keys by which panels have been known would change. The parent belongs to `device`.
        if subsystem == "hidraw", let parent = udev_device_get_parent_with_subsystem_devtype(device, "hid", nil) {
            take(UdevDevice.hidNames, from: parent)
        }
        if subsystem == "usb", let interfaces = udev_device_get_property_value(device, "ID_USB_INTERFACES") {
            properties["USB_PRINTER"] = UdevDevice.printerKind(interfaces: String(cString: interfaces))
        }
        // The input device is the event node's parent; its attributes are reached through the `device` link.
        for (name, attribute) in [("NAME", "device/name"), ("UNIQ", "device/uniq")] {
            guard let value = udev_device_get_sysattr_value(device, attribute) else { continue }
            properties[name] = String(cString: value).cleaned()
        }
    }

    /// From what udev collects of its interfaces, such as `:070102:ff0000:`. `1` for class 07, subclass 01 (USB Printer
    /// Class 1.1, section 4.1), `ipp` when protocol 04 is among them (IPP over USB: ipp-usb serves it), else `nil`.
    package static func printerKind(interfaces: String) -> String? {
        let printers = interfaces.split(separator: ":").filter { $0.hasPrefix("0701") }
        if printers.contains("070104") { return "ipp" }
        return printers.isEmpty ? nil : "1"
    }

    private mutating func take(_ names: [String], from device: OpaquePointer) {
        for name in names {
            guard let value = udev_device_get_property_value(device, name) else { continue }
            properties[name] = String(cString: value).cleaned(limit: 1000)
        }
    }

    /// Vendor and product, four lower-case hex digits each, such as `04d8:00dd`.
    package var usbID: String? {
        if let vendor = properties["ID_VENDOR_ID"], let model = properties["ID_MODEL_ID"] {
            return "\(vendor):\(model)"
        }
        let parts = properties["HID_ID"]?.split(separator: ":") ?? []
        // 0003 is BUS_USB (linux/input.h).
        guard parts.count == 3, parts[0] == "0003" else { return nil }
        return parts[1...].map { $0.suffix(4).lowercased() }.joined(separator: ":")
    }

    /// The stable names of its node, such as `/dev/serial/by-path/…`.
    package var links: [String] { properties["DEVLINKS"]?.split(separator: " ").map(String.init) ?? [] }
}
