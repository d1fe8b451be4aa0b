import ZoneConfig
import ZoneLinux
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
    ///   - before: of a file that has got a mistake since, what it said there stays.
    init(places: Places, names: [String] = [], before: PolicyView? = nil) {
        let folder = PolicyFolder(places: places, names: names)
        var (sources, wrong) = ([Policy.Source](), [FileComplaint]())
        for source in folder.sources {
            do throws(FileComplaint) {
                _ = try PolicyFile(text: source.text, file: source.path)
                sources.append(source)
            } catch {
                wrong.append(error)
                guard let text = before?.texts[source.path] else { continue }
                sources.append(Policy.Source(path: source.path, text: text))
            }
        }
        (policy, isChosen) = (Policy(sources), folder.isChosen)
        complaints = wrong + policy.complaints
        texts = Dictionary(sources.map { ($0.path, $0.text) }) { _, last in last }
    }

    func results(for type: ZoneType, _ equipment: [Equipment]) -> [RuleResult] {
        policy.evaluate(zoneType: type.rawValue, equipment: equipment)
    }

    /// Of the zone with what is on its list now.
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

/// Where policies lie: what is shipped is a shelf to choose from, what the site has counts always. Without a choice the
/// shelf is shown as it is, and never laid under what the site has.
package struct PolicyFolder: Sendable {
    /// Nothing of what is shipped.
    package static let none = "none"
    private static let limit = 256 * 1024

    private let paths: [String]
    /// Whether somebody has said whose rules count here.
    package let isChosen: Bool

    package init(places: Places, names: [String] = []) {
        func files(_ folder: String) -> [String] {
            SmallFile.list(folder).filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\($0)" }
        }
        let chosen = names.filter { $0 != PolicyFolder.none }.map { "\(places.shippedPolicy)/\($0).yaml" }
        let own = files(places.sitePolicy)
        let shipped = own.isEmpty ? files(places.shippedPolicy) : []
        paths = (names.isEmpty ? shipped : chosen) + own
        isChosen = !names.isEmpty || !own.isEmpty
    }

    package init(paths: [String]) { (self.paths, isChosen) = (paths, true) }

    /// What cannot be read is a file with a mistake: somebody has asked for it.
    package var sources: [Policy.Source] {
        paths.map { path in
            let text = try? SmallFile.read(path, limit: PolicyFolder.limit)
            return Policy.Source(path: path, text: text ?? "not there, not readable, or longer than 256 KiB")
        }
    }
}
