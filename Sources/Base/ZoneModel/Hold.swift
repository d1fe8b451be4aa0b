/// Somebody's decision that a device, or the whole zone, is not in service. Holds survive reboots; the strongest wins.
package struct Hold: Sendable, Hashable, Codable {
    /// A device id, or `zone` for all of them.
    package var subject: String
    /// `closed`, `maintenance` or `disabled`.
    package var mode: Mode
    /// Who set it, for example `technician, uid 1001 via admin.sock`.
    package var setter: String
    package var reason: String?
    package var since: WallTime
    /// When it ends by itself; `nil`: when somebody releases it.
    package var until: WallTime?

    package static let zone = "zone"
    /// The setter of the hold that the published hours make (decision 0035).
    package static let setByHours = "hours"

    package init(
        subject: String, mode: Mode, setter: String, reason: String? = nil, since: WallTime, until: WallTime? = nil
    ) {
        (self.subject, self.mode, self.setter) = (subject, mode, setter)
        (self.reason, self.since, self.until) = (reason, since, until)
    }

    package func concerns(_ device: DeviceID) -> Bool { subject == Hold.zone || subject == device.text }

    /// A wall clock that nobody vouches for ends nothing: it may be decades off after an empty battery.
    package func isOver(at now: WallTime, _ quality: ClockQuality) -> Bool {
        guard let until, quality != .unsynced else { return false }
        return until <= now
    }

    /// Who holds again what they hold moves its end: it is held, and was announced, since the first time. A closure that is
    /// given its first reason is announced only now.
    /// - Parameter old: of the same subject and mode, and in force.
    package func going(onFrom old: Hold?) -> Hold {
        guard let old, old.setter == setter else { return self }
        var hold = self
        if reason?.isEmpty ?? true { hold.reason = old.reason }
        let isFirstReason = mode == .closed && old.reason?.isEmpty ?? true && hold.reason?.isEmpty == false
        if !isFirstReason { hold.since = min(old.since, since) }
        return hold
    }
}

extension Mode: Comparable {
    /// The strongest last.
    package static func < (left: Mode, right: Mode) -> Bool { left.strength < right.strength }

    private var strength: Int {
        switch self {
        case .service: 0
        case .closed: 1
        case .maintenance: 2
        case .disabled: 3
        }
    }
}

extension Sequence<Hold> {
    package var effectiveMode: Mode { lazy.map(\.mode).max() ?? .service }
}
