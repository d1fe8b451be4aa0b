// Purpose: the ports that drivers talk through: TCP, serial lines, HID reports. Every wait has a deadline and runs on a
// lane of its own; everything that passes is told to the tap.
import DriverKit
import Glibc
import Synchronization
import ZoneLinux
import ZoneModel

/// A non-blocking descriptor that is read and written with deadlines, on a lane of its own.
final class WaitingDescriptor: Sendable {
    private let name: String
    private let lane = BlockingLane(label: "port")
    /// Closed on the lane only: elsewhere its number could already be another file's while a read is under way.
    private let held: Mutex<OwnedFD?>
    private let interrupter: Interrupter
    private let isClosed = Atomic<Bool>(false)

    init(_ fd: consuming OwnedFD, name: String) throws(SystemError) {
        interrupter = try Interrupter()
        self.name = name
        held = Mutex(fd)
    }

    /// At least one byte, at most 4096.
    func read(within deadline: Duration) async throws(DeviceError) -> (bytes: [UInt8], at: MonoTime) {
        try await onLane { [self] fd throws(DeviceError) in
            try wait(fd, toWrite: false, within: deadline)
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(fd, &buffer, buffer.count)
            guard count > 0 else {
                throw count == 0
                    ? DeviceError(.absent, doing: "read \(name)", "closed by the far end") : failure("read")
            }
            return (Array(buffer.prefix(count)), MonoTime.now)
        }
    }

    /// All of it, or an error.
    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) {
        try await onLane { [self] fd throws(DeviceError) in
            let until = MonoTime.now.advanced(by: deadline)
            var rest = bytes[...]
            while !rest.isEmpty {
                try wait(fd, toWrite: true, within: until.since(MonoTime.now))
                let count = rest.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
                if count < 0, errno == EAGAIN || errno == EINTR { continue }
                guard count > 0 else { throw failure("write") }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Until a connection under way stands.
    func finishConnecting(within deadline: Duration) async throws(DeviceError) {
        try await onLane { [self] fd throws(DeviceError) in
            try wait(fd, toWrite: true, within: deadline)
            let error = PortDescriptor.connectionError(fd)
            guard error == 0 else {
                throw DeviceError(
                    .init(errno: error), doing: "connect \(name)", SystemError("connect", error).description)
            }
        }
    }

    func close() async {
        guard !isClosed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        interrupter.interrupt()
        await lane.run { self.held.withLock { $0 = nil } }
    }

    /// What nobody closed is let go here; `close()` is what ends a wait.
    private func onLane<Value: Sendable>(
        _ work: @escaping @Sendable (CInt) throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        try await lane.run { () -> Result<Value, DeviceError> in
            guard let fd = self.held.withLock({ $0?.raw }) else { return .failure(self.closed) }
            do throws(DeviceError) {
                return .success(try work(fd))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func wait(_ fd: CInt, toWrite: Bool, within deadline: Duration) throws(DeviceError) {
        switch interrupter.wait(for: fd, toWrite: toWrite, milliseconds: deadline.milliseconds) {
        case .ready: return
        case .interrupted: throw closed
        case .timedOut:
            throw DeviceError(
                .timedOut, doing: "\(toWrite ? "write" : "read") \(name)", "nothing within \(deadline.milliseconds) ms")
        }
    }

    private var closed: DeviceError { DeviceError(.absent, doing: "use \(name)", "closed here") }

    private func failure(_ call: String) -> DeviceError {
        let error = SystemError(call)
        // Between the poll and the read somebody else can have taken what was there: nothing is lost.
        return DeviceError(
            error.errno == EAGAIN ? .timedOut : .init(errno: error.errno), doing: "\(call) \(name)", error.description)
    }
}

extension MonoTime {
    static var now: MonoTime { SystemClock().mono() }
}
