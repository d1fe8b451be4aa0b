import ZoneModel
import ZoneWire

/// What a notice demands of the zone's equipment, and what is there: a rule about devices, or a whole list of things without
/// a plug.
package struct SheetDemand: Sendable, Hashable, Codable {
    /// Rules and lists that a sheet has room for.
    private static let most = 120
    private static let mostNamed = 5

    /// The clause's own words, or the list's title.
    package var text: String
    /// The notice's number and the clause.
    package var source: String
    /// `yes`, `no`, `unconfirmed`.
    package var required: String
    /// Devices, or things of the list.
    package var wanted: Int64
    /// Of them, those that are there.
    package var have: Int64
    /// `there`, `missing`, `unconfirmed`.
    package var standing: String
    /// Of a list: what is missing, and how many nobody has looked at.
    package var note: String?

    package init(
        text: String, source: String, required: String, wanted: Int64, have: Int64, standing: String,
        note: String? = nil
    ) {
        (self.text, self.source, self.required) = (text, source, required)
        (self.wanted, self.have, self.standing, self.note) = (wanted, have, standing, note)
    }

    /// Unknown where nobody has said whose rules count here: what is shipped obliges nobody.
    package static func all(of policy: PolicyJSON) -> Known<[SheetDemand]> {
        guard policy.district != nil else { return .unknown("未选定本地规则") }
        let all = policy.rules.map(SheetDemand.init) + (policy.checklists ?? []).map(SheetDemand.init)
        return .value(Array(all.prefix(most)))
    }

    private init(_ rule: PolicyJSON.RuleJSON) {
        self.init(
            text: rule.text, source: SheetDemand.source(rule.notice, rule.clause), required: rule.required,
            wanted: Int64(rule.count), have: Int64(rule.have), standing: rule.standing ?? "unconfirmed")
    }

    private init(_ list: CheckListJSON) {
        let missing = list.items.filter { $0.standing == "missing" }.map { $0.text.cleaned(limit: 40) }
        let unseen = list.count("unconfirmed")
        let named = missing.prefix(SheetDemand.mostNamed).joined(separator: "、")
        let notes = [
            missing.isEmpty ? nil : "缺：\(named)\(missing.count > SheetDemand.mostNamed ? "等\(missing.count)项" : "")",
            unseen == 0 ? nil : "\(unseen)项未查看",
        ].compactMap(\.self)
        let required = ["yes", "unconfirmed"].first { word in list.items.contains { $0.required == word } } ?? "no"
        self.init(
            text: list.text, source: SheetDemand.source(list.notice, list.clause), required: required,
            wanted: Int64(list.items.count), have: Int64(list.count("there")),
            standing: missing.isEmpty ? unseen == 0 ? "there" : "unconfirmed" : "missing",
            note: notes.isEmpty ? nil : notes.joined(separator: "；"))
    }

    private static func source(_ notice: String, _ clause: String) -> String {
        let clause = clause == "unconfirmed" ? "条款待核对" : clause
        return [notice, clause].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Of several PCs: devices stand at each of them and are counted together; of a list the PC counts where most was seen.
    static func merged(_ nodes: [Known<[SheetDemand]>]) -> Known<[SheetDemand]> {
        let known = nodes.compactMap(\.value)
        guard let first = known.first else { return nodes.first ?? .unknown(SheetFacts.untold) }
        var merged = first
        for other in known.dropFirst() {
            for demand in other {
                let mine = merged.firstIndex { $0.text == demand.text && $0.source == demand.source }
                guard let mine else { continue }
                merged[mine] = merged[mine].and(demand)
            }
        }
        return .value(merged)
    }

    private func and(_ other: SheetDemand) -> SheetDemand {
        guard note == nil, other.note == nil else { return other.have > have ? other : self }
        var sum = self
        sum.have += other.have
        if sum.have >= wanted, standing == "missing" { sum.standing = "there" }
        return sum
    }
}

extension SheetBlocks {
    /// What is there, missing and unconfirmed, rule by rule.
    var demands: PaperPart? {
        guard let demands = sheet.facts.demands else { return nil }
        let columns: [PaperTable.Column] = [
            .init("配备要求", 34), .init("依据", 26), .init("性质", 9), .init("应配", 7), .init("实配", 7), .init("情况", 17),
        ]
        switch demands {
        case .unknown(let reason): return .table(PaperTable(columns, [], empty: "—（\(reason)）"))
        case .value(let demands): return .table(PaperTable(columns, demands.map(row), empty: "没有规定"))
        }
    }

    private func row(_ demand: SheetDemand) -> [SheetCell] {
        let words = ["there": "有", "missing": "缺"]
        let standing = words[demand.standing] ?? "待确认"
        return [
            .text(demand.text), .text(demand.source), .text(SheetWords.requirement(demand.required)),
            .count(demand.wanted, unit: "项"), .count(demand.have, unit: "项"),
            .text(demand.note.map { $0.hasPrefix("缺：") ? $0 : "\(standing)（\($0)）" } ?? standing),
        ]
    }
}
