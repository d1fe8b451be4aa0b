import Testing
import ZoneModel
import ZonePolicy
import ZoneTestKit
import ZoneYAML

/// What a district writes once its office has looked the clauses up.
private let district = """
    district: 某区
    title: 某区专区设备配备规则
    rules:
      - id: query
        notice: 某府办发〔2026〕1号
        clause: 第三条
        text: 不少于1台触摸查询一体机或1台台式电脑
        anyOf: [touchPanel, queryPC]
        required: yes
      - id: printers
        notice: 某府办发〔2026〕1号
        clause: 第四条
        text: 大厅和图书馆打印机不少于2台
        zoneTypes: [hall, library]
        anyOf: [printer]
        count: 2
        required: yes
      - id: led
        notice: 某府办发〔2026〕1号
        clause: 第五条
        text: 可以设置LED大屏
        anyOf: [ledDisplay]
        required: no
      - id: box
        notice: 某府办发〔2026〕1号
        clause: unconfirmed
        text: 实体意见箱
        anyOf: [suggestionBox]
    """

@Suite("The equipment policy of a district")
struct PolicyTests {
    private func policy(_ texts: String...) -> Policy {
        Policy(texts.enumerated().map { .init(path: "\($0.offset).yaml", text: $0.element) })
    }

    /// `query=1 yes`, one for each rule.
    private func told(_ results: [RuleResult]) -> [String] {
        results.map { "\($0.rule.id)=\($0.have) \($0.met)" }
    }

    @Test("a hall with a kiosk and one printer lacks a printer; what nobody confirmed stays open")
    func hall() {
        let results = policy(district).evaluate(zoneType: "hall", devices: [.touchPanel, .printer, .suggestionBox])
        #expect(told(results) == ["query=1 yes", "printers=1 no", "led=0 notRequired", "box=1 unconfirmed"])
        #expect(results[1].rule.clause == "第四条" && results[1].rule.line == 10, "the sheet cites it, lint finds it")
    }

    @Test("a village is not asked for what only halls and libraries need")
    func village() {
        let results = policy(district).evaluate(zoneType: "village", devices: [.queryPC])
        #expect(told(results) == ["query=1 yes", "led=0 notRequired", "box=0 unconfirmed"])
    }

    @Test("silence is never met: an empty list, an empty policy, a type of zone from a newer version")
    func silence() {
        #expect(policy(district).evaluate(zoneType: "hall", devices: []).allSatisfy { $0.met != .yes })
        #expect(policy().evaluate(zoneType: "hall", devices: [.printer]).isEmpty)
        let results = policy(district).evaluate(zoneType: "station", devices: [.queryPC, .printer, .printer])
        #expect(told(results) == ["query=1 yes", "printers=2 unconfirmed", "led=0 notRequired", "box=0 unconfirmed"])
    }

    @Test("a printer that copies is one thing, for either rule and for both kinds in one")
    func oneAsset() {
        let text = district.replacing("[printer]", with: "[printer, copier]")
        let assets: [Set<DeviceKind>] = [[.printer, .copier]]
        #expect(told(policy(text).evaluate(zoneType: "library", assets: assets))[1] == "printers=1 no")
        #expect(told(policy(text).evaluate(zoneType: "library", assets: assets + [[.copier]]))[1] == "printers=2 yes")
    }

    @Test("a later file replaces a rule wholly and in its place, and adds its own at the end")
    func layers() {
        let own = """
            district: 另一区
            title: 另一区规则
            rules:
              - {id: printers, notice: 甲, clause: 一, text: 乙, anyOf: [printer], required: yes}
              - {id: extra, notice: 甲, clause: 二, text: 丙, anyOf: [display], required: yes}
            """
        let both = policy(district, own)
        #expect(both.district == "另一区" && both.complaints.isEmpty)
        let results = told(both.evaluate(zoneType: "village", devices: [.printer]))
        #expect(results == ["query=0 no", "printers=1 yes", "led=0 notRequired", "box=0 unconfirmed", "extra=0 no"])
    }

    @Test("a file with a mistake is one complaint and leaves the others in force")
    func badFile() {
        let both = policy(district, district.replacing("count: 2", with: "count: 0"))
        #expect(both.complaints.map(\.file) == ["1.yaml"] && both.rules.count == 4 && both.rules[1].count == 2)
    }
}

