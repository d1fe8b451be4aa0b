import CUdev

extension UdevDevice {
    /// Bits of linux/input-event-codes.h.
    private enum Bit {
        static let x = 0x00, y = 0x01, slot = 0x2F, positionX = 0x35
        static let leftButton = 0x110, touchButton = 0x14A
    }

    mutating func takeInput(from device: OpaquePointer) {
        func bits(_ name: String) -> String {
            udev_device_get_sysattr_value(device, "device/capabilities/\(name)").map { String(cString: $0) } ?? ""
        }
        properties["CONTACTS"] = UdevDevice.contacts(axes: bits("abs"), keys: bits("key"))
        // The parents belong to `device`. Nodes of one USB device are one thing, whatever interface they are behind; a
        // HID device without USB (I2C, uhid) may have several nodes, too.
        let parent =
            udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device")
            ?? udev_device_get_parent_with_subsystem_devtype(device, "hid", nil)
        if let parent, let path = udev_device_get_syspath(parent) { owner = String(cString: path) }
    }

    /// How a node could tell of touches, from the kernel's bit maps of it: `slots` (protocol B), `anonymous` (A), `point`
    /// (absolute, with a button), or `nil`: a keyboard, a mouse that says how far it was moved.
    package static func contacts(axes: String, keys: String) -> String? {
        let axes = Bits(axes)
        if axes.has(Bit.positionX) { return axes.has(Bit.slot) ? "slots" : "anonymous" }
        let keys = Bits(keys)
        let isPoint = axes.has(Bit.x) && axes.has(Bit.y) && (keys.has(Bit.touchButton) || keys.has(Bit.leftButton))
        return isPoint ? "point" : nil
    }

    /// The kernel's text of a bit map: words of 64 bits in hexadecimal without leading zeros, the highest first
    /// (drivers/input/input.c, input_bits_to_string).
    private struct Bits {
        private let words: [UInt64]
        init(_ text: String) {
            words = text.split(separator: " ").prefix(64).map { UInt64($0, radix: 16) ?? 0 }.reversed()
        }

        func has(_ bit: Int) -> Bool {
            let (word, place) = bit.quotientAndRemainder(dividingBy: 64)
            return words.indices.contains(word) && words[word] >> UInt64(place) & 1 == 1
        }
    }

    /// For an order among the nodes of one thing that stays the same when it is plugged in again: the kernel makes them
    /// interface by interface.
    package var nodeOrder: (interface: String, number: Int) {
        (properties["ID_USB_INTERFACE_NUM"] ?? "", Int(String(node.reversed().prefix { $0.isNumber }.reversed())) ?? 0)
    }
}
