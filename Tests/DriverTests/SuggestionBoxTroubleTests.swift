import DriverKit
import SuggestionBoxDriver
import SuggestionBoxSimulator
import Synchronization
import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("Suggestion box: trouble on the wire")
struct SuggestionBoxTroubleTests {
    @Test("one answer that does not come is said by a check, and forgotten with the next")
    func oneSilence() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(200)
        bench.port.chip { $0.manner = .silent }
        let report = try await device.check(within: .seconds(5))
        #expect((report.presence, report.link, report.reason) == (.present, .down, "timedOut"))
        guard case .wrong = report.looked(at: .boxSensorDead) else { return #expect(Bool(false), "\(report)") }
        #expect(report.looked(at: .boxSlotBlocked) == .unknown(reason: "timedOut"))
        #expect(report.looked(at: .boxLidOpen) == .unknown(reason: "timedOut"))
        bench.port.chip { $0.manner = .honest }
        #expect(try await device.check(within: .seconds(5)).link == .up)
        await device.close()
    }

    @Test("after three in a row it is of no more use: link down, sensor dead, lost")
    func lost() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(200)
        bench.port.chip { $0.manner = .silent }
        bench.clock.advance(by: .milliseconds(10))
        try await bench.pass(10)
        bench.clock.advance(by: .milliseconds(10))
        let told = await device.told()
        #expect(told.loss?.code == .timedOut)
        #expect(told.reports.last?.link == .down)
        guard case .wrong = told.reports.last?.looked(at: .boxSensorDead) else {
            return #expect(Bool(false), "\(told)")
        }
        let error = await #expect(throws: DeviceError.self) { try await device.check(within: .seconds(5)) }
        #expect(error?.code == .timedOut)
        await device.close()
    }

    @Test("an answer that comes late is not taken for the next one")
    func lateAnswer() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(200)
        bench.port.state.withLock { $0.delaysNext = true }
        try await bench.pass(10)
        // The late answer says clear; the next look must not believe it.
        bench.port.slot(blocked: true)
        try await bench.pass(10)
        #expect(bench.port.commands.suffix(3) == [0x51, 0x10, 0x51])
        try await bench.pass(20)
        let report = try await device.check(within: .seconds(5))
        #expect(report.details?["slot"] == "blocked")
        #expect(bench.port.state.withLock { $0.answers } == [])
        await device.close()
    }

    @Test("somebody resets the chip: its pins are no inputs any more, and it is opened anew")
    func reset() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(50)
        bench.port.chip { chip in _ = chip.answer([0x70, 0xAB, 0xCD, 0xEF] + [UInt8](repeating: 0, count: 60)) }
        try await bench.pass(20)
        bench.clock.advance(by: .milliseconds(10))
        let loss = await device.told().loss
        #expect(loss?.code == .malformedReply)
        #expect(loss?.detail == "GP0 is not an input any more")
        await device.close()
        let again = try await bench.open()
        try await bench.pass(100)
        #expect(try await again.check(within: .seconds(5)).link == .up)
        await again.close()
    }

    @Test("unplugged is said once, then the stream ends; a burst under way is told before")
    func unplugged() async throws {
        let bench = BoxBench()
        let device = try await bench.open(["burst": "2", "lidPin": "none"])
        try await bench.pass(100)
        for _ in 0..<5 {
            bench.port.slot(blocked: true)
            try await bench.pass(50)
            bench.port.slot(blocked: false)
            try await bench.pass(200)
        }
        bench.port.state.withLock { $0.isGone = true }
        bench.clock.advance(by: .milliseconds(10))
        let told = await device.told()
        #expect(told.loss?.code == .absent)
        #expect(told.instants.map(\.code) == [.boxDeposit, .boxDeposit, .boxBurst])
        #expect(told.instants.last?.count == 3)
        await device.close()
    }

    @Test("a check keeps its deadline when the chip hangs")
    func deadline() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(100)
        let gate = Gate()
        bench.port.gate.withLock { $0 = gate }
        let check = Task { try await device.check(within: .milliseconds(5)) }
        try await gate.reached(1)
        try await eventuallyTrue("the check waits") { bench.clock.sleeperCount == 2 }
        bench.clock.advance(by: .milliseconds(5))
        let report = try await check.value
        #expect((report.link, report.reason) == (.down, "timedOut"))
        // Who else wants to look meanwhile waits for the same answer: one command at a time.
        let sent = bench.port.commands.count
        bench.clock.advance(by: .milliseconds(10))
        let second = Task { try await device.check(within: .milliseconds(5)) }
        try await eventuallyTrue("the second check waits") { bench.clock.sleeperCount == 1 }
        bench.clock.advance(by: .milliseconds(5))
        #expect(try await second.value.link == .down)
        #expect(bench.port.commands.count == sent)
        bench.port.gate.withLock { $0 = nil }
        gate.open()
        #expect(try await device.check(within: .seconds(5)).link == .up)
        await device.close()
    }

    @Test("looks come on a grid; those that were missed are left out")
    func grid() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(100)
        let before = bench.port.commands.count
        bench.clock.advance(by: .milliseconds(73))
        try await bench.pass(0)
        #expect(bench.port.commands.count == before + 1)
        // The grid goes on at 80, not at 83.
        bench.clock.advance(by: .milliseconds(7))
        try await bench.pass(0)
        try await eventuallyTrue("the next look") { bench.port.commands.count == before + 2 }
        #expect(try await device.check(within: .seconds(5)).details?["lateSamples"] == 1)
        await device.close()
    }

    @Test("closing is idempotent, ends the stream and the looks")
    func close() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(50)
        await device.close()
        await device.close()
        _ = await device.told()
        await #expect(throws: DeviceError.self) { try await device.check(within: .seconds(5)) }
        try await eventuallyTrue("nobody waits") { bench.clock.sleeperCount == 0 }
    }

    @Test("a device that nobody holds stops looking")
    func abandoned() async throws {
        let bench = BoxBench()
        var device: (any LiveDevice)? = try await bench.open()
        try await bench.pass(50)
        #expect(device != nil)
        device = nil
        try await eventuallyTrue("nobody looks") {
            bench.clock.advance(by: .milliseconds(10))
            let before = bench.port.commands.count
            bench.clock.advance(by: .milliseconds(10))
            return bench.clock.sleeperCount == 0 && bench.port.commands.count == before
        }
    }
}