@Suite("A rule with a size")
struct PolicySizeTests {
    private func met(_ inches: Double?..., count: Int = 1) -> [RuleResult.Met] {
        let text =
            "district: 某区\ntitle: 规则\nrules:\n  - {id: a, notice: 一号, clause: 第一条, text: 43英寸, "
            + "anyOf: [display, touchPanel], inches: 43, count: \(count), required: yes}\n"
        let policy = Policy([.init(path: "a.yaml", text: text)])
        let equipment = inches.map { Equipment(kinds: [.display], inches: $0) } + [Equipment(kinds: [.printer])]
        return policy.evaluate(zoneType: "hall", equipment: equipment).map(\.met)
    }

    @Test("nominal 43 inches is met from 42.0; a display that does not say may be large enough, or not")
    func size() {
        #expect(met(42.0) == [.yes] && met(41.9) == [.no] && met() == [.no])
        #expect(met(nil) == [.unconfirmed] && met(nil, 54.6) == [.yes] && met(nil, 24, count: 2) == [.no])
        #expect(met(nil, 54.6, count: 2) == [.unconfirmed])
    }

    @Test("asked of a thing that has no size, it is a mistake", arguments: ["printer", "ledDisplay"])
    func kinds(kind: String) {
        let text =
            "district: 某区\ntitle: 规则\nrules:\n  - {id: a, notice: 一号, clause: 第一条, text: 大, "
            + "anyOf: [display, \(kind)], inches: 43}\n"
        let complaint = #expect(throws: FileComplaint.self) { try PolicyFile(text: text, file: "p.yaml") }
        #expect(complaint?.field == "rules[0].inches")
    }
}

@Suite("Mistakes in a policy file")
struct PolicyMistakeTests {
    @Test(
        "are named with line and field",
        arguments: [
            ("district: 某区\n", "", 1, "district"), ("title: 某区专区设备配备规则\n", "", 1, "title"),
            ("title:", "colour: red\ntitle:", 2, "colour"), ("rules:", "rulez:", 4, "rulez"),
            ("id: printers", "id: query", 10, "rules[1].id"), ("id: query", "id: Query", 4, "rules[0].id"),
            ("    clause: 第三条\n", "", 4, "rules[0].clause"), ("clause: 第三条", "clause: ' '", 6, "rules[0].clause"),
            ("count: 2", "count: 0", 16, "rules[1].count"), ("count: 2", "count: 1000", 16, "rules[1].count"),
            ("count: 2", "count: two", 16, "rules[1].count"), ("count: 2", "cuont: 2", 16, "rules[1].cuont"),
            ("queryPC]", "toaster]", 8, "rules[0].anyOf"), ("queryPC]", "touchPanel]", 8, "rules[0].anyOf"),
            ("[printer]", "[]", 15, "rules[1].anyOf"), ("[printer]", "printer", 15, "rules[1].anyOf"),
            ("    anyOf: [printer]\n", "", 10, "rules[1].anyOf"), ("[hall, library]", "", 14, "rules[1].zoneTypes"),
            ("[hall,", "[school,", 14, "rules[1].zoneTypes"),
            ("required: no", "required: maybe", 23, "rules[2].required"),
            ("clause: 第四条", "clause: unconfirmed", 17, "rules[1].required"),
            ("    notice: 某府办发〔2026〕1号\n", "", 4, "rules[0].notice"),
        ])
    func mistakes(_ from: String, _ to: String, _ line: Int, _ field: String) throws {
        let text = district.replacing(from, with: to, maxReplacements: 1)
        try #require(text != district)
        let complaint = #expect(throws: FileComplaint.self) { try PolicyFile(text: text, file: "p.yaml") }
        #expect(
            complaint?.file == "p.yaml" && complaint?.line == line && complaint?.field == field, "\(complaint as Any)")
    }

    @Test("half a file, at every length, is an error or a smaller file, never a crash")
    func everyPrefix() {
        for end in district.indices { _ = try? PolicyFile(text: String(district[..<end]), file: "x") }
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 { _ = try? PolicyFile(text: String(decoding: random.bytes(80), as: UTF8.self), file: "x") }
    }
}
