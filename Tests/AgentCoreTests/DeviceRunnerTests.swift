import DriverKit
import Logging
import Synchronization
import Testing
import ZoneAgentCore
import ZoneModel
import ZoneTestKit

/// A driver whose openings and devices do what a test says.
private final class ScriptedDriver: DeviceDriver {
    let name = "scripted"
    let kinds: Set<DeviceKind> = [.touchPanel]
    let settings: [String: SettingKind] = [:]
    let absence: ConditionCode? = .touchAbsent
    private let failures: Mutex<[DeviceError]>
    let devices = Mutex<[ScriptedDevice]>([])
    let profiles = Mutex<[DeviceProfile]>([])

    init(failures: [DeviceError] = []) { self.failures = Mutex(failures) }

    func open(_ attachment: DriverKit.Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        if let error = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
        let device = ScriptedDevice()
        devices.withLock { $0.append(device) }
        profiles.withLock { $0.append(profile) }
        return device
    }
}

private actor ScriptedDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let output: AsyncStream<DeviceEvent>.Continuation
    private(set) var closes = 0

    init() { (events, output) = AsyncStream.makeStream(of: DeviceEvent.self) }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        Report(presence: .present, link: .up, identity: Identity(model: "Panel 7"))
    }

    func close() async {
        closes += 1
        output.finish()
    }

    nonisolated func lose() {
        output.yield(.lost(DeviceError(.absent, doing: "read", "unplugged")))
        output.finish()
    }
}

@Suite("The runner opens, watches, loses and opens again")
struct DeviceRunnerTests {
    private let clock = ManualClock()
    private let reports = Collector()

    private func presences() -> [Presence?] { reports.all.map(\.presence) }

    private func withRunner(
        _ driver: ScriptedDriver, refine: @escaping @Sendable (Identity) -> DeviceProfile? = { _ in nil },
        _ body: (DeviceRunner) async throws -> Void
    ) async throws {
        let assignment = Assignment(
            card: DeviceCard(id: DeviceID(.touchPanel, 1), kind: .touchPanel), driver: driver, attachment: .machine,
            profile: DeviceProfile(driver: "scripted", kind: .touchPanel, probeInterval: .seconds(30)),
            refine: refine)
        let runner = DeviceRunner(assignment, clock: clock, log: Logger(label: "test")) { [reports] in reports.add($0) }
        let task = Task { await runner.run() }
        try await body(runner)
        task.cancel()
        await task.value
    }

    /// Lets time pass until `check` holds.
    private func advance(until what: String, _ check: () -> Bool) async throws {
        try await eventuallyTrue(what) {
            clock.advance(by: .seconds(1))
            return check()
        }
    }

    @Test("openings that fail are tried again, and each failure is told")
    func retries() async throws {
        let failures = [DeviceError(.absent, doing: "open"), DeviceError(.permission, doing: "open")]
        let driver = ScriptedDriver(failures: failures)
        try await withRunner(driver) { _ in
            try await advance(until: "opened") { driver.devices.withLock { $0.count } == 1 }
        }
        let told = reports.all
        #expect(told.first?.presence == .absent)
        #expect(told.first?.symptoms == [Symptom(.touchAbsent, .wrong(evidence: "open: absent"))])
        #expect(told.dropFirst().first?.presence == .unknown, "what may not be opened is unknown, not absent")
        #expect(told.dropFirst().first?.reason == "permission")
        #expect(told.dropFirst().first?.symptoms.isEmpty == true)
    }

    @Test("a device that is lost is closed, told absent, and opened anew")
    func reopens() async throws {
        let driver = ScriptedDriver()
        try await withRunner(driver) { _ in
            try await advance(until: "opened") { driver.devices.withLock { $0.count } == 1 }
            driver.devices.withLock { $0[0] }.lose()
            try await advance(until: "opened again") { driver.devices.withLock { $0.count } == 2 }
        }
        #expect(presences().contains(.absent))
        #expect(await driver.devices.withLock { $0[0] }.closes > 0)
        #expect(await driver.devices.withLock { $0[1] }.closes > 0, "cancelled runners leave nothing open")
    }

    @Test("a device that says which model it is, is opened once more with the profile of that model")
    func refines() async throws {
        let driver = ScriptedDriver()
        let better = DeviceProfile(driver: "scripted", kind: .touchPanel, settings: ["model": "7"])
        try await withRunner(driver, refine: { $0.model == "Panel 7" ? better : nil }) { _ in
            try await advance(until: "opened again") { driver.devices.withLock { $0.count } == 2 }
            let before = reports.all.count
            try await advance(until: "three more looks") { reports.all.count >= before + 3 }
        }
        #expect(driver.profiles.withLock { $0.map(\.settings) } == [[:], ["model": "7"]], "once, and never again")
        #expect(await driver.devices.withLock { $0[0] }.closes > 0)
        #expect(presences().allSatisfy { $0 == .present }, "nobody is told of a loss")
    }

    @Test("a device that is another model each time is not opened without a pause")
    func fickle() async throws {
        let driver = ScriptedDriver()
        let count = Mutex(0)
        let refine: @Sendable (Identity) -> DeviceProfile? = { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return DeviceProfile(driver: "scripted", kind: .touchPanel, settings: ["model": "\(number)"])
        }
        try await withRunner(driver, refine: refine) { _ in
            // Whoever would open again at once, would do so without any time passing.
            try await eventuallyTrue("it waits") { clock.sleeperCount > 0 && driver.devices.withLock { $0.count } == 1 }
            for _ in 0..<2000 { await Task.yield() }
            #expect(driver.devices.withLock { $0.count } == 1)
            try await advance(until: "opened again") { driver.devices.withLock { $0.count } == 2 }
        }
    }

    @Test("a probe asks now; without an open device it says so")
    func probe() async throws {
        let driver = ScriptedDriver(failures: [DeviceError(.absent, doing: "open")])
        try await withRunner(driver) { runner in
            try await advance(until: "opened") { driver.devices.withLock { $0.count } == 1 }
            let report = try await eventually("probe answers") { try await runner.probe() }
            #expect(report.link == .up)
        }
    }
}

/// Reports in the order they came.
private final class Collector: Sendable {
    private let reports = Mutex<[Report]>([])
    var all: [Report] { reports.withLock { $0 } }
    func add(_ report: Report) { reports.withLock { $0.append(report) } }
}
