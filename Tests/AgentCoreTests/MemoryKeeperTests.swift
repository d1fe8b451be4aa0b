import DriverKit
import Logging
import Synchronization
import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

/// A panel that learns what a test tells it.
private actor Learner: LearningDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let output: AsyncStream<DeviceEvent>.Continuation
    nonisolated let recalled = Mutex<[[UInt8]]>([])
    nonisolated let isChecked = Mutex(false)
    nonisolated let known: Mutex<[UInt8]?>

    init(knows: [UInt8]?) {
        (events, output) = AsyncStream.makeStream(of: DeviceEvent.self)
        known = Mutex(knows)
    }

    func recall(_ memory: [UInt8]) {
        let isLate = isChecked.withLock { $0 }
        recalled.withLock { $0.append(isLate ? [] : memory) }
    }

    func memory() -> [UInt8]? { known.withLock { $0 } }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        isChecked.withLock { $0 = true }
        return Report(presence: .present, link: .up)
    }

    func close() async { output.finish() }
}

private final class LearnerDriver: DeviceDriver {
    let name = "learner"
    let kinds: Set<DeviceKind> = [.touchPanel]
    let settings: [String: SettingKind] = [:]
    let absence: ConditionCode? = .touchAbsent
    private let device: Learner

    init(_ device: Learner) { self.device = device }

    func open(_ attachment: DriverKit.Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    { device }
}

@Suite("What a device has learned is kept over restarts, on this PC alone")
struct MemoryKeeperTests {
    private let root: TemporaryRoot
    private let clock = ManualClock()
    private let id = DeviceID(.touchPanel, 1)
    private let log = Logger(label: "test")

    init() throws { root = try TemporaryRoot() }

    private func withJournal<Value>(_ body: (Journal) async throws -> Value) async throws -> Value {
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
        do {
            let value = try await body(journal)
            await journal.close()
            return value
        } catch {
            await journal.close()
            throw error
        }
    }

    /// Runs the device until `body` is over.
    private func run(_ device: Learner, _ journal: Journal, _ body: () async throws -> Void) async throws {
        let assignment = Assignment(
            card: DeviceCard(id: id, kind: .touchPanel), driver: LearnerDriver(device), attachment: .machine,
            profile: DeviceProfile(driver: "learner", kind: .touchPanel, probeInterval: .seconds(30)))
        let memory = MemoryKeeper(journal: journal, device: id, log: log)
        let runner = DeviceRunner(assignment, clock: clock, log: log, memory: memory) { _ in }
        let task = Task { await runner.run() }
        try await eventuallyTrue("checked") { device.isChecked.withLock { $0 } }
        try await body()
        task.cancel()
        await task.value
    }

    @Test("asked for before it is closed, handed over before the first check, also after a restart")
    func restart() async throws {
        try await withJournal { journal in
            let first = Learner(knows: [1, 2, 3])
            try await run(first, journal) {}
            #expect(first.recalled.withLock { $0 }.isEmpty, "nothing was kept yet")
        }
        try await withJournal { journal in
            let second = Learner(knows: nil)
            try await run(second, journal) {}
            #expect(second.recalled.withLock { $0 } == [[1, 2, 3]])
            #expect(try await journal.learned(by: id) == [1, 2, 3], "who has nothing to keep does not forget")
            let told = try await journal.page(after: 0, limit: 100)
            #expect(told.isEmpty, "no event, so nothing for the hub")
        }
    }

    @Test("asked for every ten minutes: a power cut costs no more")
    func rounds() async throws {
        try await withJournal { journal in
            let device = Learner(knows: [7])
            try await run(device, journal) {
                try await eventuallyTrue("kept while it runs") {
                    clock.advance(by: .seconds(30))
                    return try await journal.learned(by: id) == [7]
                }
            }
        }
    }

    @Test("too much is not kept; what was kept goes with the device")
    func bounds() async throws {
        try await withJournal { journal in
            try await run(Learner(knows: [9]), journal) {}
            try await run(Learner(knows: [UInt8](repeating: 1, count: DeviceMemory.limit + 1)), journal) {}
            #expect(try await journal.learned(by: id) == [9])
            try await journal.write([Entry(nil, [.deviceGone(id)])], .now)
            #expect(try await journal.learned(by: id) == nil)
        }
    }
}
