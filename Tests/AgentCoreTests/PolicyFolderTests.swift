import Testing
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZonePolicy
import ZoneWire
import ZoneYAML

@testable import ZoneAgentCore

@Suite("Which policies count here")
struct PolicyFolderTests {
    private let rig: ConfigurationRig

    init() throws {
        rig = try ConfigurationRig()
        for folder in [rig.places.shippedPolicy, rig.places.sitePolicy] { try SmallFile.makeDirectory(folder) }
        try put("\(rig.places.shippedPolicy)/one-2021.yaml", "one")
        try put("\(rig.places.shippedPolicy)/two-2022.yaml", "two")
    }

    private func put(_ path: String, _ id: String) throws {
        let rule = "  - {id: \(id), notice: 一号, clause: unconfirmed, text: 打印机, anyOf: [printer]}\n"
        try SmallFile.replace(path, with: "district: \(id)\ntitle: 规则\nrules:\n" + rule)
    }

    private func view(_ policy: String) throws -> PolicyView {
        try rig.site(policy)
        let store = try rig.store()
        return PolicyView(places: rig.places, names: store.config.policies, origin: store.policyOrigin)
    }

    @Test("without a choice all that is shipped is shown, of no district; a choice is that one, in its order")
    func choice() throws {
        #expect(try view("").policy.rules.map(\.id.text) == ["one", "two"])
        let open = try view("").json(for: .hall, [])
        #expect(open.district == nil && open.title?.contains("尚未选定") == true)
        #expect(try view("policy: two-2022").policy.rules.map(\.id.text) == ["two"])
        #expect(try view("policy: two-2022 one-2021").policy.rules.map(\.id.text) == ["two", "one"])
        let chosen = try view("policy: two-2022").json(for: .hall, [])
        #expect(chosen.district == "two" && chosen.rules.map(\.standing) == ["unconfirmed"])
    }

    @Test("the site's own file counts always, and alone where none of the shipped does")
    func own() throws {
        try put("\(rig.places.sitePolicy)/50-own.yaml", "own")
        #expect(try view("policy: one-2021").policy.rules.map(\.id.text) == ["one", "own"])
        #expect(try view("policy: none").policy.rules.map(\.id.text) == ["own"])
        #expect(try view("").json(for: .hall, []).district == "own")
        #expect(try view("").policy.rules.map(\.id.text) == ["own"], "nothing of other districts lies under it")
    }

    @Test("one that is not there is a mistake of agent.yaml, with its line and the nearest name")
    func missing() throws {
        let slip = try view("policy: oen-2021")
        let complaint = try #require(slip.complaints.first)
        #expect(slip.policy.rules.isEmpty && slip.complaints.count == 1 && slip.isChosen)
        #expect(complaint.file == rig.places.agentConfig && complaint.line == 3 && complaint.field == "policy")
        #expect(complaint.expected.contains("“oen-2021”不存在") && complaint.expected.contains("nearest: one-2021）"))
        let other = try view("policy: something-else").complaints
        #expect(other.count == 1 && other.first?.expected.contains("nearest") == false)
    }

    @Test("a file that scores what no file has is not used, and after a reload it keeps what it said")
    func astray() throws {
        let file = "\(rig.places.sitePolicy)/50-own.yaml"
        func score(_ item: String) throws {
            try put(file, "own")
            let entry =
                "    notice: 一号\n    clause: 一\n    text: 扣分\n    item: \(item)\n    per: missing\n    points: -1\n"
            try SmallFile.replace(file, with: try SmallFile.read(file) + "scoring:\n  - id: s\n" + entry)
        }
        try score("rules/nothing")
        let rules = PolicyRules(places: rig.places, names: ["one-2021"])
        #expect(rules.view.policy.rules.map(\.id.text) == ["one"])
        #expect(rules.view.complaints.map { "\($0.line) \($0.field)" } == ["10 scoring[0].item"])
        try score("rules/own")
        rules.read(["one-2021"])
        #expect(rules.view.policy.rules.map(\.id.text) == ["one", "own"] && rules.view.complaints.isEmpty)
        try score("rules/nothing")
        for _ in 0..<2 {
            rules.read(["one-2021"])
            #expect(rules.view.policy.rules.map(\.id.text) == ["one", "own"])
            #expect(rules.view.policy.sections.scoring.map { "\($0.item)" } == ["rules/own"])
            #expect(rules.view.complaints.map(\.line) == [10])
        }
    }

    @Test("names are file names without folder and end", arguments: ["../x", "a a", "A", "a b c d e f g h i"])
    func names(_ name: String) throws {
        try rig.site("policy: \(name)")
        #expect(throws: (any Error).self) { try rig.store() }
    }

    @Test("another choice counts with the next reload, without a restart")
    func live() throws {
        try rig.site("policy: one-2021")
        let store = try rig.store()
        let rules = PolicyRules(places: rig.places, names: store.config.policies)
        try rig.site("policy: two-2022")
        _ = try store.reload()
        #expect(store.config.policies == ["two-2022"] && store.current.pendingRestart.isEmpty)
        rules.read(store.config.policies)
        #expect(rules.view.policy.rules.map(\.id.text) == ["two"])
    }

    @Test("a file that gets a mistake keeps what it said, until it is right; one that is taken away is gone")
    func mistake() throws {
        let file = "\(rig.places.sitePolicy)/50-own.yaml"
        try put(file, "own")
        let rules = PolicyRules(places: rig.places, names: ["one-2021"])
        #expect(rules.view.policy.rules.map(\.id.text) == ["one", "own"] && rules.view.complaints.isEmpty)
        try SmallFile.replace(file, with: "district: own\ntitle: 规则\nrules: 5\n")
        rules.read(["one-2021"])
        #expect(rules.view.policy.rules.map(\.id.text) == ["one", "own"])
        #expect(rules.view.complaints.map(\.file) == [file] && rules.view.complaints.map(\.line) == [3])
        #expect(rules.view.json(for: .hall, []).complaints.count == 1)
        rules.read(["one-2021"])
        #expect(rules.view.policy.rules.map(\.id.text) == ["one", "own"], "also after one more reload")
        try put(file, "other")
        rules.read(["one-2021"])
        #expect(rules.view.policy.rules.map(\.id.text) == ["one", "other"] && rules.view.complaints.isEmpty)
        SmallFile.remove(file)
        rules.read(["one-2021"])
        #expect(rules.view.policy.rules.map(\.id.text) == ["one"] && rules.view.complaints.isEmpty)
    }
}
