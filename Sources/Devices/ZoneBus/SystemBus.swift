import CSystemd
import Glibc
import ZoneLinux
import ZoneModel

/// A method without arguments of an object of a service.
package struct BusCall: Sendable, Hashable {
    package var service: String
    package var path: String
    package var interface: String
    package var method: String

    package init(_ service: String, _ path: String, _ interface: String, _ method: String) {
        (self.service, self.path, self.interface, self.method) = (service, path, interface, method)
    }
}

/// The bus, asked through sd-bus. Each question has a connection of its own: they are minutes apart, and a bus that was
/// restarted, or a connection that hangs, is nobody's state.
package struct SystemBus: Sendable {
    /// sd_bus_open_system(3); DBUS_SYSTEM_BUS_ADDRESS is not asked: a root service does not take it from its environment.
    package static let systemAddress = "unix:path=/run/dbus/system_bus_socket"

    private let address: String
    private let lane = BlockingLane(label: "bus")

    package init(address: String = SystemBus.systemAddress) { self.address = address }

    /// - Parameter deadline: for connecting, being let in and the answer together.
    package func call(_ call: BusCall, within deadline: Duration) async -> Result<BusValue, BusFailure> {
        let address = address
        return await lane.run {
            do throws(BusFailure) {
                let connection = try BusConnection.open(address, until: ContinuousClock.now + deadline)
                return .success(try connection.call(call))
            } catch {
                return .failure(error)
            }
        }
    }

    static func words(_ result: CInt) -> String { strerror(-result).map { String(cString: $0) } ?? "error \(-result)" }
}

/// One connection, used from one thread.
private struct BusConnection: ~Copyable {
    private let bus: OpaquePointer
    private let end: ContinuousClock.Instant

    private init(_ bus: OpaquePointer, _ end: ContinuousClock.Instant) { (self.bus, self.end) = (bus, end) }

    static func open(_ address: String, until end: ContinuousClock.Instant) throws(BusFailure) -> BusConnection {
        var made: OpaquePointer?
        guard sd_bus_new(&made) >= 0, let made else { throw .unreachable("no memory") }
        let connection = BusConnection(made, end)
        try connection.start(address)
        return connection
    }

    private func start(_ address: String) throws(BusFailure) {
        var result = sd_bus_set_address(bus, address)
        if result >= 0 { result = sd_bus_set_bus_client(bus, 1) }
        if result >= 0 { result = sd_bus_start(bus) }
        guard result >= 0 else { throw .unreachable(SystemBus.words(result)) }
        try waitUntilReady()
    }

    deinit { sd_bus_close_unref(bus) }

    private var left: UInt64 {
        let rest = end - ContinuousClock.now
        return rest > .zero ? UInt64(clamping: rest.milliseconds * 1000) : 0
    }

    /// sd_bus_call would do it too, but waits up to 90 s for a bus that takes the connection and says nothing.
    private func waitUntilReady() throws(BusFailure) {
        while true {
            let isReady = sd_bus_is_ready(bus)
            guard isReady >= 0 else { throw .unreachable(SystemBus.words(isReady)) }
            if isReady > 0 { return }
            let step = sd_bus_process(bus, nil)
            guard step >= 0 else { throw .unreachable(SystemBus.words(step)) }
            guard step == 0 else { continue }
            guard left > 0 else { throw .timedOut }
            let waited = sd_bus_wait(bus, left)
            guard waited >= 0 || waited == -EINTR else { throw .unreachable(SystemBus.words(waited)) }
        }
    }

    func call(_ call: BusCall) throws(BusFailure) -> BusValue {
        var (question, answer): (OpaquePointer?, OpaquePointer?)
        var error = sd_bus_error()
        defer {
            sd_bus_error_free(&error)
            sd_bus_message_unref(question)
            sd_bus_message_unref(answer)
        }
        let made = sd_bus_message_new_method_call(
            bus, &question, call.service, call.path, call.interface, call.method)
        guard made >= 0 else { throw .malformed("question: \(SystemBus.words(made))") }
        // 0 would mean sd-bus's own 25 s.
        let result = sd_bus_call(bus, question, max(1, left), &error, &answer)
        if result == -ETIMEDOUT { throw .timedOut }
        guard result >= 0 else {
            let name = error.name.map { String(cString: $0).cleaned(limit: 120) }
            // sd-bus gives its own failures the name of errno; only a service has another.
            guard let name, !name.hasPrefix("System.Error.") else { throw .unreachable(SystemBus.words(result)) }
            throw .refused(name)
        }
        guard let answer else { throw .malformed("none") }
        var reader = BusReader(answer)
        guard let value = try reader.next() else { throw .malformed("empty") }
        return value
    }
}
