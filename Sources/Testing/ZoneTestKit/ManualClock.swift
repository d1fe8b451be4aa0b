// Purpose: what tests share: a clock that is cranked by hand, folders that clean up, polls with a bound, programs
// that end with the test.
import ZoneModel
import ZoneTime

/// Time stands still until a test moves it; sleepers wake in order.
package final class ManualClock: ZoneClock {
    private let time: SteppedTime
    private let start: (wall: WallTime, mono: MonoTime)

    package init(wall: WallTime = WallTime(milliseconds: 1_790_000_000_000), mono: Int64 = 1_000_000) {
        start = (wall, MonoTime(milliseconds: mono))
        time = SteppedTime(now: start.mono)
    }

    package func mono() -> MonoTime { time.now }
    package func wall() -> WallTime { start.wall.advanced(byMilliseconds: time.now.since(start.mono).milliseconds) }
    package func quality() -> ClockQuality { .synced }

    package var sleeperCount: Int { time.sleeperCount }

    /// Moves both clocks on and wakes whoever is due.
    package func advance(by duration: Duration) { time.advance(to: time.now.advanced(by: duration)) }

    package func sleep(until deadline: MonoTime) async throws { try await time.sleep(until: deadline) }
}
