import ZoneModel
import ZoneYAML

/// Points for something that is known. No weight is built in: a district without `scoring` has no score.
package struct ScoringRule: Cited {
    /// What is counted.
    package enum Per: String, Sendable, CaseIterable {
        /// Of a device rule, a sign, a form, or a thing of a check-list.
        case there, missing
        /// Of a duty, each one of the period.
        case done, late, missed

        var isOfDuties: Bool { self == .done || self == .late || self == .missed }
    }

    package let source: Citation
    package let item: ScoredItem
    /// Where `item` stands, for a complaint that only the whole policy can make.
    let itemLine: Int
    let itemField: String
    package let per: Per
    /// In hundredths; below zero is taken off.
    package let points: Int
    /// The most that it gives or takes, in hundredths.
    package let most: Int?

    init(_ section: YAMLSection) throws(FileComplaint) {
        var section = section
        source = try Citation(&section)
        let expected = "rules/ID, signs/ID, forms/ID, checklists/LIST/ID or duties/ID"
        guard let found = try section.value("item", expected: expected, ScoredItem.init) else {
            throw section.complaint("item", expected: expected)
        }
        (item, itemLine, itemField) = (found.value, found.line, section.path + ".item")
        per = try section.required("per", expected: words(Per.self), Per.init)
        guard item.isDuty == per.isOfDuties else {
            throw section.complaint(
                "per", expected: item.isDuty ? "done, late or missed, of a duty" : "there or missing, of a thing")
        }
        let number = "a number from -1000 to 1000 with at most two decimals, not 0"
        points = try section.required("points", expected: number, hundredths)
        most = try section.value("most", expected: number + ", above 0") { text in
            hundredths(text).flatMap { $0 > 0 ? $0 : nil }
        }?.value
        try section.finish()
    }
}

/// Which entry of the policy is scored.
package enum ScoredItem: Sendable, Hashable, CustomStringConvertible {
    case rule(Slug)
    /// `signs`, `forms`, or a list of its own.
    case thing(list: String, Slug)
    case duty(Slug)

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, let last = Slug(parts[parts.count - 1]) else { return nil }
        switch (parts[0], parts.count) {
        case ("rules", 2): self = .rule(last)
        case ("duties", 2): self = .duty(last)
        case (CheckList.signs, 2), (CheckList.forms, 2): self = .thing(list: parts[0], last)
        case ("checklists", 3): self = .thing(list: parts[1], last)
        default: return nil
        }
    }

    var isDuty: Bool { if case .duty = self { true } else { false } }

    package var description: String {
        switch self {
        case .rule(let id): "rules/\(id)"
        case .duty(let id): "duties/\(id)"
        case .thing(let list, let id):
            [CheckList.signs, CheckList.forms].contains(list) ? "\(list)/\(id)" : "checklists/\(list)/\(id)"
        }
    }
}

extension PolicySections {
    func has(_ item: ScoredItem) -> Bool {
        switch item {
        case .rule(let id): rules.contains { $0.id == id }
        case .duty(let id): duties.contains { $0.id == id }
        case .thing(CheckList.signs, let id): signs.contains { $0.id == id }
        case .thing(CheckList.forms, let id): forms.contains { $0.id == id }
        case .thing(let list, let id):
            checkLists.contains { $0.id.text == list && $0.items.contains { $0.id == id } }
        }
    }
}

/// `-2`, `0.5`, `+1.25`, in hundredths; whole numbers, so that sums are exact.
private func hundredths(_ text: String) -> Int? {
    let sign = text.first.flatMap { ["-": -1, "+": 1][$0] }
    let parts = (sign == nil ? text[...] : text.dropFirst()).split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }),
        parts[0].utf8.count <= 4, let whole = Int(parts[0])
    else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : "00"
    guard decimals.utf8.count <= 2, let rest = Int(decimals.utf8.count == 1 ? decimals + "0" : decimals) else {
        return nil
    }
    let value = whole * 100 + rest
    return (1...100_000).contains(value) ? value * (sign ?? 1) : nil
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
