/// How strictly the opening hours are kept, and what follows them.
package struct HoursKeeping: Sendable, Hashable {
    /// What LED signs do while the zone is closed.
    package enum Sign: String, Sendable, CaseIterable { case dark, keep }

    /// How late the PC may be in use after an opening, or off within the hours, before somebody is asked why.
    package var grace = Duration.seconds(600)
    package var sign = Sign.keep

    package init() {}
}
