import ZoneModel
import ZoneTime

/// What is known of one thing: the three words of the sheet, 有, 缺, 待确认.
package enum Standing: String, Sendable, CaseIterable { case there, missing, unconfirmed }

/// What a person found of one thing of a check-list.
package struct CheckAnswer: Sendable, Hashable {
    package enum Found: Sendable, Hashable {
        case yes, no
        case count(Int)
    }

    /// What can be counted; more of anything is a slip of the finger.
    package static let counts = 0...9999

    package var list: Slug
    package var item: Slug
    package var found: Found
    package var at: WallTime
    /// As in `Role`, never a name.
    package var role: String

    package init(list: Slug, item: Slug, found: Found, at: WallTime, role: String) {
        (self.list, self.item, self.found, self.at, self.role) = (list, item, found, at, role)
    }
}

/// The last word of a person about each thing, and for how long it holds.
package struct CheckBook: Sendable {
    private struct Key: Hashable {
        var list: Slug
        var item: Slug
    }

    private var answers: [Key: CheckAnswer] = [:]

    package init(_ answers: [CheckAnswer] = []) {
        for answer in answers { note(answer) }
    }

    package mutating func note(_ answer: CheckAnswer) { answers[Key(list: answer.list, item: answer.item)] = answer }

    /// The last word, however old.
    package func answer(_ item: CheckList.Item, of list: CheckList) -> CheckAnswer? {
        answers[Key(list: list.id, item: item.id)]
    }

    /// A look that is too old says nothing any more, and neither does one from a day that has not come yet.
    package func standing(_ item: CheckList.Item, of list: CheckList, at now: WallTime) -> Standing {
        guard let answer = answer(item, of: list) else { return .unconfirmed }
        let (day, today) = (CivilDate(of: answer.at), CivilDate(of: now))
        guard day <= today.next, today < day.advanced(byDays: item.everyDays) else { return .unconfirmed }
        switch answer.found {
        case .yes: return .there
        case .no: return .missing
        case .count(let count): return count >= item.count ? .there : .missing
        }
    }
}

extension RuleResult {
    /// What of the devices is there, whether or not the rule obliges anybody.
    package var standing: Standing {
        if have >= rule.count { return .there }
        // Where nobody knows whether it is asked for, nobody can say that it is lacking.
        return met == .unconfirmed ? .unconfirmed : .missing
    }
}
