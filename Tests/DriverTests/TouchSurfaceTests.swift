import DriverKit
import Synchronization
import Testing
import TouchPanelSimulator
import ZoneLinux
import ZoneModel
import ZoneTestKit

@testable import TouchPanelDriver

@Suite("Touch panel: what waits for a reader of frames")
struct FrameQueueTests {
    /// Every change is legal for one who has seen all before it: no down twice, no move or up without a down.
    private struct Witness {
        var open: Set<Int> = []
        var isLegal = true

        mutating func take(_ frame: ContactFrame) {
            for change in frame.changes {
                let number = change.contact.number
                switch change {
                case .down: isLegal = isLegal && open.insert(number).inserted
                case .move: isLegal = isLegal && open.contains(number)
                case .up: isLegal = isLegal && open.remove(number) != nil
                }
            }
        }
    }

    @Test("whatever is lost, every down that a reader was told has its up", arguments: 0..<20)
    func losses(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var tracker = ContactTracker(.slots(10))
        var (queue, witness) = (FrameQueue(present: [], at: 0), Witness())
        for step in 0..<2000 {
            let events = (0..<Int.random(in: 0...4, using: &random)).flatMap { _ -> [InputEvent] in
                [
                    .init(type: 3, code: InputCode.slot, value: Int32.random(in: 0...11, using: &random)),
                    .init(type: 3, code: InputCode.trackingID, value: Int32.random(in: -1...3, using: &random)),
                    .init(type: 3, code: InputCode.positionX, value: Int32.random(in: 0...99, using: &random)),
                ]
            }
            for event in events + [InputEvent(microseconds: Int64(step), type: 0, code: 0, value: 0)] {
                if let frame = tracker.take(event) { queue.add(frame) }
            }
            // A reader that sleeps for a long while, again and again.
            if step % 900 > 700, let frame = queue.next() { witness.take(frame) }
        }
        queue.end()
        while let frame = queue.next() { witness.take(frame) }
        #expect(witness.isLegal)
        #expect(witness.open.isEmpty)
    }

    @Test("what overflows is one frame that says what has become of it")
    func overflow() throws {
        var queue = FrameQueue(present: [Contact(number: 1, x: 5, y: 5)], at: 7)
        let first = queue.next()
        #expect(
            first
                == ContactFrame(changes: [.down(Contact(number: 1, x: 5, y: 5))], microseconds: 7, isResync: true))
        for number in 0..<Int32(FrameQueue.room + 1) {
            queue.add(ContactFrame(changes: [.move(Contact(number: 1, x: number, y: 5))], microseconds: Int64(number)))
        }
        queue.add(
            ContactFrame(changes: [.up(Contact(number: 1, x: 0, y: 5)), .down(Contact(number: 2))], microseconds: 999))
        let after = queue.next()
        let frame = try #require(after)
        #expect(frame.isResync && frame.microseconds == 999)
        #expect(frame.changes.map(\.contact.number) == [1, 2])
        let rest = queue.next()
        #expect(rest == nil)
    }
}

@Suite("Touch panel: its frames and its grab, on its simulator's wire")
struct TouchSurfaceTests {
    private let profile = DeviceProfile(
        driver: "touch-panel", kind: .touchPanel, settings: ["idleAfter": "10ms"], probeInterval: .seconds(30))

