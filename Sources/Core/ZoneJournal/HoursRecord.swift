import ZoneModel

/// What was told of the opening hours and of those who keep them: what must be the same after a restart, so that no
/// boundary, no accusation and no nightly act comes twice or not at all.
package struct HoursRecord: Sendable, Hashable, Codable {
    /// Staff closed the zone.
    package struct Closure: Sendable, Hashable, Codable {
        /// From when on it counts.
        package var since: WallTime
        /// When the hold was set that is in force now: it may have been set again with another end.
        package var heldAt: WallTime
        package var until: WallTime?
        /// When it was over; `nil` while it is in force.
        package var ended: WallTime?
        package var reason: String?

        package init(since: WallTime, heldAt: WallTime, until: WallTime?, reason: String?) {
            (self.since, self.heldAt, self.until, self.reason) = (since, heldAt, until, reason)
        }
    }

    /// The last sign that this PC was on.
    package struct Sign: Sendable, Hashable, Codable {
        package var boot: String
        package var at: WallTime
        /// The agent was stopped in order, and nothing is missing after it.
        package var isGoodbye: Bool

        package init(boot: String, at: WallTime, isGoodbye: Bool) {
            (self.boot, self.at, self.isGoodbye) = (boot, at, isGoodbye)
        }
    }

    /// Hours that this PC missed, until staff say why.
    package struct Lapse: Sendable, Hashable, Codable {
        package var code: ConditionCode
        /// To which the missed hours belong.
        package var date: String
        package var from: WallTime
        package var to: WallTime
        /// Of published hours.
        package var minutes: Int
        /// After which nobody is asked any more.
        package var endsAt: WallTime

        package init(
            code: ConditionCode, date: String, from: WallTime, to: WallTime, minutes: Int, endsAt: WallTime
        ) {
            (self.code, self.date, self.from, self.to) = (code, date, from, to)
            (self.minutes, self.endsAt) = (minutes, endsAt)
        }
    }

    /// Up to when boundaries are told…
    package var through: WallTime?
    /// …whether the zone was open by the published hours then…
    package var isPublished = true
    /// …and whether it was told to be.
    package var isTold = true
    package var closure: Closure?
    /// Closures that are over, the latest last.
    package var past: [Closure] = []
    package var alive: Sign?
    package var lapses: [Lapse] = []
    /// By code, the last date on which it was raised.
    package var accused: [String: String] = [:]
    /// By name, the date for which an act was done last.
    package var acts: [String: String] = [:]

    package init() {}
}
