import ZoneModel

package enum CheckKind: String, Sendable, Codable, CaseIterable {
    /// Each morning, by itself: all devices at the same time.
    case opening
    /// By a person: one device after the other.
    case full
    /// A full one that is called the month's.
    case monthly
}

/// `POST /v1/checks`.
package struct CheckRequest: Sendable, Hashable, Codable {
    /// `full` if absent.
    package var check: CheckKind?
    /// One test page at each printer; not in an opening check.
    package var print: Bool?

    package init(check: CheckKind? = nil, print: Bool? = nil) { (self.check, self.print) = (check, print) }

    package var complaint: String? {
        print == true && check == .opening ? "print: an opening check prints nothing" : nil
    }
}

/// One check of all devices, as it stands or as it ended; the data of `check.done`.
package struct CheckJSON: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable { case running, done, stopped }

    package struct Line: Sendable, Hashable, Codable {
        package var device: DeviceID
        package var kind: DeviceKind
        /// `ok`, `wrong`, `notOpen`, `failed`, `held` or `byPerson`.
        package var outcome: String
        /// What the judge made of it.
        package var health: Health?
        /// What is open.
        package var codes: [String]?
        /// Of the first code.
        package var evidence: String?
        package var error: String?
        /// The test page: `printed`, or why not.
        package var page: String?

        package init(device: DeviceID, kind: DeviceKind, outcome: String) {
            (self.device, self.kind, self.outcome) = (device, kind, outcome)
        }

        /// Citizens can use it, or it is not for the machine to say.
        package var hasPassed: Bool {
            ["byPerson", "held"].contains(outcome)
                || [.ok, .degraded].contains(health) && error == nil && (page == nil || page == "printed")
        }
    }

    package var id: String
    package var check: CheckKind
    package var actor: String
    package var state: State
    /// Once it is done.
    package var passed: Bool?
    package var begunAt: WallTime
    package var endedAt: WallTime?
    /// How many devices there are to look at.
    package var of: Int
    package var devices: [Line]

    package init(id: String, check: CheckKind, actor: String, begunAt: WallTime, of: Int) {
        (self.id, self.check, self.actor, self.begunAt, self.of) = (id, check, actor, begunAt, of)
        (state, devices) = (.running, [])
    }
}

/// `GET /v1/checks`.
package struct ChecksJSON: Sendable, Hashable, Codable {
    /// The monthly duty; absent where there is none.
    package struct Monthly: Sendable, Hashable, Codable {
        /// `done`, `later`, `remind` or `overdue`.
        package var state: String
        /// Dates such as `2026-11-25`.
        package var due: String
        package var remindsOn: String?
        package var lastDone: String?

        package init(state: String, due: String, remindsOn: String?, lastDone: String?) {
            (self.state, self.due, self.remindsOn, self.lastDone) = (state, due, remindsOn, lastDone)
        }

        /// Somebody has to be told.
        package var isWanted: Bool { ["remind", "overdue"].contains(state) }
    }

    /// The latest first; one that runs before all.
    package var checks: [CheckJSON]
    package var monthly: Monthly?

    package init(checks: [CheckJSON], monthly: Monthly? = nil) { (self.checks, self.monthly) = (checks, monthly) }
}
