import ZoneModel

/// `GET /v1/hours`. Without configured hours every member but a closure and what is unexplained is absent.
package struct HoursJSON: Sendable, Hashable, Codable {
    /// `closes` may be earlier than `opens`: then it is on the next day.
    package struct SpanJSON: Sendable, Hashable, Codable {
        package var opens: String
        package var closes: String

        package init(opens: String, closes: String) { (self.opens, self.closes) = (opens, closes) }
    }

    /// One date, and why its hours are so.
    package struct DayJSON: Sendable, Hashable, Codable {
        /// `2026-10-01`
        package var date: String
        /// `mon` to `sun`.
        package var weekday: String
        package var spans: [SpanJSON]
        /// `weekday`, `holiday`, `makeUpDay`, `marketDay`, `exception`.
        package var reason: String
        /// The holiday's name, also of the weekend that is worked for it, whatever the reason is.
        package var holiday: String?
        /// The weekday whose work is done on a make-up day, where the calendar knows it.
        package var insteadOf: String?

        package init(
            date: String, weekday: String, spans: [SpanJSON], reason: String, holiday: String? = nil,
            insteadOf: String? = nil
        ) {
            (self.date, self.weekday, self.spans, self.reason) = (date, weekday, spans, reason)
            (self.holiday, self.insteadOf) = (holiday, insteadOf)
        }
    }

    /// What is known about holidays in the years of `days`.
    package struct CalendarJSON: Sendable, Hashable, Codable {
        /// Such as `cn`.
        package var id: String
        /// Notice by year.
        package var sources: [String: String]
        /// Years of which no notice is here: the week counts.
        package var unknownYears: [Int]

        package init(id: String, sources: [String: String], unknownYears: [Int]) {
            (self.id, self.sources, self.unknownYears) = (id, sources, unknownYears)
        }
    }

    /// Staff have closed the zone.
    package struct ClosureJSON: Sendable, Hashable, Codable {
        /// When it was entered, from which on it counts.
        package var since: WallTime
        /// Absent: until somebody opens again.
        package var until: WallTime?
        package var reason: String?

        package init(since: WallTime, until: WallTime?, reason: String?) {
            (self.since, self.until, self.reason) = (since, until, reason)
        }
    }

    /// Hours that this PC missed, and nobody has said why.
    package struct LapseJSON: Sendable, Hashable, Codable {
        /// `zone.openedLate` or `zone.closedInHours`.
        package var code: String
        /// To which the missed hours belong.
        package var date: String
        package var from: WallTime
        package var to: WallTime
        /// Of published hours.
        package var minutes: Int

        package init(code: String, date: String, from: WallTime, to: WallTime, minutes: Int) {
            (self.code, self.date, self.from, self.to, self.minutes) = (code, date, from, to, minutes)
        }
    }

    package var open: Bool?
    /// First opening and last closing of today.
    package var opens: String?
    package var closes: String?
    package var today: [SpanJSON]?
    /// `mon` to `sun`.
    package var week: [String: [SpanJSON]]?
    package var revision: Int64?
    /// When it opens or closes next, as published.
    package var nextChange: WallTime?
    package var days: [DayJSON]?
    /// Absent where the hours follow none.
    package var calendar: CalendarJSON?
    package var maintenance: [String: [SpanJSON]]?
    package var closure: ClosureJSON?
    /// Absent when there is nothing to explain.
    package var unexplained: [LapseJSON]?
    /// What people should know and do about the hours, in both languages.
    package var notices: [String]?

    package init() {}
}

/// `POST /v1/hours/reason`.
package struct HoursReasonRequest: Sendable, Hashable, Codable {
    /// What people will read, at most 200 characters.
    package var reason: String

    package init(reason: String) { self.reason = reason }
}