    private func withPanel(_ body: (PanelServer, TouchPanelDevice) async throws -> Void) async throws {
        let root = try TemporaryRoot()
        let panel = PanelServer(path: root.path + "/panel.sock")
        try await panel.plug()
        let driver = TouchPanelDriver(opener: StreamInputOpener(), clock: SystemClock())
        let device = try await driver.open(
            .address("sim-input:\(root.path)/panel.sock"), profile: profile, tap: WireTap())
        try await body(panel, try #require(device as? TouchPanelDevice))
        await device.close()
        await panel.unplug()
    }

    private func touched(_ device: TouchPanelDevice, _ count: Int) async throws {
        try await eventuallyTrue("\(count) contacts") {
            try await device.check(within: .seconds(1)).details?["contacts"]?.integerValue == Int64(count)
        }
    }

    @Test("each reader has all frames; one that comes late is told first what is touched already")
    func readers() async throws {
        try await withPanel { panel, device in
            var early = device.contactFrames().makeAsyncIterator()
            await panel.touch(slot: 0, x: 10, y: 20)
            let told = await early.next()
            let down = try #require(told)
            #expect(down.changes == [.down(Contact(number: 1, x: 10, y: 20))] && !down.isResync)
            var late = device.contactFrames().makeAsyncIterator()
            let greeted = await late.next()
            let first = try #require(greeted)
            #expect(first.changes == down.changes && first.isResync)
            await panel.lift(slot: 0)
            let earlyLast = await early.next()
            #expect(earlyLast?.changes == [.up(Contact(number: 1, x: 10, y: 20))])
            let lateLast = await late.next()
            #expect(lateLast?.changes == [.up(Contact(number: 1, x: 10, y: 20))])
        }
    }

    @Test("a reader that is nudged looks up: at what waits, else at a frame without a change")
    func nudged() async throws {
        try await withPanel { panel, device in
            let feed = device.contactFrames()
            var frames = feed.makeAsyncIterator()
            feed.nudge()
            let empty = await frames.next()
            #expect(empty?.changes == [] && empty?.isResync == false)
            await panel.touch(slot: 0, x: 10, y: 20)
            try await touched(device, 1)
            feed.nudge()
            let down = await frames.next()
            #expect(down?.changes == [.down(Contact(number: 1, x: 10, y: 20))])
            await panel.lift(slot: 0)
            let up = await frames.next()
            #expect(up?.changes == [.up(Contact(number: 1, x: 10, y: 20))], "that nudge was answered by the frame")
        }
    }

    @Test("a reader that goes away, by cancelling or by letting go, is forgotten")
    func goneReaders() async throws {
        try await withPanel { _, device in
            for _ in 0..<20 {
                let reader = Task { for await _ in device.contactFrames() {} }
                _ = device.contactFrames()
                reader.cancel()
                await reader.value
            }
            try await eventuallyTrue("nobody reads") { await device.readerCount == 0 }
        }
    }

    @Test("a panel that goes away ends its contacts, then the stream")
    func lost() async throws {
        try await withPanel { panel, device in
            let frames = device.contactFrames()
            await panel.touch(slot: 0, x: 1, y: 2)
            await panel.touch(slot: 1, x: 3, y: 4)
            try await touched(device, 2)
            await panel.unplug()
            var changes: [ContactChange] = []
            for await frame in frames { changes += frame.changes }
            #expect(changes.suffix(2) == [.up(Contact(number: 1, x: 1, y: 2)), .up(Contact(number: 2, x: 3, y: 4))])
            // Asked afterwards, it has nothing to say and ends at once.
            for await _ in device.contactFrames() { #expect(Bool(false)) }
            let error = await #expect(throws: DeviceError.self) { try await device.setGrabbed(true) }
            #expect(error?.code == .absent)
        }
    }

    @Test("grabbed, others get nothing and we do; not while a finger is down")
    func grab() async throws {
        try await withPanel { panel, device in
            await panel.touch(slot: 0, x: 1, y: 2)
            try await touched(device, 1)
            let error = await #expect(throws: DeviceError.self) { try await device.setGrabbed(true) }
            #expect(error?.code == .busy)
            #expect(await !panel.isGrabbed)
            await panel.lift(slot: 0)
            try await touched(device, 0)
            try await device.setGrabbed(true)
            try await eventuallyTrue("grabbed") { await panel.isGrabbed }
            var frames = device.contactFrames().makeAsyncIterator()
            await panel.touch(slot: 0, x: 7, y: 8)
            let framesLast = await frames.next()
            #expect(framesLast?.changes == [.down(Contact(number: 2, x: 7, y: 8))])
            // The finger of before has just gone; the one that wipes stays.
            try await eventuallyTrue("wiping is no use of the kiosk") {
                try await device.check(within: .seconds(1)).activity == .idle
            }
            await panel.lift(slot: 0)
            try await touched(device, 0)
            try await device.setGrabbed(false)
            try await eventuallyTrue("let go") { await !panel.isGrabbed }
            await panel.touch(slot: 0, x: 7, y: 8)
            try await eventuallyTrue("in use again") {
                try await device.check(within: .seconds(1)).activity == .busy
            }
        }
    }

    @Test("closed, it has let go")
    func closed() async throws {
        try await withPanel { panel, device in
            try await device.setGrabbed(true)
            try await eventuallyTrue("grabbed") { await panel.isGrabbed }
            await device.close()
            try await eventuallyTrue("let go") { await !panel.isGrabbed }
        }
    }
}
