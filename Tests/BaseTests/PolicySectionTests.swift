import FoundationEssentials
import Testing
import ZoneForms
import ZoneModel
import ZonePolicy
import ZoneYAML

/// One entry of each section behind the rules.
private let sections = """
    district: 某区
    title: 规则
    signs:
      - {id: a, notice: 一号, clause: 一, text: 5个标识牌, count: 5, required: yes}
    forms:
      - {id: b, notice: 一号, clause: 二, text: 空白表, kind: application, count: 20, everyDays: 7}
    checklists:
      - id: c
        notice: 一号
        clause: unconfirmed
        text: 物品
        items:
          - {id: water, text: 饮水机}
          - {id: pens, text: 笔, count: 3}
    duties:
      - id: d
        notice: 一号
        clause: 三
        text: 每日清洁
        period: daily
        due: opening
        grace: 2h
        lateDays: 5
        role: staff
        condition: cleaning
        tap: cleaned
        required: yes
      - id: e
        notice: 一号
        clause: unconfirmed
        text: 每月公报
        period: monthly
        day: 3
      - id: f
        notice: 一号
        clause: unconfirmed
        text: 10个工作日内
        after: bulletin.issued
        workdays: 10
    scoring:
      - id: g
        notice: 一号
        clause: 四
        text: 缺标识牌扣2.5分
        item: signs/a
        per: missing
        points: -2.5
    """

private func repositoryText(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
}

@Suite("The sections of a policy")
struct PolicySectionTests {
    @Test("are read with all their keys")
    func whole() throws {
        let read = try PolicyFile(text: sections, file: "p.yaml").sections
        #expect(read.signs[0].count == 5 && read.signs[0].everyDays == 31 && read.signs[0].form == nil)
        #expect(read.forms[0].form == .application && read.forms[0].everyDays == 7)
        #expect(read.checkLists[0].items.map(\.count) == [1, 3])
        let cleaning = read.duties[0]
        #expect(cleaning.rhythm == .daily(.opening) && cleaning.grace == .seconds(7200) && cleaning.lateDays == 5)
        #expect(cleaning.alarm == .cleaning && cleaning.tap == .cleaned && cleaning.required == .yes)
        #expect(cleaning.obliges("hall") && !read.duties[1].obliges("hall"))
        #expect(read.duties[1].rhythm == .monthly(3))
        #expect(read.duties[2].rhythm == .after(event: "bulletin.issued", workdays: 10))
        #expect(read.scoring[0].points == -250 && read.scoring[0].most == nil)
    }

    @Test("have the same words for forms as the shelf of forms has")
    func words() { #expect(FormWord.allCases.map(\.rawValue) == FormKind.allCases.map(\.rawValue)) }

    @Test(
        "a mistake is named with line and field",
        arguments: [
            ("count: 5", "count: 0", 4, "signs[0].count"), ("count: 5", "count: 5, kind: sample", 4, "signs[0].kind"),
            ("clause: 一,", "clause: unconfirmed,", 4, "signs[0].required"),
            ("kind: application, ", "", 6, "forms[0].kind"), ("kind: application", "kind: poster", 6, "forms[0].kind"),
            ("everyDays: 7", "everyDays: 367", 6, "forms[0].everyDays"),
            ("- id: c", "- id: signs", 8, "checklists[0].id"), ("    items:", "    item:", 8, "checklists[0].items"),
            ("id: pens", "id: water", 14, "checklists[0].items[1].id"),
            ("text: 笔", "text: 笔, required: yes", 14, "checklists[0].items[1].required"),
            ("period: daily", "period: hourly", 20, "duties[0].period"),
            ("    period: daily\n", "", 16, "duties[0].period"),
            ("period: daily", "period: daily\n    everyDays: 2", 21, "duties[0].everyDays"),
            ("period: daily", "everyDays: 0", 20, "duties[0].everyDays"),
            ("period: daily", "period: weekly", 21, "duties[0].due"),
            ("due: opening", "due: noon", 21, "duties[0].due"), ("grace: 2h", "grace: 2", 22, "duties[0].grace"),
            ("grace: 2h", "grace: 25h", 22, "duties[0].grace"),
            ("lateDays: 5", "lateDays: 32", 23, "duties[0].lateDays"),
            ("role: staff", "role: boss", 24, "duties[0].role"),
            ("condition: cleaning", "condition: dirt", 25, "duties[0].condition"),
            ("tap: cleaned", "tap: twice", 26, "duties[0].tap"), ("day: 3", "day: 32", 33, "duties[1].day"),
            ("after: bulletin.issued", "after: bulletin", 38, "duties[2].after"),
            ("after: bulletin.issued", "after: bulletin.isued", 38, "duties[2].after"),
            ("after: bulletin.issued", "after: duty.done", 38, "duties[2].after"),
            ("period: daily", "period: daily\n    afterText: 起因", 21, "duties[0].afterText"),
            ("period: daily", "name: ' '\n    period: daily", 20, "duties[0].name"),
            ("    workdays: 10\n", "", 34, "duties[2].workdays"),
            ("workdays: 10", "workdays: 0", 39, "duties[2].workdays"),
            ("item: signs/a", "item: signs", 45, "scoring[0].item"),
            ("item: signs/a", "item: duties/d", 46, "scoring[0].per"),
            ("per: missing", "per: month", 46, "scoring[0].per"),
            ("points: -2.5", "points: 0", 47, "scoring[0].points"),
            ("points: -2.5", "points: 1e3", 47, "scoring[0].points"),
            ("points: -2.5", "points: 1.255", 47, "scoring[0].points"),
            ("points: -2.5", "points: 1\n    most: -1", 48, "scoring[0].most"),
        ])
    func mistakes(_ from: String, _ to: String, _ line: Int, _ field: String) throws {
        let text = sections.replacing(from, with: to, maxReplacements: 1)
        try #require(text != sections)
        let complaint = #expect(throws: FileComplaint.self) { try PolicyFile(text: text, file: "p.yaml") }
        #expect(
            complaint?.file == "p.yaml" && complaint?.line == line && complaint?.field == field, "\(complaint as Any)")
    }

