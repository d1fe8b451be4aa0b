import DriverKit
import SuggestionBoxDriver
import SuggestionBoxSimulator
import Synchronization
import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime

/// A port straight into a simulated chip. Nothing waits: what does not come is a time-out at once.
final class ChipPort: ReportPort, ReportOpener {
    struct State: Sendable {
        var chip: SimulatedChip
        var written: [[UInt8]] = []
        var answers: [[UInt8]] = []
        /// Answers that will come with the one after.
        var late: [[UInt8]] = []
        var delaysNext = false
        var isGone = false
        var closeCount = 0
    }

    let identity: ReportIdentity
    let state: Mutex<State>
    private let clock: ManualClock
    /// While there is one, answers wait for it.
    let gate = Mutex<Gate?>(nil)

    init(chip: SimulatedChip = SimulatedChip(), identity: ReportIdentity = SimulatedChip.identity, clock: ManualClock) {
        (self.identity, self.clock) = (identity, clock)
        state = Mutex(State(chip: chip))
    }

    func open(_ attachment: DriverKit.Attachment, tap: WireTap) async throws(DeviceError) -> any ReportPort { self }

    func write(_ report: [UInt8], within deadline: Duration) async throws(DeviceError) {
        let isThere = state.withLock { state in
            guard !state.isGone else { return false }
            state.written.append(report)
            guard let answer = state.chip.answer(report) else { return true }
            if state.delaysNext {
                state.late.append(answer)
                state.delaysNext = false
            } else {
                state.answers += state.late + [answer]
                state.late = []
            }
            return true
        }
        if !isThere { throw DeviceError(.absent, doing: "write", "unplugged") }
    }

    func read(within deadline: Duration) async throws(DeviceError) -> TimedReport {
        if let gate = gate.withLock({ $0 }) { await gate.pass() }
        let (answer, isGone) = state.withLock { state in
            (state.answers.isEmpty ? nil : state.answers.removeFirst(), state.isGone)
        }
        if isGone { throw DeviceError(.absent, doing: "read", "unplugged") }
        guard let answer else { throw DeviceError(.timedOut, doing: "read", "nothing") }
        return TimedReport(answer, at: clock.mono())
    }

    func close() async { state.withLock { $0.closeCount += 1 } }

    /// The commands so far, by their first bytes.
    var commands: [UInt8] { state.withLock { $0.written.compactMap(\.first) } }
    func chip(_ change: (inout SimulatedChip) -> Void) { state.withLock { change(&$0.chip) } }
    func slot(blocked: Bool) { chip { $0.set(pin: 0, high: blocked) } }
    func lid(open: Bool) { chip { $0.set(pin: 2, high: open) } }
}

/// The device never came to wait for its next look.
struct Restless: Error {}

/// A driver on such a port, with its time in the test's hand.
struct BoxBench: Sendable {
    let clock = ManualClock()
    let port: ChipPort
    let driver: MCP2221BoxDriver

    init(
        chip: SimulatedChip = SimulatedChip(levels: [false, false, false, true]),
        identity: ReportIdentity = SimulatedChip.identity
    ) {
        port = ChipPort(chip: chip, identity: identity, clock: clock)
        driver = MCP2221BoxDriver(opener: port, clock: clock)
    }

    func open(_ settings: [String: String] = [:]) async throws -> any LiveDevice {
        try await driver.open(.address("sim-hid:none"), profile: BoxBench.profile(settings), tap: WireTap())
    }

    static func profile(_ settings: [String: String] = [:]) -> DeviceProfile {
        DeviceProfile(driver: "mcp2221-box", kind: .suggestionBox, settings: settings)
    }

    func openingError(_ settings: [String: String] = [:]) async -> DeviceError? {
        await #expect(throws: DeviceError.self) { try await open(settings) }
    }

    /// Lets time pass in steps of 10 ms, each after the device has looked and waits for its next turn.
    func pass(_ milliseconds: Int) async throws {
        for _ in 0..<milliseconds / 10 {
            try await untilAsleep()
            clock.advance(by: .milliseconds(10))
        }
        try await untilAsleep()
    }

    private func untilAsleep() async throws {
        for _ in 0..<1_000_000 {
            if clock.sleeperCount > 0 { return }
            await Task.yield()
        }
        throw Restless()
    }
}

extension LiveDevice {
    /// All that it has told; only after it was closed or lost.
    func told() async -> [DeviceEvent] {
        var events: [DeviceEvent] = []
        for await event in self.events { events.append(event) }
        return events
    }
}

extension [DeviceEvent] {
    var reports: [Report] { compactMap { if case .report(let report) = $0 { report } else { nil } } }
    var instants: [Instant] { reports.flatMap(\.instants) }
    var loss: DeviceError? { compactMap { if case .lost(let error) = $0 { error } else { nil } }.last }
}

extension Report {
    func looked(at code: ConditionCode) -> Symptom.Sight? { symptoms.first { $0.code == code }?.sight }
}
