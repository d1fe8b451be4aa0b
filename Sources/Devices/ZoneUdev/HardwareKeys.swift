/// What stays the same when a thing is plugged in again.
extension UdevDevice {
    /// Serial, else port path, else uniq or name. Of an input node the port is that of the whole USB device: which of a
    /// panel's nodes comes first must not decide what it is called.
    package var bindingKey: String { key(path: port) }

    /// The key by which an input node was known when the port still had the interface in it.
    package var formerKey: String? {
        let former = key(path: properties["ID_PATH"])
        return former == bindingKey ? nil : former
    }

    /// Tells things apart that say the same serial number, as panels of one make sometimes do.
    package var twinPort: String? { bindingKey.hasPrefix("\(subsystem):serial:") ? port : nil }

    /// `ID_PATH`; of a USB device's input node without the interface: `pci-0000:00:14.0-usb-0:2:1.0` is at
    /// `pci-0000:00:14.0-usb-0:2` (systemd, src/udev/udev-builtin-path_id.c).
    private var port: String? {
        guard let path = properties["ID_PATH"], !path.isEmpty else { return nil }
        guard subsystem == "input", path.contains("-usb-"), let colon = path.lastIndex(of: ":") else { return path }
        let numbers = path[path.index(after: colon)...].split(separator: ".", omittingEmptySubsequences: false)
        let isInterface = numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
        return isInterface ? String(path[..<colon]) : path
    }

    private func key(path: String?) -> String {
        let names: [(String, [String?])] = [
            ("serial", [properties["ID_SERIAL_SHORT"], properties["HID_UNIQ"]]),
            ("path", [path, properties["HID_PHYS"]]), ("uniq", [properties["UNIQ"]]),
            ("name", [properties["NAME"], properties["HID_NAME"]]),
        ]
        for (kind, values) in names {
            if let value = values.compactMap(\.self).first(where: { !$0.isEmpty }) {
                return "\(subsystem):\(kind):\(value)"
            }
        }
        return "\(subsystem):path:\(sysPath)"
    }
}
