import ZoneHubStore
import ZoneModel
import ZoneWire

/// Until when a zone is shut, as a node of it has told the hub: by its published hours, by its staff.
struct ShutTime: Sendable, Hashable {
    /// When the published hours begin next; `nil` within them, and where nobody has told.
    var untilHours: WallTime?
    var closure: HoursJSON.ClosureJSON?

    init(_ record: NodeRecord, at now: WallTime) {
        if let hours = record.hours, now < hours.until, hours.interval(at: now) == nil {
            untilHours = hours.intervals.first { now < $0.opens }?.opens
        }
        if let told = record.state?.closure, told.until.map({ now < $0 }) ?? true { closure = told }
    }
}
