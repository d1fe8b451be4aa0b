import DriverKit
import Synchronization
import Testing
import TouchPanelDriver
import TouchPanelSimulator
import ZoneLinux
import ZoneModel
import ZoneTestKit

@Suite("Touch panel: frames")
struct InputFrameTests {
    @Test("frames survive the wire in pieces of any size")
    func frames() {
        var random = SeededGenerator(seed: 12)
        let sent = (0..<50).map { number in
            InputEvent(
                microseconds: Int64(number) * 1_234_567, type: UInt16.random(in: 0...4, using: &random),
                code: UInt16.random(in: 0...0x2FF, using: &random),
                value: Int32.random(in: .min ... .max, using: &random))
        }
        var wire = sent.flatMap(InputFrames.encode)
        var (pending, received) = ([UInt8](), [InputEvent]())
        while !wire.isEmpty {
            let count = min(wire.count, Int.random(in: 1...40, using: &random))
            pending += wire.prefix(count)
            wire.removeFirst(count)
            received += InputFrames.decode(&pending)
        }
        #expect(received == sent)
        #expect(pending.isEmpty)
    }
}

@Suite("Touch panel: the driver on its simulator's wire")
struct TouchPanelDriverTests {
    private let profile = DeviceProfile(
        driver: "touch-panel", kind: .touchPanel, settings: ["idleAfter": "10ms"], probeInterval: .seconds(30))

    private func withPanel(_ body: (PanelServer, any LiveDevice) async throws -> Void) async throws {
        let root = try TemporaryRoot()
        let panel = PanelServer(path: root.path + "/panel.sock")
        try await panel.plug()
        let driver = TouchPanelDriver(opener: StreamInputOpener(), clock: SystemClock())
        let device = try await driver.open(
            .address("sim-input:\(root.path)/panel.sock"), profile: profile, tap: WireTap())
        try await body(panel, device)
        await device.close()
        await panel.unplug()
    }

    private func activity(_ device: any LiveDevice, becomes wanted: Activity) async throws {
        try await eventuallyTrue("activity \(wanted)") {
            try await device.check(within: .seconds(1)).activity == wanted
        }
    }

    @Test("says who it is and what it can do")
    func identity() async throws {
        try await withPanel { _, device in
            let report = try await device.check(within: .seconds(1))
            #expect(report.identity?.busId == "5a41:0001")
            #expect(report.identity?.serial == "SIM-PANEL-1")
            #expect(report.simulated == true)
            #expect(report.details?["slots"] == 10)
            #expect(report.details?["axes"]?["x"]?["max"] == 32767)
        }
    }

    @Test("busy while touched, idle a moment after")
    func busyAndIdle() async throws {
        try await withPanel { panel, device in
            await panel.touch(slot: 3, x: 1, y: 2)
            try await activity(device, becomes: .busy)
            await panel.lift(slot: 3)
            try await activity(device, becomes: .idle)
        }
    }

    @Test("after lost events the panel's own state counts: a finger lifted unseen is not held for ever")
    func resync() async throws {
        try await withPanel { panel, device in
            await panel.touch(slot: 0, x: 1, y: 2)
            try await activity(device, becomes: .busy)
            await panel.forgetUnseen(slot: 0)
            await panel.flood()
            try await activity(device, becomes: .idle)
            #expect(try await device.check(within: .seconds(1)).details?["eventsLostTimes"]?.integerValue ?? 0 > 0)
        }
    }

    @Test("unplugged is said once, then the stream ends")
    func unplug() async throws {
        try await withPanel { panel, device in
            await panel.unplug()
            var events: [DeviceEvent] = []
            for await event in device.events { events.append(event) }
            guard case .lost(let error) = events.last else { return #expect(Bool(false), "\(events)") }
            #expect(error.code == .absent)
            await #expect(throws: DeviceError.self) { try await device.check(within: .seconds(1)) }
        }
    }

    @Test("a socket that greets with nonsense, or not at all, is told apart", arguments: ["nonsense\n", ""])
    func badGreeting(_ greeting: String) async throws {
        let root = try TemporaryRoot()
        let server = try await RawServer.unix(root.path + "/p.sock", says: Array(greeting.utf8))
        let error = await #expect(throws: DeviceError.self) {
            try await StreamInputOpener().open(.address("sim-input:\(root.path)/p.sock"))
        }
        #expect(error?.code == (greeting.isEmpty ? .timedOut : .malformedReply))
        await server.close()
    }
}
