import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// TCP connections and serial lines of this machine.
package struct SystemByteOpener: ByteOpener {
    package init() {}

    package func open(_ address: PortAddress, within deadline: Duration, tap: WireTap) async throws(DeviceError)
        -> any BytePort
    {
        let descriptor: WaitingDescriptor
        switch address {
        case .tcp(let host, let port): descriptor = try await connect(host, port, address, within: deadline)
        case .tty(let path, let baud): descriptor = try openLine(path, baud, address)
        }
        tap.note(.greeting, Array("\(address)".utf8))
        return DescriptorPort(descriptor, tap: tap)
    }

    private func connect(_ host: String, _ port: UInt16, _ address: PortAddress, within deadline: Duration)
        async throws(DeviceError) -> WaitingDescriptor
    {
        let descriptor: WaitingDescriptor
        do throws(SystemError) {
            let unacked = UInt32(clamping: deadline.milliseconds)
            let fd = try PortDescriptor.tcp(host, port, unackedMilliseconds: unacked)
            descriptor = try WaitingDescriptor(fd, name: "\(address)")
        } catch {
            let detail = error.errno == EINVAL ? "expected a numeric IP address" : error.description
            throw DeviceError(.init(errno: error.errno), doing: "connect \(address)", detail)
        }
        do throws(DeviceError) {
            try await descriptor.finishConnecting(within: deadline)
            return descriptor
        } catch {
            await descriptor.close()
            throw error
        }
    }

    /// Takes no longer than a system call: with O_NONBLOCK nobody waits for carrier (open(2)).
    private func openLine(_ path: String, _ baud: Int, _ address: PortAddress) throws(DeviceError) -> WaitingDescriptor
    {
        do throws(SystemError) {
            return try WaitingDescriptor(try PortDescriptor.serial(path, baud: baud), name: path)
        } catch {
            let detail = error.errno == ENOTTY ? "not a serial line" : error.description
            throw DeviceError(.init(errno: error.errno), doing: "open \(address)", detail)
        }
    }
}

/// A byte port over a descriptor.
private final class DescriptorPort: BytePort {
    private let descriptor: WaitingDescriptor
    private let tap: WireTap

    init(_ descriptor: WaitingDescriptor, tap: WireTap) { (self.descriptor, self.tap) = (descriptor, tap) }

    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) {
        tap.note(.out, bytes)
        try await tap.noting { () async throws(DeviceError) in try await descriptor.write(bytes, within: deadline) }
    }

    func read(within deadline: Duration) async throws(DeviceError) -> [UInt8] {
        let bytes = try await tap.noting { () async throws(DeviceError) in
            try await descriptor.read(within: deadline).bytes
        }
        tap.note(.in, bytes)
        return bytes
    }

    func close() async { await descriptor.close() }
}

extension WireTap {
    /// Tells the end of the port; silence is not an end, and is told by the absence of bytes.
    func noting<Value>(_ work: () async throws(DeviceError) -> Value) async throws(DeviceError) -> Value {
        do {
            return try await work()
        } catch {
            if error.code != .timedOut { note(.lost, Array("\(error.code.rawValue) \(error.detail)".utf8)) }
            throw error
        }
    }
}
