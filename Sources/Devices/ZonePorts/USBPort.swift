import DriverKit
import Glibc
import ZoneLinux

/// The USB port of a printer, to be reset when the printer hangs.
///
/// By `USBDEVFS_RESET` of usbfs (drivers/usb/core/devio.c, `usb_reset_device` in hub.c): it drives reset on the port, gives
/// the device its address and configuration again and binds usblp anew, all before it returns. Writing 0 and 1 to sysfs's
/// `authorized` would only take the configuration away and set it again, without a reset on the wire
/// (Documentation/usb/authorization.rst), and an agent that ended in between would leave the printer dead.
struct USBPort {
    /// `_IO('U', 20)`, linux/usbdevice_fs.h.
    private static let resetRequest: UInt = 0x5514

    private let path: String
    private let sysfs: String
    /// Whether somebody has usblp's node open.
    private let isOpen: (String) -> Bool
    private let act: (String) throws(SystemError) -> Void

    /// - Parameter path: a node such as `/dev/bus/usb/003/002`.
    init(
        _ path: String, sysfs: String = "/sys", isOpen: @escaping (String) -> Bool = USBPort.isOpen,
        act: @escaping (String) throws(SystemError) -> Void = USBPort.request
    ) {
        (self.path, self.sysfs, self.isOpen, self.act) = (path, sysfs, isOpen, act)
    }

    /// Whoever has the printer would lose the document that it prints: then nothing is done.
    func reset() throws(DeviceError) {
        let place = try USBPrinterPlace(path, sysfs: sysfs)
        switch place.holder {
        case .program: throw DeviceError(.busy, doing: "reset \(path)", "a program has the printer (usbfs)")
        case .node(let node) where isOpen(node):
            throw DeviceError(.busy, doing: "reset \(path)", "another program has \(node) open")
        case .node, .nobody: break
        }
        do throws(SystemError) { try act(path) } catch {
            // It came back as another device: the kernel has taken it off the bus and finds it anew.
            let isGone = error.errno == ENODEV || !place.isThere
            throw DeviceError(isGone ? .absent : .init(errno: error.errno), doing: "reset \(path)", error.description)
        }
    }

    private static func isOpen(_ node: String) -> Bool {
        do throws(SystemError) { _ = try OwnedFD(path: node, flags: O_RDWR | O_NONBLOCK) } catch {
            return error.errno == EBUSY
        }
        return false
    }

    private static func request(_ path: String) throws(SystemError) {
        let node = try OwnedFD(path: path, flags: O_WRONLY)
        guard ioctl(node.raw, resetRequest, 0) == 0 else { throw SystemError("USBDEVFS_RESET") }
    }
}
