import DriverKit
import Logging
import Synchronization
import Testing
import ZoneAccess
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTouch
import ZoneWire

@testable import ZoneAgentCore

/// A panel of 1000 by 500 units, 2 mm each, that a test touches.
actor ScriptedPanel: CheckedSurface {
    nonisolated let events = AsyncStream<DeviceEvent> { $0.finish() }
    nonisolated var healingSteps: [HealingStep] { [] }
    nonisolated let capabilities = InputCapabilities(
        name: "scripted", bus: 3, vendor: 1, product: 1, version: 1, slots: 10,
        x: .init(minimum: 0, maximum: 1000, resolution: 1), y: .init(minimum: 0, maximum: 500, resolution: 1),
        simulated: true)
    private nonisolated let readers = Mutex<[AsyncStream<ContactFrame>.Continuation]>([])
    private(set) var isGrabbed = false
    private(set) var verdicts: [TouchCheckVerdict] = []
    private var refusal: DeviceError?
    private var number = 0

    func check(within deadline: Duration) async throws(DeviceError) -> Report { Report() }
    func heal(_ step: HealingStep) async throws(DeviceError) {}
    func close() async {}
    func take(_ verdict: TouchCheckVerdict) { verdicts.append(verdict) }

    nonisolated func contactFrames() -> ContactFeed {
        let (stream, output) = AsyncStream.makeStream(of: ContactFrame.self)
        readers.withLock { $0.append(output) }
        return ContactFeed(stream) { output.yield(ContactFrame(changes: [], microseconds: 0)) }
    }

    func setGrabbed(_ isGrabbed: Bool) async throws(DeviceError) {
        if let refusal { throw refusal }
        self.isGrabbed = isGrabbed
    }

    func refuse(_ error: DeviceError?) { refusal = error }

    @discardableResult
    func down(_ x: Double, _ y: Double) -> Contact {
        number += 1
        let contact = Contact(number: number, x: Int32((x * 1000).rounded()), y: Int32((y * 500).rounded()))
        tell(.down(contact))
        return contact
    }

    func up(_ contact: Contact) { tell(.up(contact)) }
    func tap(_ x: Double, _ y: Double) { up(down(x, y)) }
    func lose() { readers.withLock { readers in for reader in readers { reader.finish() } } }

    private func tell(_ change: ContactChange) {
        readers.withLock { readers in
            for reader in readers { reader.yield(ContactFrame(changes: [change], microseconds: 0)) }
        }
    }
}

/// What a closure of the desk and the test both look at.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>
    init(_ value: Value) { state = Mutex(value) }
    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// The desk with a scripted panel, in front of a real journal.
struct TouchRig {
    let rig: StationRig
    let panel = ScriptedPanel()
    let held = Shared<Set<String>>(["token"])
    let holder = CleaningHolder(lease: "token")
    let reopened = Shared(0)
    let device = StationRig.panel
    let staff = Caller(door: .kiosk, uid: 1000, role: .staff)

    init() throws { rig = try StationRig() }

    func withDesk(settings: [String: String] = [:], _ body: (TouchDesk, Journal) async throws -> Void) async throws {
        try await rig.withStation { _, journal in
            let (panel, held, reopened) = (panel, held, reopened)
            let desk = TouchDesk(
                TouchTools(
                    surface: { $0 == StationRig.panel ? panel : nil }, settings: { _ in settings },
                    reopen: { _ in reopened.value += 1 }, isLeaseHeld: { held.value.contains($1) },
                    releaseLease: { held.value.remove($1) },
                    calibration: CalibrationDesk(places: Places(root: rig.root.path), clock: rig.clock) { _ in
                        CalibrationSubject(busId: "222a:0001", idPath: "pci-0000:00:14.0-usb-0:3:1.0", sysPaths: [])
                    },
                    journal: journal, clock: rig.clock, log: Logger(label: "test")))
            try await body(desk, journal)
            await desk.stop()
        }
    }

    func code(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch let error as ErrorJSON { return error.code } catch { return "\(error)" }
        return nil
    }

    /// Touches each mark where `hand` says; `nil` waits until the mark has gone by.
    func touchAll(_ desk: TouchDesk, _ begun: TouchCheckBegunJSON, _ hand: (GlassPoint) -> GlassPoint?) async throws
        -> TouchCheckJSON
    {
        for (index, target) in begun.targets.enumerated() {
            rig.clock.advance(by: .milliseconds(300))
            if let place = hand(GlassPoint(x: target.x, y: target.y)) {
                await panel.tap(place.x, place.y)
                try await eventuallyTrue("mark \(index) is felt") {
                    guard let check = await desk.check(begun.check, of: device) else { return true }
                    return check.state.isOver || check.next ?? 0 > index
                }
            } else {
                try await rig.crank("mark \(index) goes by") {
                    guard let check = await desk.check(begun.check, of: device) else { return true }
                    return check.state.isOver || check.next ?? 0 > index
                }
            }
        }
        return try #require(await desk.check(begun.check, of: device))
    }
}
