import Testing
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

@Suite("What the notices demand, on the sheet")
struct SheetDemandTests {
    private static func item(_ text: String, _ standing: String, required: String = "yes") -> CheckListJSON.ItemJSON {
        CheckListJSON.ItemJSON(id: text, text: text, count: 1, required: required, standing: standing)
    }

    private static func policy(have: Int, _ items: [CheckListJSON.ItemJSON], district: String? = "示例区") -> PolicyJSON {
        let rule = PolicyJSON.RuleJSON(
            id: "printers", notice: "示府办发〔2025〕1号", clause: "第四条", text: "打印机2台", anyOf: [.printer], count: 2,
            required: "yes", have: have, met: have < 2 ? "no" : "yes", standing: have < 2 ? "missing" : "there")
        var policy = PolicyJSON(district: district, rules: [rule], complaints: [])
        policy.checklists = [
            CheckListJSON(id: "signs", text: "标识牌", notice: "示府办发〔2025〕1号", clause: "unconfirmed", items: items)
        ]
        return policy
    }

    private func demands(_ policy: PolicyJSON...) async throws -> [SheetDemand] {
        let date = try #require(CivilDate("2026-03-20"))
        let notes = policy.enumerated().map { number, policy in
            NodeNotes(
                node: "pc-\(number)",
                description: ZoneDescription(
                    date, head: SheetHead(name: "示例专区", type: "hall"), devices: [],
                    demands: SheetDemand.all(of: policy),
                    forms: .unknown("无"), fees: .unknown("无"), duties: .unknown("无")), counts: [])
        }
        var source = SheetSource(zone: "z", head: SheetHead(name: "z", type: "hall"))
        source.notes = { _ in notes }
        let facts = try await source.facts(ExampleMonth.period, at: ExampleMonth.issuedAt)
        return try #require(facts.demands?.value)
    }

    @Test("a rule has its numbers, a list what is missing and what nobody has looked at; each its source")
    func one() async throws {
        let all = try await demands(
            Self.policy(
                have: 1, [Self.item("指引牌", "missing"), Self.item("公示牌", "there"), Self.item("价目表", "unconfirmed")]))
        #expect(all.map(\.text) == ["打印机2台", "标识牌"])
        #expect(all[0].wanted == 2 && all[0].have == 1 && all[0].standing == "missing" && all[0].note == nil)
        #expect(all[1].wanted == 3 && all[1].have == 1 && all[1].standing == "missing")
        #expect(all[1].note == "缺：指引牌；1项未查看" && all[1].source == "示府办发〔2025〕1号 条款待核对")
    }

    @Test("what nobody has looked at is neither there nor missing")
    func unseen() async throws {
        let all = try await demands(Self.policy(have: 2, [Self.item("指引牌", "unconfirmed"), Self.item("公示牌", "there")]))
        #expect(all.map(\.standing) == ["there", "unconfirmed"])
    }

    @Test("two PCs have a printer each: the rule is met; of a list the PC counts where more was seen")
    func two() async throws {
        let all = try await demands(
            Self.policy(have: 1, [Self.item("指引牌", "unconfirmed")]), Self.policy(have: 1, [Self.item("指引牌", "there")]))
        #expect(all.map(\.standing) == ["there", "there"] && all.map(\.have) == [2, 1])
    }

    @Test("without a choice of rules nothing is demanded, and it is said why")
    func none() throws {
        #expect(SheetDemand.all(of: Self.policy(have: 0, [], district: nil)) == .unknown("未选定本地规则"))
        var facts = try ExampleMonth.facts()
        facts.demands = .unknown("未选定本地规则")
        #expect(PaperHTML.text(try Sheet(facts).paper).contains("—（未选定本地规则）"))
    }

    @Test("a sheet of before has none, and is still what it was")
    func older() throws {
        var facts = try ExampleMonth.facts()
        facts.demands = nil
        let frozen = FrozenSheet(try Sheet(facts, issue: SheetIssue(revision: 1, issuedAt: ExampleMonth.issuedAt)))
        let back = try FrozenSheet(bytes: try frozen.bytes())
        #expect(back.facts.demands == nil && back.seal.parts["demands"] == nil)
        #expect(try SheetVerifier.findings(back).isEmpty)
    }
}
