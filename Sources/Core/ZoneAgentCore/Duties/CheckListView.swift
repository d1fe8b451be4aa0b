import ZoneAccess
import ZoneConfig
import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneWire

/// `GET /v1/checklists`, and what `GET /v1/policy` says besides the devices.
extension DutyDesk {
    var checkListsHere: [CheckList] { tools.policy().checkLists(for: zoneType) }

    func checkLists() -> [CheckListJSON] { checkListsHere.map(json) }

    func json(_ list: CheckList) -> CheckListJSON {
        let shelf = tools.shelf?().forms ?? []
        return CheckListJSON(
            id: list.id.text, text: list.text, notice: list.notice, clause: list.clause,
            items: list.items.map { item in
                var json = CheckListJSON.ItemJSON(
                    id: item.id.text, text: item.text, count: item.count, required: item.required.rawValue,
                    standing: standing(item, of: list).rawValue)
                (json.notice, json.clause) = (item.source?.notice, item.source?.clause)
                json.file = item.form.map { form in
                    shelf.contains { $0.kind == form.rawValue && $0.state == "there" } ? "there" : "missing"
                }
                guard let answer = checks.answer(item, of: list) else { return json }
                (json.found, json.checkedAt, json.checkedBy) = (answer.found.json, answer.at, answer.role)
                json.holdsUntil = CivilDate(of: answer.at).advanced(byDays: item.everyDays - 1).description
                return json
            })
    }

    private func standing(_ item: CheckList.Item, of list: CheckList) -> Standing {
        isClockDoubtful ? .unconfirmed : checks.standing(item, of: list, at: now)
    }

    // MARK: the whole policy

    /// What the rules say of the zone as it is now.
    func policy(_ view: PolicyView, for config: AgentConfig, _ board: Board) -> PolicyJSON {
        complete(view.json(for: config, board), with: view.results(for: config, board))
    }

    /// Adds what is not a device, and the points where a file gives any.
    func complete(_ json: PolicyJSON, with results: [RuleResult]) -> PolicyJSON {
        var json = json
        json.checklists = checkLists()
        let (book, lists) = (book, checkListsHere)
        let score = tools.policy().score(for: zoneType) { item in
            switch item {
            case .rule(let id): results.first { $0.rule.id == id }?.standing
            case .thing(let list, let id): scored(id, of: list, lists)
            case .duty: nil
            }
        } duty: { id in
            duties.first { $0.id == id }.flatMap { summary(of: $0, book) }
        }
        json.score = score.map { ScoreJSON($0, from: month, through: today) }
        return json
    }

    /// Where nobody knows whether it is asked for, its absence costs nothing.
    private func scored(_ id: Slug, of list: String, _ lists: [CheckList]) -> Standing? {
        guard let list = lists.first(where: { $0.id.text == list }),
            let item = list.items.first(where: { $0.id == id })
        else { return nil }
        let found = standing(item, of: list)
        return found == .missing && item.required == .unconfirmed ? .unconfirmed : found
    }
}

extension CheckList {
    /// What a person found, item by item.
    /// - Throws: `ErrorJSON` that names what is no thing of this list, or no answer.
    func answers(_ request: CheckListRequest, at now: WallTime, by caller: Caller) throws -> [CheckAnswer] {
        guard (1...CheckList.mostItems).contains(request.items.count) else {
            throw ErrorJSON.unfit("items: expected 1 to \(CheckList.mostItems) things")
        }
        return try request.items.sorted { $0.key < $1.key }.map { name, value in
            guard let item = items.first(where: { $0.id.text == name }) else {
                throw ErrorJSON.unfit("items.\(name.cleaned(limit: 40)): not on the list \(id)")
            }
            guard let found = CheckAnswer.Found(value) else {
                throw ErrorJSON.unfit("items.\(name): expected true, false, or a number from 0 to 9999")
            }
            return CheckAnswer(list: id, item: item.id, found: found, at: now, role: caller.role.rawValue)
        }
    }

    /// For the journal.
    func data(_ answers: [CheckAnswer], _ book: CheckBook, at now: WallTime, by caller: Caller) -> JSONValue {
        func count(_ standing: Standing) -> JSONValue {
            .integer(Int64(items.count { book.standing($0, of: self, at: now) == standing }))
        }
        let found = answers.map { ($0.item.text, $0.found.json) }
        return [
            "check": "checklist", "list": .string(id.text), "role": .string(caller.role.rawValue),
            "actor": .string(caller.description), "there": count(.there), "missing": count(.missing),
            "unconfirmed": count(.unconfirmed), "items": .object(Dictionary(found) { _, last in last }),
        ]
    }
}

extension ErrorJSON {
    fileprivate static func unfit(_ what: String) -> ErrorJSON {
        ErrorJSON(code: "request.invalid", message: what, zh: "清单内容有误：\(what)")
    }
}

extension ScoreJSON {
    fileprivate init(_ score: Score, from first: CivilDate, through last: CivilDate) {
        func points(_ hundredths: Int) -> Double { Double(hundredths) / 100 }
        self.init(
            known: points(score.known), unknown: score.unknown, total: score.total.map(points),
            from: first.description, through: last.description,
            lines: score.lines.map { line in
                LineJSON(
                    id: line.rule.id.text, text: line.rule.text, notice: line.rule.notice, clause: line.rule.clause,
                    item: "\(line.rule.item)", per: line.rule.per.rawValue, points: points(line.rule.points),
                    value: line.value.map(points), evidence: line.evidence)
            })
    }
}
