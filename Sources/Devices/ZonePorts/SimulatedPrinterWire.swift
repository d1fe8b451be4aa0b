import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// A simulated USB printer on a Unix stream: a letter for each request of the class (README of the driver). A
/// connection begins with `O`, or with `B` and its end when somebody else has the printer.
final class SimulatedPrinterWire: PrinterWire {
    private static let greetingTime = Duration.seconds(3)
    private static let block = 8192

    private let path: String
    private let address: String
    private var fd: CInt?
    /// A document is on its way.
    private var isHeld = false

    init(path: String, address: String) { (self.path, self.address) = (path, address) }

    deinit { release() }

    func reach(_ waits: borrowing Interrupter) throws(DeviceError) {
        do throws(SystemError) { _ = try UnixSocket.connect(path) } catch {
            throw DeviceError(.absent, doing: "open \(address)", error.description)
        }
    }

    func look(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) -> PrinterLook {
        defer { if !isHeld { release() } }
        let count = try ask([UInt8(ascii: "I")], answer: 2, waits, until)
        let id = try read(max(0, Int(count[0]) << 8 + Int(count[1]) - 2), waits, until)
        let status = try ask([UInt8(ascii: "S")], answer: 2, waits, until)
        return PrinterLook(
            deviceID: String(decoding: id, as: UTF8.self).cleaned(limit: 1024),
            status: status[0] == 1 ? status[1] : nil)
    }

    func write(_ bytes: [UInt8], _ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) -> Int {
        let part = bytes.prefix(Self.block)
        isHeld = true
        while true {
            let request = [UInt8(ascii: "D"), UInt8(part.count >> 8), UInt8(part.count & 0xFF)] + part
            let taken = try ask(request, answer: 2, waits, until)
            let count = Int(taken[0]) << 8 + Int(taken[1])
            if count > 0 { return min(count, part.count) }
            try pause(waits, until)
        }
    }

    func finish(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) {
        while try ask([UInt8(ascii: "F")], answer: 1, waits, until)[0] == 0 { try pause(waits, until) }
        isHeld = false
        release()
    }

    func abandon(_ waits: borrowing Interrupter, until: MonoTime) {
        _ = try? ask([UInt8(ascii: "R")], answer: 1, waits, until)
        isHeld = false
        release()
    }

    func reset(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) {
        guard !isHeld else { throw DeviceError(.busy, doing: "reset \(address)", "a document is on its way") }
        defer { release() }
        _ = try ask([UInt8(ascii: "P")], answer: 1, waits, until)
    }

    func release() {
        if let fd { _ = OwnedFD(adopting: fd) }
        fd = nil
    }

    /// It takes nothing now: asked again in a moment, unless it says something by itself, which it never does.
    private func pause(_ waits: borrowing Interrupter, _ until: MonoTime) throws(DeviceError) {
        guard let fd, MonoTime.now < until else {
            throw DeviceError(.timedOut, doing: "write \(address)", "it takes nothing")
        }
        if case .interrupted = waits.wait(for: fd, toWrite: false, milliseconds: 20) {
            throw DeviceError(.absent, doing: "write \(address)", "closed here")
        }
    }

    /// An answer that comes late would pass for the next one: after a failure the stream begins anew.
    private func ask(_ request: [UInt8], answer count: Int, _ waits: borrowing Interrupter, _ until: MonoTime)
        throws(DeviceError) -> [UInt8]
    {
        do throws(DeviceError) {
            let fd = try connected(waits)
            var rest = request[...]
            while !rest.isEmpty {
                try waits.ready(fd, toWrite: true, until: until, "write \(address)")
                let sent = rest.withUnsafeBytes { Glibc.send(fd, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
                if sent < 0, errno == EAGAIN || errno == EINTR { continue }
                guard sent > 0 else { throw lost("write") }
                rest = rest.dropFirst(sent)
            }
            return try read(count, waits, until)
        } catch {
            release()
            throw error
        }
    }

    private func read(_ count: Int, _ waits: borrowing Interrupter, _ until: MonoTime) throws(DeviceError) -> [UInt8] {
        guard let fd else { throw lost("read") }
        var bytes: [UInt8] = []
        while bytes.count < count {
            do throws(DeviceError) {
                try waits.ready(fd, toWrite: false, until: until, "read \(address)")
                var buffer = [UInt8](repeating: 0, count: count - bytes.count)
                let got = Glibc.read(fd, &buffer, buffer.count)
                if got < 0, errno == EAGAIN || errno == EINTR { continue }
                guard got > 0 else { throw lost("read") }
                bytes += buffer.prefix(got)
            } catch {
                release()
                throw error
            }
        }
        return bytes
    }

    private func connected(_ waits: borrowing Interrupter) throws(DeviceError) -> CInt {
        if let fd { return fd }
        do throws(SystemError) { fd = try UnixSocket.connect(path).release() } catch {
            throw DeviceError(.absent, doing: "open \(address)", error.description)
        }
        let greeting = try read(1, waits, MonoTime.now.advanced(by: Self.greetingTime))
        guard let fd, greeting == [UInt8(ascii: "O")] else {
            release()
            throw DeviceError(.busy, doing: "open \(address)", "another program has it open")
        }
        return fd
    }

    private func lost(_ call: String) -> DeviceError {
        DeviceError(.absent, doing: "\(call) \(address)", "closed by the far end")
    }
}
