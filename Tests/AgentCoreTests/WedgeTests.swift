import DriverKit
import Logging
import Synchronization
import Testing
import ZoneAgentCore
import ZoneModel
import ZoneTestKit
import ZoneTime

/// Where a driver gets stuck and does not return, whatever its deadline and whoever cancels it.
enum Swamp: Sendable, CaseIterable { case nowhere, open, check, checkAndClose, heal }

/// A driver that gets stuck once; what is opened after that works.
private final class StuckDriver: DeviceDriver {
    let name = "stuck"
    let kinds: Set<DeviceKind> = [.touchPanel]
    let settings: [String: SettingKind] = [:]
    let absence: ConditionCode? = .touchAbsent
    let gate = Gate()
    private let swamp: Swamp
    private let tally = Mutex((openings: 0, checks: 0, closed: 0))

    init(_ swamp: Swamp) { self.swamp = swamp }

    var openings: Int { tally.withLock { $0.openings } }
    var checks: Int { tally.withLock { $0.checks } }
    var closed: Int { tally.withLock { $0.closed } }
    func noteCheck() { tally.withLock { $0.checks += 1 } }
    func noteClosed() { tally.withLock { $0.closed += 1 } }

    func open(_ attachment: DriverKit.Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        let isFirst = tally.withLock { tally in
            tally.openings += 1
            return tally.openings == 1
        }
        if isFirst, swamp == .open { await gate.pass() }
        return StuckDevice(self, isFirst ? swamp : .nowhere)
    }
}

private actor StuckDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let output: AsyncStream<DeviceEvent>.Continuation
    private let driver: StuckDriver
    private let swamp: Swamp

    init(_ driver: StuckDriver, _ swamp: Swamp) {
        (self.driver, self.swamp) = (driver, swamp)
        (events, output) = AsyncStream.makeStream(of: DeviceEvent.self)
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        if swamp == .check || swamp == .checkAndClose { await driver.gate.pass() }
        driver.noteCheck()
        return Report(presence: .present, link: .up)
    }

    func heal(_ step: HealingStep) async throws(DeviceError) { if swamp == .heal { await driver.gate.pass() } }

    func close() async {
        if swamp == .checkAndClose { await driver.gate.pass() }
        // Letting go of hardware takes a while.
        for _ in 0..<100 { await Task.yield() }
        output.finish()
        driver.noteClosed()
    }
}

@Suite("A driver that never returns costs its own device only")
struct WedgeTests {
    private let rig: StationRig

    init() throws { rig = try StationRig() }

    /// Runs a driver as `id` into the station while `body` lasts, and lets go of what is stuck at the end.
    private func with(
        _ driver: StuckDriver, as id: DeviceID = StationRig.panel, _ station: Station,
        _ body: (DeviceRunner) async throws -> Void
    ) async throws {
        let profile = DeviceProfile(driver: "stuck", kind: .touchPanel, probeInterval: .seconds(30))
        let assignment = Assignment(
            card: DeviceCard(id: id, kind: .touchPanel), driver: driver, attachment: .machine, profile: profile)
        let runner = DeviceRunner(assignment, clock: rig.clock, log: Logger(label: "test")) { report in
            await station.take(report, from: id)
        }
        let task = Task { await runner.run() }
        let outcome = await result { try await body(runner) }
        task.cancel()
        await task.value
        driver.gate.open()
        try outcome.get()
    }

    private func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    private func wedge(_ station: Station, _ id: DeviceID = StationRig.panel) -> Condition? {
        station.board.state(of: id)?.conditions.first { $0.code == .driverWedged }
    }

    @Test(
        "stuck in a check, in opening, or in a check and in closing: told, opened again, over",
        arguments: [(Swamp.check, "check"), (.open, "open"), (.checkAndClose, "check")])
    func wedged(_ swamp: Swamp, _ doing: String) async throws {
        try await rig.withStation { station, journal in
            let driver = StuckDriver(swamp)
            let begin = rig.clock.mono()
            try await with(driver, station) { _ in
                try await rig.crank("told") { wedge(station) != nil }
                #expect(rig.clock.mono().since(begin) >= .seconds(40), "30 s that it has, and 10 s of grace")
                let state = try #require(station.board.state(of: StationRig.panel))
                #expect(state.presence == .unknown && state.link == .unknown && state.reason == "wedged")
                #expect(state.health == .unknown && !state.serviceable, "silence is unknown")
                #expect(wedge(station)?.evidence?.hasPrefix("\(doing): wedged") == true)
                try await rig.crank("opened again") { driver.openings == 2 }
                try await rig.crank("over") { wedge(station) == nil }
                #expect(station.board.state(of: StationRig.panel)?.health == .ok)
                #expect(driver.openings == 2)
            }
            let rows = try await journal.rows(.conditionRaised, .conditionCleared)
            #expect(rows.map { $0.data["code"] } == ["agent.driver.wedged", "agent.driver.wedged"])
        }
    }

    @Test("the other devices are looked at all the while")
    func others() async throws {
        try await rig.withStation { station, _ in
            let (stuck, healthy) = (StuckDriver(.check), StuckDriver(.nowhere))
            try await with(healthy, as: StationRig.printer, station) { _ in
                try await with(stuck, station) { _ in
                    try await rig.crank("looked at while the other is stuck") { healthy.checks >= 2 }
                    try await rig.crank("told") { wedge(station) != nil }
                    let before = healthy.checks
                    try await rig.crank("looked at again") { healthy.checks >= before + 3 }
                    #expect(stuck.gate.count == 1, "the first check has not returned yet")
                }
            }
            #expect(healthy.openings == 1)
            let state = station.board.state(of: StationRig.printer)
            #expect(state?.health == .ok && state?.conditions.isEmpty == true)
        }
    }

    @Test("a healing step that never returns has failed at its deadline; the device goes on")
    func healing() async throws {
        try await rig.withStation { station, _ in
            let driver = StuckDriver(.heal)
            try await with(driver, station) { runner in
                try await rig.crank("open") { driver.checks > 0 }
                let code = Mutex<DeviceError.Code?>(nil)
                Task {
                    let failure = await Self.failure(runner)
                    code.withLock { $0 = failure }
                }
                try await rig.crank("given up") { code.withLock { $0 } == .wedged }
                let before = driver.checks
                try await rig.crank("looked at again") { driver.checks > before }
                #expect(driver.openings == 1 && wedge(station) == nil)
            }
        }
    }

    private static func failure(_ runner: DeviceRunner) async -> DeviceError.Code? {
        do throws(DeviceError) {
            try await runner.heal(HealingStep("wake", harm: .none, deadline: .seconds(5), dailyBudget: 1))
            return nil
        } catch { return error.code }
    }

    @Test("a runner that is stopped while it opens is not wedged, it is stopped")
    func stopped() async throws {
        try await rig.withStation { station, journal in
            let driver = StuckDriver(.open)
            try await with(driver, station) { _ in
                try await eventuallyTrue("opening") { driver.gate.count == 1 }
            }
            #expect(wedge(station) == nil)
            let rows = try await journal.rows(.conditionRaised)
            #expect(rows.isEmpty)
        }
    }

    @Test("a runner that is stopped has closed its device before it ends")
    func closed() async throws {
        try await rig.withStation { station, _ in
            let driver = StuckDriver(.nowhere)
            try await with(driver, station) { _ in try await rig.crank("open") { driver.checks > 0 } }
            #expect(driver.closed > 0)
        }
    }
}
