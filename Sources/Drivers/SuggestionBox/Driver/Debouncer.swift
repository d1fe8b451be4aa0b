/// Believes a level after it has held long enough, and then says since when. Times in milliseconds.
package struct Debouncer: Sendable, Hashable {
    package struct Edge: Sendable, Hashable {
        package var isOn: Bool
        /// When the level was first seen, not when it was believed.
        package var since: Int64
    }

    private let onAfter: Int64
    private let offAfter: Int64
    /// When looks come late, two of them may meet two spikes far apart: time alone proves nothing then.
    private let leastLooks: Int
    /// `nil` until a first level has held: that one is no edge of anything, it is where things stand.
    package private(set) var state: Bool?
    private var pending: Edge?
    private var looks = 0

    package init(onAfter: Int64, offAfter: Int64, leastLooks: Int) {
        (self.onAfter, self.offAfter, self.leastLooks) = (onAfter, offAfter, leastLooks)
    }

    /// Since when another level than `state` has been seen; `nil` while they agree.
    package var undecidedSince: Int64? { pending?.since }

    /// - Returns: the new state, in the moment in which it is believed.
    package mutating func take(_ level: Bool, at now: Int64) -> Edge? {
        guard level != state else {
            pending = nil
            return nil
        }
        let edge: Edge
        if let pending, pending.isOn == level {
            (edge, looks) = (pending, looks + 1)
        } else {
            (edge, looks) = (Edge(isOn: level, since: now), 1)
        }
        guard looks >= leastLooks, now &- edge.since >= (level ? onAfter : offAfter) else {
            pending = edge
            return nil
        }
        (state, pending) = (level, nil)
        return edge
    }

    /// As at the beginning.
    package mutating func restart() { (state, pending) = (nil, nil) }
}
