import DriverKit
import FoundationEssentials
import Glibc
import ZoneLinux
import ZoneModel

/// USB printers through the kernel's usblp, and simulated ones by a Unix stream.
package struct SystemPrinterOpener: PrinterPortOpener {
    /// Of simulated printers: the path of the stream follows.
    package static let scheme = "sim-usblp:"

    package init() {}

    package func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any PrinterPort {
        let wire: any PrinterWire
        switch attachment {
        case .node(let path, _):
            let place = try USBPrinterPlace(path)
            guard place.isPrinter else {
                throw DeviceError(.wrongHardware, doing: "open \(path)", "no interface of class 07 01")
            }
            wire = USBPrinterWire(path: path)
        case .address(let address) where address.hasPrefix(Self.scheme):
            wire = SimulatedPrinterWire(path: String(address.dropFirst(Self.scheme.count)), address: address)
        case .address, .machine:
            throw DeviceError(
                .unsupported, doing: "open printer", "expected a USB device's node or \(Self.scheme)PATH")
        }
        let port = try LanePrinterPort(wire, tap: tap)
        do throws(DeviceError) {
            try await port.reach()
        } catch {
            await port.close()
            throw error
        }
        tap.note(.greeting, Array("printer".utf8))
        return port
    }
}

/// The blocking side of a printer: every call is made on one lane, one after the other.
protocol PrinterWire: AnyObject {
    /// Whether it is there at all.
    func reach(_ waits: borrowing Interrupter) throws(DeviceError)
    func look(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) -> PrinterLook
    func write(_ bytes: [UInt8], _ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError) -> Int
    func finish(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError)
    func abandon(_ waits: borrowing Interrupter, until: MonoTime)
    /// Resets its port; not while a document is on its way.
    func reset(_ waits: borrowing Interrupter, until: MonoTime) throws(DeviceError)
    /// Lets go of everything.
    func release()
}

/// Runs a wire on its lane and tells the tap. Of a document only the number of bytes is told.
final class LanePrinterPort: PrinterPort, @unchecked Sendable {  // protector of `wire`: the lane
    private let wire: any PrinterWire
    private let lane = BlockingLane(label: "printer")
    private let waits: Interrupter
    private let tap: WireTap

    init(_ wire: any PrinterWire, tap: WireTap) throws(DeviceError) {
        (self.wire, self.tap) = (wire, tap)
        do throws(SystemError) {
            waits = try Interrupter()
        } catch {
            throw DeviceError(.ioFailed, doing: "open printer", error.description)
        }
    }

    func reach() async throws(DeviceError) {
        try await onLane { wire, waits throws(DeviceError) in try wire.reach(waits) }
    }

    func look(within deadline: Duration) async throws(DeviceError) -> PrinterLook {
        tap.note(.out, PrinterLook.question)
        let until = MonoTime.now.advanced(by: deadline)
        let look = try await tap.noting { () async throws(DeviceError) in
            try await onLane { wire, waits throws(DeviceError) in try wire.look(waits, until: until) }
        }
        tap.note(.in, look.recorded)
        return look
    }

    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) -> Int {
        let until = MonoTime.now.advanced(by: deadline)
        let count = try await tap.noting { () async throws(DeviceError) in
            try await onLane { wire, waits throws(DeviceError) in try wire.write(bytes, waits, until: until) }
        }
        tap.note(.out, Array("{\"data\":\(count)}".utf8))
        return count
    }

    func finish(within deadline: Duration) async throws(DeviceError) {
        let until = MonoTime.now.advanced(by: deadline)
        try await tap.noting { () async throws(DeviceError) in
            try await onLane { wire, waits throws(DeviceError) in try wire.finish(waits, until: until) }
        }
        tap.note(.out, Array("\"finished\"".utf8))
    }

    func abandon(within deadline: Duration) async {
        tap.note(.out, Array("\"abandoned\"".utf8))
        let until = MonoTime.now.advanced(by: deadline)
        try? await onLane { wire, waits throws(DeviceError) in wire.abandon(waits, until: until) }
    }

    func reset(within deadline: Duration) async throws(DeviceError) {
        tap.note(.out, Array("\"reset\"".utf8))
        let until = MonoTime.now.advanced(by: deadline)
        try await tap.noting { () async throws(DeviceError) in
            try await onLane { wire, waits throws(DeviceError) in try wire.reset(waits, until: until) }
        }
    }

    func close() async {
        waits.interrupt()
        await lane.run { self.wire.release() }
    }

    private func onLane<Value: Sendable>(
        _ work: @escaping @Sendable (any PrinterWire, borrowing Interrupter) throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        try await lane.run { () -> Result<Value, DeviceError> in
            do throws(DeviceError) {
                return .success(try work(self.wire, self.waits))
            } catch {
                return .failure(error)
            }
        }.get()
    }
}

extension PrinterLook {
    fileprivate var recorded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }
}

extension Interrupter {
    /// Waits for `fd`; a wait that ends otherwise is an error.
    borrowing func ready(_ fd: CInt, toWrite: Bool, until: MonoTime, _ doing: String) throws(DeviceError) {
        switch wait(for: fd, toWrite: toWrite, milliseconds: until.since(MonoTime.now).milliseconds) {
        case .ready: return
        case .interrupted: throw DeviceError(.absent, doing: doing, "closed here")
        case .timedOut: throw DeviceError(.timedOut, doing: doing, "nothing in time")
        }
    }
}
