import ZoneModel

/// `GET /v1/policy`: what the notices demand and whether it is on the list.
package struct PolicyJSON: Sendable, Hashable, Codable {
    package struct RuleJSON: Sendable, Hashable, Codable {
        package var id: String
        package var notice: String
        package var clause: String
        package var text: String
        package var anyOf: [DeviceKind]
        package var count: Int
        /// The least nominal diagonal, where size matters.
        package var inches: Int?
        /// `yes`, `no`, `unconfirmed`.
        package var required: String
        package var have: Int
        /// `yes`, `no`, `notRequired`, `unconfirmed`.
        package var met: String
        /// `there`, `missing`, `unconfirmed`.
        package var standing: String?

        package init(
            id: String, notice: String, clause: String, text: String, anyOf: [DeviceKind], count: Int,
            inches: Int? = nil, required: String, have: Int, met: String, standing: String? = nil
        ) {
            (self.id, self.notice, self.clause, self.text) = (id, notice, clause, text)
            (self.anyOf, self.count, self.required, self.have, self.met) = (anyOf, count, required, have, met)
            (self.inches, self.standing) = (inches, standing)
        }
    }

    package var district: String?
    package var title: String?
    package var rules: [RuleJSON]
    /// Signs, forms and things without a plug, with what a person found. Older agents have none.
    package var checklists: [CheckListJSON]?
    /// `nil`: no file says anything of points.
    package var score: ScoreJSON?
    /// What is wrong with the policy files.
    package var complaints: [String]

    package init(district: String?, rules: [RuleJSON], complaints: [String]) {
        (self.district, self.rules, self.complaints) = (district, rules, complaints)
    }
}
