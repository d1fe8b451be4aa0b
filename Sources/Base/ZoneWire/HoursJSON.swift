import ZoneModel

/// `GET /v1/hours`. Without configured hours every member is absent.
package struct HoursJSON: Sendable, Hashable, Codable {
    /// `closes` may be earlier than `opens`: then it is on the next day.
    package struct SpanJSON: Sendable, Hashable, Codable {
        package var opens: String
        package var closes: String

        package init(opens: String, closes: String) { (self.opens, self.closes) = (opens, closes) }
    }

    package var open: Bool?
    /// First opening and last closing of today.
    package var opens: String?
    package var closes: String?
    package var today: [SpanJSON]?
    /// `mon` to `sun`.
    package var week: [String: [SpanJSON]]?
    package var revision: Int64?
    /// When it opens or closes next.
    package var nextChange: WallTime?

    package init() {}

    package init(
        open: Bool, today: [SpanJSON], week: [String: [SpanJSON]], revision: Int64, nextChange: WallTime?
    ) {
        (self.open, self.today, self.week, self.revision) = (open, today, week, revision)
        (opens, closes, self.nextChange) = (today.first?.opens, today.last?.closes, nextChange)
    }
}

/// `GET /v1/policy`: what the notices demand and whether it is on the list.
package struct PolicyJSON: Sendable, Hashable, Codable {
    package struct RuleJSON: Sendable, Hashable, Codable {
        package var id: String
        package var notice: String
        package var clause: String
        package var text: String
        package var anyOf: [DeviceKind]
        package var count: Int
        /// `yes`, `no`, `unconfirmed`.
        package var required: String
        package var have: Int
        /// `yes`, `no`, `notRequired`, `unconfirmed`.
        package var met: String

        package init(
            id: String, notice: String, clause: String, text: String, anyOf: [DeviceKind], count: Int,
            required: String, have: Int, met: String
        ) {
            (self.id, self.notice, self.clause, self.text) = (id, notice, clause, text)
            (self.anyOf, self.count, self.required, self.have, self.met) = (anyOf, count, required, have, met)
        }
    }

    package var district: String?
    package var rules: [RuleJSON]
    /// What is wrong with the policy files.
    package var complaints: [String]

    package init(district: String?, rules: [RuleJSON], complaints: [String]) {
        (self.district, self.rules, self.complaints) = (district, rules, complaints)
    }
}
