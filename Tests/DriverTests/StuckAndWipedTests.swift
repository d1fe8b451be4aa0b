import DriverKit
import Testing
import ZoneModel
import ZoneTestKit

@testable import TouchPanelDriver

@Suite("Touch panel: what is stuck on the glass keeps no cloth away")
struct StuckAndWipedTests {
    private let clock = ManualClock()
    private let panel = InputCapabilities(
        name: "Panel", bus: 3, vendor: 0x222A, product: 1, version: 1, slots: 10,
        x: .init(minimum: 0, maximum: 4095, resolution: 8), y: .init(minimum: 0, maximum: 4095, resolution: 14),
        simulated: false)

    private func follower() -> ContactFollower {
        let (_, output) = AsyncStream.makeStream(of: DeviceEvent.self)
        return ContactFollower(
            of: panel, idleAfter: .milliseconds(50), health: HealthSettings(), clock: clock, output: output)
    }

    private func put(_ slot: Int32, id: Int32, x: Int32) -> [InputEvent] {
        [(3, 0x2F, slot), (3, 0x39, id), (3, 0x35, x), (3, 0x36, 2000), (0, 0, 0)]
            .map { InputEvent(type: $0.0, code: $0.1, value: $0.2) }
    }

    private func lift(_ slot: Int32) -> [InputEvent] {
        [(3, 0x2F, slot), (3, 0x39, -1), (0, 0, 0)].map { InputEvent(type: $0.0, code: $0.1, value: $0.2) }
    }

    private func stuck(_ follower: ContactFollower) -> Bool {
        follower.withHealth { health, now in
            health.symptoms(now: now).contains { symptom in
                if case .wrong = symptom.sight { symptom.code == .touchStuck } else { false }
            }
        }
    }

    @Test("a finger is in use from its landing on; dirt only until it has lain there for a minute")
    func dirt() {
        let follower = follower()
        #expect(!follower.isInUse)
        follower.take(put(0, id: 1, x: 100))
        #expect(follower.isInUse)
        clock.advance(by: HealthSettings().stuckAfter)
        #expect(!follower.isInUse && stuck(follower))
        follower.take(put(1, id: 2, x: 3000))
        #expect(follower.isInUse, "a finger beside the dirt is one all the same")
        follower.take(lift(1))
        #expect(!follower.isInUse)
    }

    @Test("what is wiped away is no longer called stuck, and the cloth leaves nothing behind")
    func wiped() {
        let follower = follower()
        follower.take(put(0, id: 1, x: 100))
        clock.advance(by: HealthSettings().stuckAfter)
        follower.setWiped(true)
        follower.take(put(1, id: 2, x: 1000) + lift(0) + put(1, id: 2, x: 2000) + lift(1))
        follower.setWiped(false)
        #expect(!stuck(follower) && !follower.isInUse && follower.contactCount == 0)
        clock.advance(by: HealthSettings().stuckAfter)
        #expect(!stuck(follower))
    }

    @Test("a drop that the cloth has left is stuck a minute later, and wiped away like other dirt")
    func drop() {
        let follower = follower()
        follower.setWiped(true)
        follower.take(put(0, id: 1, x: 100))
        follower.setWiped(false)
        #expect(follower.isInUse && !stuck(follower))
        clock.advance(by: HealthSettings().stuckAfter)
        #expect(!follower.isInUse && stuck(follower))
        follower.take(lift(0))
        #expect(!stuck(follower) && follower.contactCount == 0)
    }
}
