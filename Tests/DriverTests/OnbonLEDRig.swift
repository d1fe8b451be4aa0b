import DriverKit
import OnbonLEDDriver
import OnbonLEDSimulator
import Synchronization
import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime

/// Time that passes as soon as somebody waits for it.
struct WillingClock: ZoneClock {
    private let manual = ManualClock()

    func mono() -> MonoTime { manual.mono() }
    func wall() -> WallTime { manual.wall() }
    func quality() -> ClockQuality { .synced }
    func advance(by duration: Duration) { manual.advance(by: duration) }
    func sleep(until deadline: MonoTime) async throws { advance(by: max(.zero, deadline.since(mono()))) }
}

/// A simulated card on a line without a wire: time passes only while somebody waits for bytes.
final class CardLine: ByteOpener {
    struct State {
        var card = SimulatedCard()
        /// What the card's serial side is set to; `nil`: any.
        var baud: Int?
        /// The address leads somewhere.
        var isThere = true
        /// Connections that were open up to here lead nowhere any more, and nobody told them.
        var deadUpTo = 0
        var opened: [PortAddress] = []
        var sent: [[UInt8]] = []
        var closedCount = 0
        /// Answers arrive only when the next question is on its way.
        var isLate = false
        /// What a new connection finds waiting.
        var stale: [UInt8] = []
    }

    let clock = WillingClock()
    private let state = Mutex(State())

    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }
    var now: State { state.withLock { $0 } }
    var card: SimulatedCard { now.card }

    func open(_ address: PortAddress, within deadline: Duration, tap: WireTap) async throws(DeviceError) -> any BytePort
    {
        let number: Int? = change { state in
            state.opened.append(address)
            return state.isThere ? state.opened.count : nil
        }
        guard let number else { throw DeviceError(.absent, doing: "open \(address)", "nobody listens") }
        return CardPort(number, address, self)
    }
}

private final class CardPort: BytePort {
    private let number: Int
    private let address: PortAddress
    private let line: CardLine
    private let waiting: Mutex<[[UInt8]]>
    private let late = Mutex<[[UInt8]]>([])

    init(_ number: Int, _ address: PortAddress, _ line: CardLine) {
        (self.number, self.address, self.line) = (number, address, line)
        let stale = line.now.stale
        waiting = Mutex(stale.isEmpty ? [] : [stale])
    }

    private func checkEnd(_ doing: String) throws(DeviceError) {
        if !line.now.isThere { throw DeviceError(.absent, doing: doing, "gone") }
    }

    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) {
        try checkEnd("write")
        let pieces = line.change { state -> [[UInt8]] in
            state.sent.append(bytes)
            if case .tty(_, let baud) = address, let right = state.baud, baud != right { return [] }
            return number > state.deadUpTo ? state.card.receive(bytes) : []
        }
        let overdue = late.withLock { late in
            defer { late = line.now.isLate ? pieces : [] }
            return late
        }
        waiting.withLock { $0 += overdue + (line.now.isLate ? [] : pieces) }
    }

    func read(within deadline: Duration) async throws(DeviceError) -> [UInt8] {
        try checkEnd("read")
        // Others may come in between, as they may while a real line is waited for.
        for _ in 0..<3 { await Task.yield() }
        if let piece = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return piece }
        line.clock.advance(by: deadline)
        throw DeviceError(.timedOut, doing: "read", "nothing")
    }

    func close() async { line.change { $0.closedCount += 1 } }
}

extension CardLine {
    func driver() -> OnbonLEDDriver { OnbonLEDDriver(opener: self, clock: clock) }

    /// Opens the card as the core would.
    func device(
        _ address: String = "onbon://192.0.2.9", set: [String: String] = [:]
    ) async throws -> any SignDisplay {
        let profile = DeviceProfile(driver: "onbon-led", kind: .ledDisplay, settings: set)
        let device = try await driver().open(.address(address), profile: profile, tap: WireTap())
        return try #require(device as? any SignDisplay)
    }

    func failureToOpen(_ address: String = "onbon://192.0.2.9", set: [String: String] = [:]) async -> DeviceError? {
        do {
            await (try device(address, set: set)).close()
            return nil
        } catch {
            return error as? DeviceError
        }
    }
}

extension SignDisplay {
    /// A check with the time that the core gives it.
    func look() async throws -> Report { try await check(within: .seconds(30)) }

    func say(_ lines: String..., effect: SignMessage.Effect = .still, colour: SignMessage.Colour? = nil) async throws
        -> SignResult
    {
        try await show(SignMessage(lines: lines, effect: effect, colour: colour), within: .seconds(30))
    }
}

extension Report {
    func sight(_ code: ConditionCode) -> Symptom.Sight? { symptoms.first { $0.code == code }?.sight }

    func isWrong(_ code: ConditionCode) -> Bool { if case .wrong? = sight(code) { true } else { false } }
}

/// What was thrown, if it was a `DeviceError`.
func deviceError(_ work: () async throws -> Void) async -> DeviceError? {
    do {
        try await work()
        return nil
    } catch {
        return error as? DeviceError
    }
}
