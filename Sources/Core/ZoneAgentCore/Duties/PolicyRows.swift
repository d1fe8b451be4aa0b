import ZoneModel
import ZonePolicy
import ZoneWire

/// The policy line by line, devices and things alike.
extension DutyDesk {
    /// - Parameter results: of `PolicyView.results(for:_:)`.
    /// - Returns: nothing where nobody has chosen a policy: what is only shown is no demand.
    func policyRows(with results: [RuleResult]) -> [PolicyRow] {
        guard tools.isChosen() else { return [] }
        let things = checkListsHere.flatMap { list in list.items.map { row($0, of: list) } }
        return results.map(PolicyRow.init) + things
    }

    private func row(_ item: CheckList.Item, of list: CheckList) -> PolicyRow {
        let found = standing(item, of: list)
        let state: PolicyRow.State =
            switch found {
            case .there: .yes
            // As of devices: where nobody knows whether it is asked for, nobody can say that it is lacking.
            case .missing: item.required == .unconfirmed ? .unconfirmed : .no
            case .unconfirmed: .unconfirmed
            }
        let have = found == .unconfirmed ? nil : checks.answer(item, of: list)?.found.number(of: item.count)
        let text = item.source == nil ? "\(list.text)：\(item.text)" : item.text
        return PolicyRow(
            item.source ?? list.source, text: text, required: item.required, wanted: item.count, have: have, state)
    }
}

extension PolicyRow {
    fileprivate init(_ result: RuleResult) {
        let state: State =
            switch result.standing {
            case .there: .yes
            case .missing: .no
            case .unconfirmed: .unconfirmed
            }
        self.init(
            result.rule.source, text: result.rule.text, required: result.rule.required, wanted: result.rule.count,
            have: result.have, state)
    }

    fileprivate init(
        _ source: Citation, text: String, required: Requirement, wanted: Int, have: Int?, _ state: State
    ) {
        let file = source.file.split(separator: "/").last.map(String.init) ?? source.file
        self.init(
            policy: file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file, notice: source.notice,
            clause: source.clause == Requirement.unconfirmed.rawValue ? nil : source.clause, text: text,
            required: required.rawValue, wanted: wanted, have: have, state: state)
    }
}

extension CheckAnswer.Found {
    /// How many there are; `nil`: somebody said only that it is enough, or that it is not.
    fileprivate func number(of wanted: Int) -> Int? {
        switch self {
        case .count(let count): count
        case .yes: wanted == 1 ? 1 : nil
        case .no: wanted == 1 ? 0 : nil
        }
    }
}
