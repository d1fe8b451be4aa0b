import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// A USB printer through usblp (drivers/usb/class/usblp.c). Whoever has the node open keeps others out, so between
/// documents it is open for the two questions only: some milliseconds.
final class USBPrinterWire: PrinterWire {
    /// linux/lp.h. The answer is an `int` whose low byte is the printer's.
    private static let getStatus: UInt = 0x060B
    /// `_IOC(_IOC_READ, 'P', 1, 1024)`: two bytes of length, then the id.
    private static let getDeviceID: UInt = 0x8400_5001
    private static let longestID = 1024
    /// `_IOC(_IOC_NONE, 'P', 7, 0)`.
    private static let softReset: UInt = 0x5007

    private let path: String
    /// The node that is open while a document is on its way.
    private var data: (fd: CInt, node: String)?

    /// - Parameter path: of the USB device, which stays when usblp's node goes.
    init(path: String) { self.path = path }

    deinit { release() }

    func reach(_ waits: borrowing Interrupter) throws(DeviceError) { _ = try USBPrinterPlace(path) }

    func look(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) -> PrinterLook {
        if let data { return try ask(data.fd, data.node) }
        let node = try open()
        let fd = OwnedFD(adopting: node.fd)
        return try ask(fd.raw, node.node)
    }

    func write(_ bytes: [UInt8], _ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) -> Int {
        if data == nil { data = try open() }
        guard let (fd, node) = data else { throw DeviceError(.ioFailed, doing: "write \(path)") }
        while true {
            try waits.ready(fd, toWrite: true, until: until, "write \(node)")
            let count = bytes.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
            if count > 0 { return count }
            // ENOSPC is usblp's "out of paper" to a writer.
            guard count < 0, [EAGAIN, EINTR, ENOSPC].contains(errno) else { throw failure("write", node) }
        }
    }

    /// usblp says that there is room again when the printer has taken the last block; closed earlier, that block would
    /// be taken back.
    func finish(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) {
        guard let data else { return }
        try waits.ready(data.fd, toWrite: true, until: until, "finish \(data.node)")
        // A node whose printer was pulled is ready for ever.
        _ = try ask(data.fd, data.node)
        release()
    }

    /// The kernel gives the printer 5 s for it.
    func abandon(_ waits: borrowing Interrupter, until: MonoTime) {
        if let data { _ = ioctl(data.fd, Self.softReset, 0) }
        release()
    }

    /// The kernel gives a device some seconds to come back; nobody can shorten that.
    func reset(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) {
        guard data == nil else { throw DeviceError(.busy, doing: "reset \(path)", "a document is on its way") }
        try USBPort(path).reset()
    }

    func release() {
        if let data { _ = OwnedFD(adopting: data.fd) }
        data = nil
    }

    private func open() throws(DeviceError) -> (fd: CInt, node: String) {
        let place = try USBPrinterPlace(path)
        switch place.holder {
        case .program: throw DeviceError(.busy, doing: "open \(path)", "a program has the printer (usbfs)")
        case .nobody: throw DeviceError(.unsupported, doing: "open \(path)", "usblp has not taken the printer")
        case .node(let node):
            do throws(SystemError) {
                let fd = try OwnedFD(path: node, flags: O_RDWR | O_NONBLOCK)
                return (fd.release(), node)
            } catch {
                throw gone(error, "open \(node)")
            }
        }
    }

    /// Both requests go over the wire; the kernel gives each 5 s, whatever our deadline is.
    private func ask(_ fd: CInt, _ node: String) throws(DeviceError) -> PrinterLook {
        let known = (try? USBPrinterPlace(path))?.deviceID
        var word: CInt = 0
        if ioctl(fd, Self.getStatus, &word) == 0 {
            return PrinterLook(deviceID: known ?? readID(fd), status: UInt8(truncatingIfNeeded: word))
        }
        // EIO for a printer that does not know the question as for one that does not answer any.
        guard errno == EIO, let id = readID(fd) else { throw failure("LPGETSTATUS", node) }
        return PrinterLook(deviceID: id, status: nil)
    }

    private func readID(_ fd: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: Self.longestID)
        guard ioctl(fd, Self.getDeviceID, &bytes) >= 0 else { return nil }
        // Some count the two bytes of the length, some do not; usblp ends the text with a zero.
        return String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self).cleaned(limit: Self.longestID)
    }

    private func failure(_ call: String, _ node: String) -> DeviceError { gone(SystemError(call), "\(call) \(node)") }

    /// The node can go while the printer stays.
    private func gone(_ error: SystemError, _ doing: String) -> DeviceError {
        let place = try? USBPrinterPlace(path)
        switch error.errno {
        case EBUSY: return DeviceError(.busy, doing: doing, "another program has it open")
        case ENOENT, ENODEV, ENXIO:
            guard let place, place.isThere else { return DeviceError(.absent, doing: doing, "unplugged") }
            return DeviceError(.busy, doing: doing, "another program has just taken the printer")
        case EIO:
            guard let place, place.isThere else { return DeviceError(.absent, doing: doing, "unplugged") }
            return DeviceError(.timedOut, doing: doing, "the printer does not answer")
        default: return DeviceError(.init(errno: error.errno), doing: doing, error.description)
        }
    }
}
