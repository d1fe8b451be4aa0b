import ZoneModel

/// `GET /v1/duties`: what people do at fixed times, and how it stands now.
package struct DutyListJSON: Sendable, Hashable, Codable {
    /// Today in the zone.
    package var date: String
    package var duties: [DutyJSON]
    /// Why nothing is judged now: `hoursUnknown`, `clockUnknown`; or that nothing is overdue: `notChosen`.
    package var doubt: String?
    /// The month's check of all devices, while it is wanted: `remind` or `overdue`.
    package var monthly: ChecksJSON.Monthly?
    /// A check of all devices runs now.
    package var checking: Bool?

    package init(date: String, duties: [DutyJSON], doubt: String? = nil) {
        (self.date, self.duties, self.doubt) = (date, duties, doubt)
    }
}

package struct DutyJSON: Sendable, Hashable, Codable {
    /// From the first of the month to now: 应n次 实n次.
    package struct CountJSON: Sendable, Hashable, Codable {
        package var due: Int
        package var done: Int
        /// Of `done`, entered after its time.
        package var late: Int

        package init(due: Int, done: Int, late: Int) { (self.due, self.done, self.late) = (due, done, late) }
    }

    package var id: String
    package var text: String
    /// What lists call it, where the clause's words speak of more than this one thing.
    package var name: String?
    package var notice: String
    package var clause: String
    /// `yes`, `no`, `unconfirmed`; only `yes` is ever overdue for a condition.
    package var required: String
    /// Who does it: `staff`, `technician`, `office`.
    package var role: String
    /// `daily opening`, `daily closing`, `weekly fri`, `monthly 3`, `every 7`, `after report.issued 10`, `unconfirmed`.
    package var rhythm: String
    /// What `after` waits for, in words for people.
    package var trigger: String?
    /// Which of the three taps of a day enters it: `opened`, `cleaned`, `closed`.
    package var tap: String?
    /// `done`, `due`, `overdue`, `waiting`, `unknown`.
    package var state: String
    /// What the rest is about.
    package var dueDate: String?
    package var dueSince: WallTime?
    package var dueBy: WallTime?
    package var overdueSince: WallTime?
    package var doneAt: WallTime?
    package var doneBy: String?
    /// Entered after its time.
    package var late: Bool?
    package var nextBy: WallTime?
    /// Entered though nothing was due yet: it is kept, and does nothing of what comes.
    package var ahead: Bool?
    /// How many days back it may be entered.
    package var lateDays: Int
    package var thisMonth: CountJSON?

    package init(
        id: String, text: String, notice: String, clause: String, required: String, role: String, rhythm: String,
        tap: String?, state: String, lateDays: Int
    ) {
        (self.id, self.text, self.notice, self.clause) = (id, text, notice, clause)
        (self.required, self.role, self.rhythm, self.tap) = (required, role, rhythm, tap)
        (self.state, self.lateDays) = (state, lateDays)
    }
}

/// `POST /v1/duties/{id}/done`, `…/begun`.
package struct DutyRequest: Sendable, Hashable, Codable {
    /// For which day; without it, what is due now.
    package var date: String?
    package var note: String?

    package init(date: String? = nil, note: String? = nil) { (self.date, self.note) = (date, note) }
}
