/// By which lease a cleaning lives. There is always one, so that each ends with whoever began it.
package struct CleaningHolder: Sendable, Hashable {
    package var lease: String
    /// Taken for this cleaning alone, and given back with it.
    package var isLent: Bool

    package init(lease: String, isLent: Bool = false) { (self.lease, self.isLent) = (lease, isLent) }
}
