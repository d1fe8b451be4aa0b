import ZoneModel
import ZoneTime

/// When the opening check is due: once on each date, when the hours begin, or when the PC is switched on within them. Where
/// no hours are published, once a day. A pure value.
package struct OpeningTest: Sendable, Hashable {
    /// What is plugged in and far away needs to be open before it is asked.
    package static let warmUp = Duration.seconds(90)
    private static let setBack = 2

    /// The date of the latest one.
    package private(set) var doneOn: CivilDate?

    package init(doneOn: CivilDate?) { self.doneOn = doneOn }

    /// - Parameters:
    ///   - isOpen: by the hours; `nil`: nobody knows.
    ///   - date: on which the hours began that are under way; a night has one check, not one more at midnight.
    ///   - uptime: since the agent began.
    /// - Returns: whether it is to begin now; it says so once a date.
    package mutating func isDue(isOpen: Bool?, on date: CivilDate, uptime: Duration) -> Bool {
        guard isOpen != false, uptime >= OpeningTest.warmUp, !isDone(on: date) else { return false }
        doneOn = date
        return true
    }

    /// A date that was done is not done again, also when the clock is set back into it. One that lies further ahead was
    /// dated by a clock that was wrong.
    private func isDone(on date: CivilDate) -> Bool {
        guard let doneOn else { return false }
        return date <= doneOn && doneOn <= date.advanced(byDays: OpeningTest.setBack)
    }
}