    @Test("a duty waits for an event that exists, or for one of the site's own, and says so in words")
    func triggers() throws {
        func waits(_ lines: String) throws -> String? {
            let text = sections.replacing("after: bulletin.issued", with: lines)
            return try PolicyFile(text: text, file: "p.yaml").sections.duties[2].trigger
        }
        #expect(try waits("after: bulletin.issued") == "公报发布" && waits("after: check.done") == "检查完成")
        #expect(try waits("after: local.begun") == "local.begun", "nobody has said what it is")
        #expect(try waits("after: local.begun\n    afterText: 收到公报") == "收到公报")
        #expect(!DutyTrigger.isKnown("local.") && !DutyTrigger.isKnown("local.a b") && !DutyTrigger.isKnown("bulletin"))
        let vocabulary = try repositoryText("docs/vocabulary.md")
        for name in DutyTrigger.words.keys where name != "bulletin.issued" {
            let (subject, verb) = (name.prefix { $0 != "." }, name.drop { $0 != "." })
            let isListed = vocabulary.contains("| `\(subject).") && vocabulary.contains("`\(verb)`")
            #expect(vocabulary.contains("`\(name)`") || isListed, "\(name)")
        }
    }

    @Test("every section has an end")
    func bounds() {
        for (name, most, more) in [("signs", 64, ""), ("duties", 200, ", period: weekly")] {
            func complaint(_ count: Int) -> FileComplaint? {
                let entries = (0..<count).map { "  - {id: a\($0), notice: 一, clause: 二, text: 三\(more)}\n" }.joined()
                let text = "district: 某区\ntitle: 规则\n\(name):\n" + entries
                do throws(FileComplaint) {
                    _ = try PolicyFile(text: text, file: "p.yaml")
                    return nil
                } catch { return error }
            }
            #expect(complaint(most) == nil && complaint(most + 1)?.field == name)
        }
    }

    @Test("half a file, at every length, is an error or a smaller file, never a crash")
    func everyPrefix() {
        for end in sections.indices { _ = try? PolicyFile(text: String(sections[..<end]), file: "x") }
    }
}

@Suite("The policies that are shipped")
struct ShippedPolicyTests {
    private static let names = ["binzhou-2022", "guan-2020", "liangping-2021", "zhuoshui-2021"]

    private func source(_ name: String) throws -> Policy.Source {
        let path = "packaging/policy/\(name).yaml"
        return .init(path: path, text: try repositoryText(path))
    }

    @Test("each is read without complaint, quotes one notice, and accuses nobody", arguments: names)
    func one(name: String) throws {
        let policy = Policy([try source(name)])
        #expect(policy.complaints.isEmpty)
        let sections = policy.sections
        let lists: [[any Cited]] = [
            sections.rules, sections.signs, sections.forms, sections.checkLists, sections.duties,
        ]
        let all = lists.flatMap { $0 }
        #expect(Set(all.map(\.notice)).count == 1 && all.allSatisfy { ["unconfirmed", "附件2"].contains($0.clause) })
        #expect(policy.sections.rules.allSatisfy { $0.required == .unconfirmed })
        #expect(policy.sections.duties.allSatisfy { !$0.obliges("hall") })
        #expect(policy.sections.scoring.isEmpty, "no notice's points are known, and none are made up")
    }

    @Test("all together are laid without one replacing the other, and the day has its three taps")
    func together() throws {
        let all = Policy(try Self.names.map(source))
        #expect(all.complaints.isEmpty && all.rules.count == 10)
        #expect(all.rules.map(\.anyOf).contains([.touchPanel]) && all.rules.contains { $0.inches == 43 })
        #expect(all.duties(for: "village").compactMap(\.tap) == [.opened, .cleaned, .closed])
        let taps = all.duties(for: "village").filter { $0.tap != nil }
        #expect(taps.map(\.label) == ["启用", "每日清洁", "关闭"])
        #expect(taps[0].text == taps[2].text && taps[0].text.hasSuffix("启用和关闭"), "one sentence of the notice")
        #expect(all.duties(for: "village").compactMap(\.trigger) == ["起因发生"])
        let rest = all.checkLists(for: "hall").first { $0.id.text == "zs-rest" }
        #expect(rest?.items.map(\.text) == ["饮水机", "一次性纸杯", "笔", "纸"])
        #expect(all.sections.forms.map(\.count) == [20, 2, 2] && all.sections.signs.map(\.count) == [5, 3])
    }

    @Test("a clause that nobody has looked up cannot be made to oblige")
    func noShortCut() throws {
        let text = try source("liangping-2021").text.replacing("required: unconfirmed", with: "required: yes")
        #expect(throws: FileComplaint.self) { try PolicyFile(text: text, file: "p.yaml") }
    }
}
