import DriverKit
import Synchronization
import Testing
import USBPrinterDriver
import USBPrinterSimulator
import ZoneLinux
import ZoneModel
import ZoneTestKit

/// A port straight into a simulated printer. Nothing waits: what does not come takes its time at once.
final class LPPort: PrinterPort, PrinterPortOpener {
    struct State: Sendable {
        var printer = SimulatedUSBPrinter()
        /// Why it cannot be asked or given anything now.
        var trouble: DeviceError.Code?
        /// After so many bytes the trouble comes.
        var bytesUntilTrouble: (count: Int, DeviceError.Code)?
        /// Done after that many pieces of data.
        var onPiece: (@Sendable (Int) -> Void)?
        var pieces = 0
        var looks = 0
        var finished = 0
        /// Holds a document up that has been given away whole.
        var finishing: Gate?
        var abandoned = 0
        var resets = 0
        /// Looks until the kernel's driver has it again.
        var looksUntilTaken = 0
        var closed = 0
    }

    private let state = Mutex(State())
    private let clock: ManualClock

    init(clock: ManualClock) { self.clock = clock }

    func with<Value>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }
    func printer(_ change: (inout SimulatedUSBPrinter) -> Void) { with { change(&$0.printer) } }
    func fail(_ code: DeviceError.Code?) { with { $0.trouble = code } }

    func open(_ attachment: DriverKit.Attachment, tap: WireTap) async throws(DeviceError) -> any PrinterPort { self }

    func look(within deadline: Duration) async throws(DeviceError) -> PrinterLook {
        let (trouble, look) = with { state -> (DeviceError.Code?, PrinterLook) in
            state.looks += 1
            state.printer.work()
            let status = state.printer.manner == .stateless ? nil : state.printer.status
            if state.looksUntilTaken > 0 {
                state.looksUntilTaken -= 1
                return (.unsupported, PrinterLook(deviceID: nil, status: nil))
            }
            return (state.trouble, PrinterLook(deviceID: state.printer.deviceID, status: status))
        }
        if let trouble { throw DeviceError(trouble, doing: "look", "test") }
        return look
    }

    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) -> Int {
        let (trouble, count, after) = with { state -> (DeviceError.Code?, Int, (@Sendable (Int) -> Void)?) in
            if let limit = state.bytesUntilTrouble, state.printer.byteCount >= limit.count { state.trouble = limit.1 }
            guard state.trouble == nil else { return (state.trouble, 0, nil) }
            state.pieces += 1
            return (nil, state.printer.take(bytes), state.onPiece)
        }
        if let trouble { throw DeviceError(trouble, doing: "write", "test") }
        after?(with { $0.pieces })
        guard count > 0 else {
            clock.advance(by: deadline)
            throw DeviceError(.timedOut, doing: "write", "full")
        }
        return count
    }

    func finish(within deadline: Duration) async throws(DeviceError) {
        let (trouble, gate) = with { state in
            state.finished += 1
            return (state.trouble, state.finishing)
        }
        await gate?.pass()
        if let trouble { throw DeviceError(trouble, doing: "finish", "test") }
    }

    func abandon(within deadline: Duration) async {
        with { state in
            state.abandoned += 1
            state.printer.reset()
        }
    }

    func reset(within deadline: Duration) async throws(DeviceError) {
        let trouble = with { state in
            state.resets += 1
            guard state.trouble == .timedOut else { return state.trouble }
            (state.trouble, state.looksUntilTaken) = (nil, 3)
            return nil
        }
        if let trouble { throw DeviceError(trouble, doing: "reset", "test") }
    }

    func close() async { with { $0.closed += 1 } }
}

/// A driver on such a port, with its time in the test's hand.
struct LPBench: Sendable {
    let clock = ManualClock()
    let port: LPPort
    let root: TemporaryRoot
    private let driver: USBPrinterDriver

    init() throws {
        port = LPPort(clock: clock)
        root = try TemporaryRoot()
        var pace = USBPrintPace()
        pace.stalled = .seconds(30)
        driver = USBPrinterDriver(opener: port, clock: clock, pace: pace)
    }

    static let node = DriverKit.Attachment.node(
        path: "/dev/bus/usb/003/002",
        properties: [
            "ID_VENDOR_ID": "222a", "ID_MODEL_ID": "0088", "ID_VENDOR": "Zone", "ID_MODEL": "Laser_1",
            "ID_SERIAL_SHORT": "SN-1", "ID_PATH": "pci-0000:00:10.0-usb-0:2",
        ])

    func open(_ settings: [String: String] = [:]) async throws -> any DocumentPrinter {
        let profile = DeviceProfile(driver: "usb-printer", kind: .printer, settings: settings)
        return try #require(
            try await driver.open(Self.node, profile: profile, tap: WireTap()) as? any DocumentPrinter)
    }

    /// A document of so many bytes.
    func order(_ count: Int, format: String = "application/pdf") throws -> PrintOrder {
        let path = "\(root.path)/document-\(count)"
        try SmallFile.replace(path, with: String(repeating: "0123456789abcde\n", count: count / 16 + 1).prefixed(count))
        return PrintOrder(path: path, format: format)
    }

    func print(_ order: PrintOrder, on printer: any DocumentPrinter) async -> PrintResult {
        await passing(Task { await printer.printDocument(order, progress: { _ in }) })
    }

    /// Lets time pass until the task is over: only while somebody waits for it, and slowly, so that what needs no time
    /// has happened before.
    func passing<Value: Sendable>(_ task: Task<Value, Never>) async -> Value {
        let over = Raised()
        let waiter = Task {
            let value = await task.value
            over.raise()
            return value
        }
        while !over.isUp {
            for _ in 0..<400 { await Task.yield() }
            if clock.sleeperCount > 0 { clock.advance(by: .milliseconds(250)) }
        }
        return await waiter.value
    }
}

private final class Raised: Sendable {
    private let flag = Mutex(false)
    var isUp: Bool { flag.withLock { $0 } }
    func raise() { flag.withLock { $0 = true } }
}

extension String {
    fileprivate func prefixed(_ count: Int) -> String { String(prefix(count)) }
}
