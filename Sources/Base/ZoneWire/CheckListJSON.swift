import ZoneModel

/// `GET /v1/checklists`: things without a plug, and what a person found last.
package struct CheckListJSON: Sendable, Hashable, Codable {
    package struct ItemJSON: Sendable, Hashable, Codable {
        package var id: String
        package var text: String
        package var count: Int
        /// `yes`, `no`, `unconfirmed`.
        package var required: String
        /// `there`, `missing`, `unconfirmed`: nobody has looked, or it was too long ago.
        package var standing: String
        /// Where the thing has a notice of its own, as signs and forms do.
        package var notice: String?
        package var clause: String?
        /// true, false, or how many, as it was entered last.
        package var found: JSONValue?
        package var checkedAt: WallTime?
        package var checkedBy: String?
        /// Until when that holds, as a date.
        package var holdsUntil: String?
        /// Of a form: whether its file is on the shelf (`there`, `missing`), so that copies can be printed.
        package var file: String?

        package init(id: String, text: String, count: Int, required: String, standing: String) {
            (self.id, self.text, self.count) = (id, text, count)
            (self.required, self.standing) = (required, standing)
        }
    }

    package var id: String
    package var text: String
    package var notice: String
    package var clause: String
    package var items: [ItemJSON]

    package init(id: String, text: String, notice: String, clause: String, items: [ItemJSON]) {
        (self.id, self.text, self.notice, self.clause, self.items) = (id, text, notice, clause, items)
    }

    package func count(_ standing: String) -> Int { items.count { $0.standing == standing } }
}

/// `POST /v1/checklists/{id}`: what was found of some of the things, true, false, or how many.
package struct CheckListRequest: Sendable, Hashable, Codable {
    package var items: [String: JSONValue]

    package init(items: [String: JSONValue]) { self.items = items }
}

/// Points of a policy that has any, each line with what it rests on.
package struct ScoreJSON: Sendable, Hashable, Codable {
    package struct LineJSON: Sendable, Hashable, Codable {
        package var id: String
        package var text: String
        package var notice: String
        package var clause: String
        /// Which entry of the policy, such as `checklists/rest/water`.
        package var item: String
        package var per: String
        package var points: Double
        /// No key: what it rests on is not known.
        package var value: Double?
        package var evidence: String

        package init(
            id: String, text: String, notice: String, clause: String, item: String, per: String, points: Double,
            value: Double?, evidence: String
        ) {
            (self.id, self.text, self.notice, self.clause) = (id, text, notice, clause)
            (self.item, self.per, self.points, self.value) = (item, per, points, value)
            self.evidence = evidence
        }
    }

    /// Of the lines whose value is known.
    package var known: Double
    package var unknown: Int
    /// No key as long as one line is not known.
    package var total: Double?
    /// The period that duties are counted in, first and last date.
    package var from: String
    package var through: String
    package var lines: [LineJSON]

    package init(known: Double, unknown: Int, total: Double?, from: String, through: String, lines: [LineJSON]) {
        (self.known, self.unknown, self.total) = (known, unknown, total)
        (self.from, self.through, self.lines) = (from, through, lines)
    }
}
