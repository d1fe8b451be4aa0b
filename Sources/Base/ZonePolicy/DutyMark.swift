import ZoneModel
import ZoneTime

/// Somebody says that a duty was done, or that what it waits for has happened.
package struct DutyMark: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable { case done, begun }

    package var duty: Slug
    package var kind: Kind
    /// The day it is for; `at` is when it was entered.
    package var date: CivilDate
    package var at: WallTime
    /// As in `Role`, never a name.
    package var role: String
    /// Entered after its time.
    package var isLate: Bool
    /// Whether anybody vouched for the clock when it was entered.
    package var isVouched: Bool

    package init(
        duty: Slug, kind: Kind = .done, date: CivilDate, at: WallTime, role: String, isLate: Bool = false,
        isVouched: Bool = true
    ) {
        (self.duty, self.kind, self.date) = (duty, kind, date)
        (self.at, self.role, self.isLate, self.isVouched) = (at, role, isLate, isVouched)
    }
}

/// How often a duty was due in a period that is over so far, and done: 应n日 实n日.
package struct DutySummary: Sendable, Hashable {
    package var duty: Slug
    package var due = 0
    package var done = 0
    /// Of `done`.
    package var late = 0
    /// Not done, and not to be made up for any more without entering it afterwards.
    package var missed: Int { due - done }

    package init(duty: Slug) { self.duty = duty }
}

/// What is so with a duty at a moment.
package struct DutyStatus: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case done, due, overdue
        /// Nothing is due now.
        case waiting
        /// Nobody has said when the zone is open.
        case unknown
    }

    package var state: State
    /// What it is about: the one that is open and not done, else the one that was done last.
    package var occurrence: Occurrence?
    /// While it waits: what was entered last though nothing was due.
    package var mark: DutyMark?
    /// When it is due the next time after this one.
    package var next: Occurrence?
}
