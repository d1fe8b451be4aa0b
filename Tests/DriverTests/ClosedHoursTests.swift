import DriverKit
import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import TouchPanelDriver

@Suite("Touch panel: touches while the zone is closed")
struct ClosedHoursTests {
    /// 20:00 in the zone; it closed at 18:00 and opens at 09:00.
    private let clock = ManualClock(wall: WallTime(rfc3339: "2026-03-02T12:00:00Z") ?? .init(milliseconds: 0))

    private func follower(_ hours: DayHours?) -> ContactFollower {
        let (_, output) = AsyncStream.makeStream(of: DeviceEvent.self)
        let panel = InputCapabilities(
            name: "Panel", bus: 3, vendor: 0x222A, product: 1, version: 1, slots: 10,
            x: .init(minimum: 0, maximum: 4095, resolution: 8), y: .init(minimum: 0, maximum: 4095, resolution: 14),
            simulated: false)
        let week = hours.map { WeeklyHours(everyDay: $0) }
        return ContactFollower(
            of: panel, idleAfter: .milliseconds(50), health: HealthSettings(), clock: clock,
            isHallOpen: { week?.isOpen(at: $0) }, output: output)
    }

    /// A tap of a tenth of a second.
    private func tap(_ follower: ContactFollower, _ id: Int32) {
        func event(_ type: UInt16, _ code: UInt16, _ value: Int32) -> InputEvent {
            InputEvent(microseconds: clock.mono().milliseconds * 1000, type: type, code: code, value: value)
        }
        follower.take(
            [event(3, 0x2F, 0), event(3, 0x39, id), event(3, 0x35, 900 * id), event(3, 0x36, 500), event(0, 0, 0)])
        clock.advance(by: .milliseconds(100))
        follower.take([event(3, 0x39, -1), event(0, 0, 0)])
    }

    private func ghost(_ follower: ContactFollower) -> Symptom.Sight? {
        follower.withHealth { health, now in health.symptoms(now: now).first { $0.code == .touchGhost }?.sight }
    }

    private func tapped(_ follower: ContactFollower, times: Int32, every pause: Duration) -> Symptom.Sight? {
        for number in 1...times {
            tap(follower, number)
            clock.advance(by: pause)
        }
        return ghost(follower)
    }

    @Test("all through the evening they are told, as a warning with the numbers, and forgotten by the next evening")
    func night() throws {
        let follower = follower(DayHours("09:00-18:00"))
        let sight = tapped(follower, times: 4, every: .seconds(2700))
        guard case .wrong(let evidence, let severity)? = sight else {
            Issue.record("\(String(describing: sight))")
            return
        }
        #expect(severity == .warning && evidence.contains("in 4 stretches of 10 min within 150 min"), "\(evidence)")
        clock.advance(by: .seconds(12 * 3600))
        #expect(ghost(follower) == .fine)
    }

    @Test("who cleans for half an hour is no ghost")
    func cleaner() {
        #expect(tapped(follower(DayHours("09:00-18:00")), times: 4, every: .seconds(600)) == .fine)
    }

    @Test("in open hours, just before and after them, and where no hours are known nothing is told")
    func others() {
        #expect(tapped(follower(DayHours("09:00-24:00")), times: 4, every: .seconds(2700)) == .fine)
        #expect(tapped(follower(nil), times: 4, every: .seconds(2700)) == .fine)
    }

    @Test("the hour after closing belongs to those who tidy up")
    func margin() {
        let follower = follower(DayHours("09:00-19:30"))
        tap(follower, 1)
        clock.advance(by: .seconds(1500))
        #expect(tapped(follower, times: 3, every: .seconds(2700)) == .fine, "the first was at 20:00")
    }
}
