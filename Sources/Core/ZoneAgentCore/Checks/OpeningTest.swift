import ZoneModel
import ZoneTime

/// When the opening check is due: once on each date, when the hours begin, or when the PC is switched on within them. Where
/// no hours are published, once a day. A pure value.
package struct OpeningTest: Sendable, Hashable {
    /// What is plugged in and far away needs to be open before it is asked.
    package static let warmUp = Duration.seconds(90)

    /// The date of the latest one, such as `2026-11-21`.
    package private(set) var doneOn: String?

    package init(doneOn: String?) { self.doneOn = doneOn }

    /// - Parameters:
    ///   - isOpen: by the hours; `nil`: nobody knows.
    ///   - uptime: since the agent began.
    /// - Returns: whether it is to begin now; it says so once a date.
    package mutating func isDue(isOpen: Bool?, on date: String, uptime: Duration) -> Bool {
        // A date that was done is not done again, also when the clock is set back into it.
        guard isOpen != false, uptime >= OpeningTest.warmUp, doneOn.map({ date > $0 }) ?? true else { return false }
        doneOn = date
        return true
    }
}
