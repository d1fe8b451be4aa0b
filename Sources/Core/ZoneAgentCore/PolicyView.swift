import ZoneConfig
import ZoneModel
import ZonePolicy
import ZoneWire
import ZoneYAML

/// What the district's rules say about this zone.
struct PolicyView: Sendable {
    let policy: Policy
    /// Else everything that is shipped is shown, of several districts, and obliges nobody.
    let isChosen: Bool
    /// What is wrong with the files as they are on the disk.
    let complaints: [FileComplaint]
    /// What each file said when it was right last.
    private let texts: [String: String]

    /// Shipped files first, then the site's.
    /// - Parameters:
    ///   - names: which of the shipped ones count; empty: all of them where the site has none of its own.
    ///   - origin: where the configuration says so.
    ///   - before: of a file that has got a mistake since, what it said there stays.
    init(places: Places, names: [String] = [], origin: Origins.Origin? = nil, before: PolicyView? = nil) {
        let folder = PolicyFolder(places: places, names: names, origin: origin)
        var (sources, wrong) = ([Policy.Source](), [FileComplaint]())
        for file in folder.files {
            do throws(FileComplaint) {
                let text = try file.text.get()
                _ = try PolicyFile(text: text, file: file.path)
                sources.append(Policy.Source(path: file.path, text: text))
            } catch {
                wrong.append(error)
                guard let text = before?.texts[file.path] else { continue }
                sources.append(Policy.Source(path: file.path, text: text))
            }
        }
        let whole = Policy(sources)
        if !whole.complaints.isEmpty { sources = PolicyView.kept(sources, whole.complaints, before) }
        (policy, isChosen) = (whole.complaints.isEmpty ? whole : Policy(sources), folder.isChosen)
        complaints = wrong + whole.complaints
        texts = Dictionary(sources.map { ($0.path, $0.text) }) { _, last in last }
    }

    /// That a file scores what no file has shows only in the whole: it, too, keeps what it said when it was right.
    private static func kept(
        _ sources: [Policy.Source], _ complaints: [FileComplaint], _ before: PolicyView?
    ) -> [Policy.Source] {
        let wrong = Set(complaints.map(\.file))
        return sources.compactMap { source in
            guard wrong.contains(source.path) else { return source }
            return before?.texts[source.path].map { Policy.Source(path: source.path, text: $0) }
        }
    }

    func results(for type: ZoneType, _ equipment: [Equipment]) -> [RuleResult] {
        policy.evaluate(zoneType: type.rawValue, equipment: equipment)
    }

    /// Of the zone with what is on its list now.
    func results(for config: AgentConfig, _ board: Board) -> [RuleResult] {
        results(for: config.type, Equipment.list(of: config, board))
    }

    /// The same in the API's words.
    func json(for config: AgentConfig, _ board: Board) -> PolicyJSON {
        json(for: config.type, Equipment.list(of: config, board))
    }

    func json(for type: ZoneType, _ equipment: [Equipment]) -> PolicyJSON {
        let rules = results(for: type, equipment).map { result in
            PolicyJSON.RuleJSON(
                id: result.rule.id.text, notice: result.rule.notice, clause: result.rule.clause,
                text: result.rule.text, anyOf: result.rule.anyOf, count: result.rule.count,
                inches: result.rule.inches, required: result.rule.required.rawValue, have: result.have,
                met: result.met.rawValue, standing: result.standing.rawValue)
        }
        var json = PolicyJSON(
            district: isChosen ? policy.district : nil, rules: rules, complaints: complaints.map { "\($0)" })
        json.title = isChosen ? policy.title : "尚未选定本地规则，以下为各地文件原文（agent.yaml 的 policy）"
        return json
    }
}
