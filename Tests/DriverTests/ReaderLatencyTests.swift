import DriverKit
import Synchronization
import Testing
import ZoneModel
import ZoneTestKit

@testable import TouchPanelDriver

@Suite("Touch panel: how fast it is read")
struct ReaderLatencyTests {
    @Test("bins follow each other without a gap, each an eighth wider than its waits are long at most")
    func bins() {
        var last = -1
        for bin in 0..<ReaderLatency.bins {
            let (first, end) = (ReaderLatency.end(of: last) + 1, ReaderLatency.end(of: bin))
            #expect(ReaderLatency.bin(first) == bin && ReaderLatency.bin(end) == bin)
            #expect(end >= first && end - first <= first / 8)
            last = bin
        }
        #expect(ReaderLatency.end(of: ReaderLatency.bins - 1) == (1 << 27) - 1)
    }

    @Test("shares are those of a sorted list, at most an eighth above", arguments: 0..<10)
    func shares(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var latency = ReaderLatency()
        let waits = (0..<Int.random(in: 1...2000, using: &random)).map { _ in
            Int64(1) << Int64.random(in: 0...25, using: &random) + Int64.random(in: 0...50, using: &random)
        }
        for wait in waits { latency.note(stamp: 5_000_000, handedOn: 5_000_000 + wait) }
        let sorted = waits.sorted()
        for share in [0.5, 0.99, 1] {
            let truth = sorted[max(1, Int((Double(waits.count) * share).rounded(.up))) - 1]
            let told = try #require(latency.wait(ofShare: share))
            #expect(told >= truth && told <= truth + truth / 8)
        }
        #expect(latency.frames == waits.count && latency.most == sorted.last)
    }

    @Test("what another clock has stamped is no wait", arguments: [Int64.min, -1, 1 << 27, .max])
    func otherClock(_ wait: Int64) {
        var latency = ReaderLatency()
        for stamp in [Int64.min, 0, 7, .max] { latency.note(stamp: stamp, handedOn: stamp &+ wait) }
        #expect(latency.frames == 0 && latency.wait(ofShare: 0.5) == nil)
        #expect(latency.details(dropped: 3) == ["frames": 0, "dropped": 3])
    }

    @Test("the panel tells of its reader: frames, waits by the clock of the stamps, times that events were lost")
    func details() async throws {
        let source = StampedSource()
        let driver = TouchPanelDriver(opener: OneSource(source: source), clock: ManualClock())
        let profile = DeviceProfile(
            driver: "touch-panel", kind: .touchPanel, settings: [:], probeInterval: .seconds(30))
        let device = try await driver.open(.address("x:y"), profile: profile, tap: WireTap())
        func reader() async throws -> JSONValue? { try await device.check(within: .seconds(1)).details?["reader"] }
        #expect(try await reader() == ["frames": 0, "dropped": 0])
        for wait: Int64 in 1...98 { source.deliver(after: wait, [(0, 0)]) }
        source.deliver(after: 5000, [(0, 0), (3, 0x35), (0, 0)])
        #expect(
            try await reader() == ["frames": 100, "dropped": 0, "p50Us": 51, "p99Us": 5000, "maxUs": 5000])
        // What makes up for a loss bears the stamp of the loss.
        source.deliver(after: 90_000, [(0, 3), (0, 0)])
        #expect(try await reader()?["dropped"] == 1)
        #expect(try await reader()?["frames"] == 100)
        source.isClockKnown.store(false, ordering: .relaxed)
        source.deliver(after: 1, [(0, 0)])
        #expect(try await reader()?["frames"] == 100)
        await device.close()
    }
}

/// Hands on what a test says, at the moment the test says.
private final class StampedSource: InputSource {
    let isClockKnown = Atomic(true)
    let capabilities = InputCapabilities(
        name: "stamped", bus: 3, vendor: 1, product: 1, version: 1, slots: 10,
        x: .init(minimum: 0, maximum: 100, resolution: 1), y: .init(minimum: 0, maximum: 100, resolution: 1),
        simulated: true)
    private let clock = ManualClock()
    private let handedOn = Mutex<Int64>(0)
    private let reader = Mutex<(@Sendable ([InputEvent]) -> Void)?>(nil)

    func stampNow() -> Int64? { isClockKnown.load(ordering: .relaxed) ? handedOn.withLock { $0 } : nil }
    func start(onEvents: @escaping @Sendable ([InputEvent]) -> Void, onEnd: @escaping @Sendable (DeviceError) -> Void) {
        reader.withLock { $0 = onEvents }
    }
    func close() {}

    /// - Parameter wait: µs from their stamp.
    func deliver(after wait: Int64, _ events: [(type: UInt16, code: UInt16)]) {
        clock.advance(by: .milliseconds(10))
        let stamp = clock.mono().milliseconds * 1000
        handedOn.withLock { $0 = stamp + wait }
        reader.withLock { $0 }?(events.map { InputEvent(microseconds: stamp, type: $0.type, code: $0.code, value: 1) })
    }
}

private struct OneSource: InputOpener {
    let source: StampedSource
    func open(_ attachment: DriverKit.Attachment) async throws(DeviceError) -> any InputSource { source }
}
