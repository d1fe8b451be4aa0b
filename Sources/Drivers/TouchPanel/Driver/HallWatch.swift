import Synchronization
import ZoneModel
import ZoneTime

/// Whether the zone is closed so surely that nobody should touch anything. Asked with every touch, looked up once a minute.
final class HallWatch: Sendable {
    /// Who comes early and who leaves late.
    private static let margin: Int64 = 3_600_000

    private let isOpen: @Sendable (WallTime) -> Bool?
    private let clock: any ZoneClock
    private let known = Mutex<(minute: Int64, isClosed: Bool)?>(nil)

    /// - Parameter isOpen: by the published hours; `nil`: there are none.
    init(clock: any ZoneClock, isOpen: @escaping @Sendable (WallTime) -> Bool?) {
        (self.clock, self.isOpen) = (clock, isOpen)
    }

    func isClosed(now: MonoTime) -> Bool {
        let minute = now.milliseconds / 60_000
        if let known = known.withLock({ $0 }), known.minute == minute { return known.isClosed }
        let isClosed = look()
        known.withLock { $0 = (minute, isClosed) }
        return isClosed
    }

    /// With a clock that nobody has set nobody knows what time it is in the hall.
    private func look() -> Bool {
        guard clock.quality() != .unsynced else { return false }
        let now = clock.wall()
        return [-HallWatch.margin, 0, HallWatch.margin].allSatisfy { isOpen(now.advanced(byMilliseconds: $0)) == false }
    }
}
