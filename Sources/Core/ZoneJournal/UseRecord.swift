/// What is known of the use of this kiosk beside the events that tell of it: what must be the same after a restart, so
/// that no use, no touch and no hour is told twice or not at all.
package struct UseRecord: Sendable, Hashable, Codable {
    /// A use that is under way, in ms of CLOCK_BOOTTIME of `boot`.
    package struct Use: Sendable, Hashable, Codable {
        package var boot: String
        package var began: Int64
        package var lastTouch: Int64
        package var touches: Int
        package var isWarned: Bool

        package init(boot: String, began: Int64, lastTouch: Int64, touches: Int = 0, isWarned: Bool = false) {
            (self.boot, self.began, self.lastTouch) = (boot, began, lastTouch)
            (self.touches, self.isWarned) = (touches, isWarned)
        }
    }

    /// What was counted in one hour.
    package struct Hour: Sendable, Hashable, Codable {
        /// Hours since 1970 by the wall clock; the zone's hours begin with UTC's.
        package var number: Int64
        package var touchSessions = 0
        package var touches = 0
        /// Jobs of this hour are the events behind this number…
        package var after: Int64
        /// …up to this one, once the hour is over.
        package var through: Int64?

        package init(number: Int64, after: Int64) { (self.number, self.after) = (number, after) }
    }

    /// The latest use, by the wall clock in ms; without an end while it is under way.
    package struct Last: Sendable, Hashable, Codable {
        package var began: Int64
        package var ended: Int64?

        package init(began: Int64) { self.began = began }
    }

    package var use: Use?
    /// Absent until somebody was seen; records of earlier versions have none.
    package var last: Last?
    /// The one that is counted now.
    package var hour: Hour
    /// Over, and not told yet.
    package var over: [Hour] = []
    /// Told, the latest last: a clock that is set back never tells an hour again.
    package var told: [Int64] = []
    /// Days (zone time) on which there was a use, the latest last.
    package var days: [String] = []

    package init(hour: Hour) { self.hour = hour }
}
