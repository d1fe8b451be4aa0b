import ZoneLinux
import ZoneModel
import ZoneUdev

/// A serial line behind which an LED card may be: nothing is sent to find out.
package struct SerialLineFound: Sendable, Hashable {
    /// The stable name, such as `/dev/serial/by-path/…`, else the node. Cleaned.
    package var name: String
    package var what: String

    /// `nil` for terminals, consoles and the PC's own ports, of which there are always four.
    init?(_ device: UdevDevice) {
        guard device.isSerialAdapter else { return nil }
        // By port, not by serial number: the common adapters have none, and a replaced one stays where it was.
        let links = device.links.filter { $0.hasPrefix("/dev/serial/") }.sorted()
        let stable = links.first { $0.hasPrefix("/dev/serial/by-path/") } ?? links.first ?? device.node
        name = stable.cleaned(limit: 160)
        let words = ["ID_VENDOR", "ID_MODEL"].compactMap { device.properties[$0] } + [device.usbID].compactMap { $0 }
        what = words.joined(separator: " ").cleaned(limit: 80)
    }
}

/// A printer at a USB port: advice to put it on the network, where it tells more.
package struct USBPrinter: Sendable, Hashable {
    package var what: String
    package var usbID: String

    /// Interfaces of class 07 (USB printer class 1.1, section 4.1), by sysfs: everybody may read it.
    /// - Parameter sysfs: `/sys`.
    package static func all(below sysfs: String) -> [USBPrinter] {
        let top = "\(sysfs)/bus/usb/devices"
        let interfaces = SmallFile.list(top).filter { $0.contains(":") }
        let devices = interfaces.filter { read("\(top)/\($0)/bInterfaceClass") == "07" }
            .map { String($0.prefix { $0 != ":" }) }
        // A printer with a scanner has several interfaces.
        return Set(devices).sorted().map { name in
            let words = ["manufacturer", "product"].map { read("\(top)/\(name)/\($0)") }.filter { !$0.isEmpty }
            let usb = ["idVendor", "idProduct"].map { read("\(top)/\(name)/\($0)") }.joined(separator: ":")
            return USBPrinter(what: words.joined(separator: " "), usbID: usb)
        }
    }

    private static func read(_ path: String) -> String {
        let text = (try? SmallFile.read(path, limit: 4096)) ?? ""
        return String((text.split(separator: "\n").first ?? "").drop { $0 == " " }).cleaned(limit: 80)
    }
}
