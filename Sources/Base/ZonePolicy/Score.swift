import ZoneModel

/// What a policy's scoring says of a zone, each line with what it rests on.
package struct Score: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        package let rule: ScoringRule
        /// In hundredths; `nil`: what it rests on is not known, which is neither full points nor none.
        package let value: Int?
        /// What was known, in words of the data: `there`, `missed 2 of 22`.
        package let evidence: String
    }

    package let lines: [Line]
    /// Of the lines whose value is known, in hundredths.
    package var known: Int { lines.compactMap(\.value).reduce(0, +) }
    package var unknown: Int { lines.count { $0.value == nil } }
    /// `nil` as long as one line is not known.
    package var total: Int? { unknown == 0 ? known : nil }
}

extension Policy {
    /// - Parameters:
    ///   - standing: of a thing or a device rule; `nil` for one that does not concern this zone.
    ///   - duty: of a period; `nil` for one that nobody has entered anything of and nobody knows to be due.
    /// - Returns: `nil` for a policy that says nothing of points.
    package func score(
        for zoneType: String, standing: (ScoredItem) -> Standing?, duty: (Slug) -> DutySummary?
    ) -> Score? {
        let type = ZoneTypeName(rawValue: zoneType)
        let mine = sections.scoring.filter { $0.source.concerns(type) }
        guard !sections.scoring.isEmpty else { return nil }
        return Score(
            lines: mine.map { rule in
                let (value, evidence) =
                    if case .duty(let id) = rule.item { rule.value(of: duty(id)) } else {
                        rule.value(of: standing(rule.item))
                    }
                return Score.Line(rule: rule, value: value.map(rule.bounded), evidence: evidence)
            })
    }
}

extension ScoringRule {
    fileprivate func bounded(_ value: Int) -> Int {
        guard let most else { return value }
        return min(max(value, -most), most)
    }

    fileprivate func value(of standing: Standing?) -> (Int?, String) {
        guard let standing else { return (nil, "unknown") }
        let value: Int? =
            switch standing {
            case .there: per == .there ? points : 0
            case .missing: per == .missing ? points : 0
            case .unconfirmed: nil
            }
        return (value, standing.rawValue)
    }

    fileprivate func value(of duty: DutySummary?) -> (Int?, String) {
        guard let duty else { return (nil, "unknown") }
        let count =
            switch per {
            case .late: duty.late
            case .missed: duty.missed
            default: duty.done
            }
        return (count * points, "\(per.rawValue) \(count) of \(duty.due)")
    }
}
