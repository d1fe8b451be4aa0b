import ZoneModel

/// Touches while the zone has been closed for an hour and stays closed for another: nobody should be there.
struct ClosedHoursDetector: Sendable {
    /// Who cleans or locks up is there for one stretch of time; a panel that touches itself does so all night.
    private static let stretchMs: Int64 = 600_000
    private static let leastStretches = 4
    private static let leastSpan = Duration.seconds(2 * 3600)
    private static let memory = Duration.seconds(12 * 3600)

    /// Numbers of stretches in which something was touched, in order; not more than `memory` has room for.
    private var stretches: [Int64] = []

    mutating func touched(now: MonoTime) {
        let stretch = now.milliseconds / ClosedHoursDetector.stretchMs
        guard stretches.last != stretch else { return }
        forget(before: now)
        stretches.append(stretch)
    }

    /// `nil`: nothing to tell.
    mutating func evidence(now: MonoTime) -> String? {
        forget(before: now)
        guard let first = stretches.first, let last = stretches.last,
            stretches.count >= ClosedHoursDetector.leastStretches
        else { return nil }
        let span = Duration.milliseconds((last - first + 1) * ClosedHoursDetector.stretchMs)
        guard span >= ClosedHoursDetector.leastSpan else { return nil }
        return "touched in closed hours: in \(stretches.count) stretches of 10 min within "
            + "\(span.milliseconds / 60_000) min, when nobody should be there"
    }

    private mutating func forget(before now: MonoTime) {
        let oldest = (now.milliseconds - ClosedHoursDetector.memory.milliseconds) / ClosedHoursDetector.stretchMs
        stretches.removeAll { $0 < oldest }
    }
}
