import ZoneModel

/// The hours at this moment, for whoever asks before doing something: a restart of the PC, a call for a person.
package struct HoursNow: Sendable, Hashable {
    /// By the published hours; `nil`: none are published, or the clock is not to be trusted.
    package var published: Bool?
    /// By which staff have closed the zone.
    package var closure: Hold?
    /// When `published` changes next.
    package var until: WallTime?

    package init(published: Bool? = nil, closure: Hold? = nil, until: WallTime? = nil) {
        (self.published, self.closure, self.until) = (published, closure, until)
    }

    /// Whether citizens are promised the zone now; also where nobody knows the hours.
    package var isOpen: Bool { published != false && closure == nil }
}

extension Hold {
    /// The zone is closed by its published hours (decision 0035).
    static func outOfHours(since: WallTime, until: WallTime?) -> Hold {
        Hold(
            subject: zone, mode: .closed, setter: setByHours, reason: "非开放时间 outside the opening hours", since: since,
            until: until)
    }
}
