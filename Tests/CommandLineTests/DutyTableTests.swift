import Synchronization
import Testing
import ZoneCommandLine
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("zonectl duty, checklist and policy")
struct DutyTableTests {
    private final class Screen: Sendable {
        private let shown = Mutex("")
        var text: String { shown.withLock { $0 } }
        func show(_ text: String) { shown.withLock { $0 += text } }
    }

    private func duty(_ id: String, _ state: String, rhythm: String, required: String = "yes") -> DutyJSON {
        DutyJSON(
            id: id, text: "每日清洁", notice: "一号", clause: "二", required: required, role: "staff", rhythm: rhythm,
            tap: nil, state: state, lateDays: 3)
    }

    @Test("a row says when it is due, how it stands, who entered it and how often this month")
    func duties() {
        var done = duty("clean", "done", rhythm: "daily closing")
        (done.doneAt, done.doneBy, done.late) = (WallTime(milliseconds: 1_795_226_400_000), "staff", true)
        done.thisMonth = .init(due: 15, done: 14, late: 1)
        let guess = duty("wash", "unknown", rhythm: "unconfirmed", required: "unconfirmed")
        var early = duty("print", "waiting", rhythm: "after local.begun 10")
        (early.doneAt, early.ahead, early.trigger) = (done.doneAt, true, "收到公报")
        early.name = "打印"
        let list = DutyListJSON(date: "2026-11-21", duties: [done, guess, early], doubt: "hoursUnknown")
        let text = DutyTable.text(list)
        for part in [
            "每个开放日", "● 已登记 done", "2026-11-21 10:00:00", "补登", "应 15 实 14", "定期（待确认）", "没有公布开放时间",
            "收到公报后10个工作日内", "打印：每日清洁", "（提前 ahead）",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("（待确认）（待确认）") && !text.contains("local.begun"))
        early.trigger = nil
        #expect(DutyTable.text(DutyListJSON(date: "", duties: [early])).contains("local.begun后10个工作日内"))
        let unchosen = DutyTable.text(DutyListJSON(date: "2026-11-21", duties: [guess], doubt: "notChosen"))
        #expect(unchosen.contains("没有选定本地规则"))
        #expect(DutyTable.text(DutyListJSON(date: "2026-11-21", duties: [])).contains("docs/duties.md"))
    }

    @Test("a policy is shown with size, check-lists and points; unknown points are no zero")
    func policy() {
        let rule = PolicyJSON.RuleJSON(
            id: "a", notice: "一号", clause: "二", text: "大屏", anyOf: [.display], count: 1, inches: 43, required: "yes",
            have: 0, met: "no")
        var policy = PolicyJSON(district: "某区", rules: [rule], complaints: ["x.yaml:1: 有误"])
        var item = CheckListJSON.ItemJSON(id: "pens", text: "笔", count: 3, required: "yes", standing: "missing")
        (item.found, item.checkedAt, item.checkedBy) = (2, WallTime(milliseconds: 1_795_226_400_000), "staff")
        policy.checklists = [
            CheckListJSON(id: "rest", text: "物品", notice: "一号", clause: "unconfirmed", items: [item])
        ]
        policy.score = ScoreJSON(
            known: -0.5, unknown: 1, total: nil, from: "2026-11-01", through: "2026-11-21",
            lines: [
                .init(
                    id: "s", text: "缺笔扣0.5分", notice: "一号", clause: "四", item: "checklists/rest/pens", per: "missing",
                    points: -0.5, value: -0.5, evidence: "missing"),
                .init(
                    id: "t", text: "未清洁扣1分", notice: "一号", clause: "五", item: "duties/clean", per: "missed", points: -1,
                    value: nil, evidence: "unknown"),
            ])
        let text = PolicyTable.text(policy)
        for part in ["≥ 43 英寸", "缺 1", "2，2026-11-21 工作人员", "-0.50", "? 不明 unknown", "合计 total —（1 项不明", "x.yaml:1"] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.contains("rest 物品（一号 条款待确认）") && !text.contains("unconfirmed）"))
    }

    @Test("lint counts what files say, and names what is wrong")
    func lint() throws {
        let root = try TemporaryRoot()
        let screen = Screen()
        func lint(_ text: String) throws -> Bool {
            try SmallFile.replace(root.path + "/p.yaml", with: text)
            return PolicyLint(root: "", files: [root.path + "/p.yaml"], show: screen.show).run()
        }
        let fine = "district: 某区\ntitle: 规则\nduties:\n  - {id: d, notice: 一, clause: 二, text: 三, period: daily}\n"
        #expect(try lint(fine) && screen.text.contains("日常工作 duties 1"))
        #expect(try !lint(fine.replacing("daily", with: "hourly")))
        #expect(screen.text.contains("p.yaml:4:") && screen.text.contains("duties[0].period"))
        #expect(!PolicyLint(root: "", files: [root.path + "/nothing.yaml"], show: screen.show).run())
        #expect(screen.text.contains("nothing.yaml:1:") && screen.text.contains("not there or not readable"))
    }
}
