import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// Where the kernel has a USB device that is a printer. Nothing is opened to find out.
///
/// The device lives as long as it is plugged in; its `/dev/usb/lpN` does not. While CUPS's usb backend prints, it takes
/// the interface from usblp, and the node is gone until the job is over.
package struct USBPrinterPlace: Sendable {
    package enum Holder: Sendable, Hashable {
        /// The kernel's usblp has made this node.
        case node(String)
        /// A program has taken the interface, as the kernel's usbfs.
        case program
        /// No driver has it.
        case nobody
    }

    /// For example `/sys/dev/char/189:257`.
    private let folder: String
    private let interfaces: [String]

    /// - Parameter path: a node such as `/dev/bus/usb/003/002`.
    package init(_ path: String, sysfs: String = "/sys") throws(DeviceError) {
        let numbers = path.split(separator: "/").suffix(2).compactMap { Int($0) }
        guard path.hasPrefix("/dev/bus/usb/"), numbers.count == 2 else {
            throw DeviceError(.unsupported, doing: "open \(path)", "expected a node below /dev/bus/usb")
        }
        // Major 189 is usb_device; 128 devices to a bus (drivers/usb/core/devio.c).
        folder = "\(sysfs)/dev/char/189:\((numbers[0] - 1) * 128 + numbers[1] - 1)"
        let names = SmallFile.list(folder)
        guard !names.isEmpty else { throw DeviceError(.absent, doing: "open \(path)", "no such USB device") }
        interfaces = names.filter { $0.contains(":") }
    }

    /// Class 07, subclass 01 (USB Printer Class 1.1, section 4.1). An interface's class is that of the setting in use.
    package var isPrinter: Bool { !printers.isEmpty }
    package var isThere: Bool { SmallFile.exists(folder) }

    private var printers: [String] {
        interfaces.map { "\(folder)/\($0)" }.filter {
            Self.line("\($0)/bInterfaceClass") == "07" && Self.line("\($0)/bInterfaceSubClass") == "01"
        }
    }

    package var holder: Holder {
        for interface in printers {
            if let name = SmallFile.list("\(interface)/usbmisc").first(where: { $0.hasPrefix("lp") }) {
                return .node("/dev/usb/\(name)")
            }
        }
        let drivers = printers.compactMap { FileFacts.target(ofLink: "\($0)/driver") }
        return drivers.contains { $0.hasSuffix("/usbfs") } ? .program : .nobody
    }

    /// As usblp read it when the printer was plugged in; only while usblp has it.
    package var deviceID: String? {
        printers.lazy.compactMap { Self.line("\($0)/ieee1284_id") }.first { !$0.isEmpty }
    }

    private static func line(_ path: String) -> String? {
        guard let text = try? SmallFile.read(path, limit: 4096) else { return nil }
        return String(text.prefix { $0 != "\n" }).cleaned(limit: 1024)
    }
}
