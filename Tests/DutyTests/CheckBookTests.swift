import Testing
import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneYAML

@Suite("Things without a plug, and points")
struct CheckBookTests {
    private static let text = """
        district: 某区
        title: 规则
        signs:
          - {id: big, notice: 一号, clause: 第一条, text: 5个标识牌, count: 5, zoneTypes: [hall], required: yes}
        forms:
          - {id: blank, notice: 一号, clause: 第二条, text: 空白表20份以上, kind: application, count: 20, everyDays: 7}
        checklists:
          - id: rest
            notice: 二号
            clause: unconfirmed
            text: 便民物品
            everyDays: 31
            items:
              - {id: water, text: 饮水机}
              - {id: pens, text: 笔, count: 3}
        duties:
          - {id: clean, notice: 二号, clause: 第三条, text: 每日清洁, period: daily, required: yes}
        scoring:
          - {id: s1, notice: 三号, clause: 一, text: 标识牌不足扣5分, item: signs/big, per: missing, points: -5}
          - {id: s2, notice: 三号, clause: 二, text: 有饮水机加0.5分, item: checklists/rest/water, per: there, points: 0.5}
          - {id: s3, notice: 三号, clause: 三, text: 清洁每缺一天扣0.25分, item: duties/clean, per: missed, points: -0.25, most: 1}
        """

    private let policy = Policy([.init(path: "p.yaml", text: CheckBookTests.text)])

    private func answer(_ list: String, _ item: String, _ found: CheckAnswer.Found, _ time: String) -> CheckAnswer {
        CheckAnswer(list: dutySlug(list), item: dutySlug(item), found: found, at: dutyMoment(time), role: "staff")
    }

    /// `water there` for each thing of a hall, at that time.
    private func told(_ answers: [CheckAnswer], _ time: String) -> [String] {
        let book = CheckBook(answers)
        return policy.checkLists(for: "hall").flatMap { list in
            list.items.map { "\($0.id) \(book.standing($0, of: list, at: dutyMoment(time)))" }
        }
    }

    @Test("signs, forms and lists are what a person looks for; each type of zone has its own")
    func lists() {
        #expect(policy.complaints.isEmpty)
        #expect(policy.checkLists(for: "hall").map(\.id.text) == ["signs", "forms", "rest"])
        #expect(policy.checkLists(for: "village").map(\.id.text) == ["forms", "rest"])
        #expect(policy.checkLists(for: "hall")[0].items[0].source?.clause == "第一条", "a sign cites its own notice")
    }

    @Test("nobody has looked: unconfirmed; a look holds for its time, and no longer")
    func standing() {
        let nobody = ["big unconfirmed", "blank unconfirmed", "water unconfirmed", "pens unconfirmed"]
        #expect(told([], "2026-03-05 10:00") == nobody)
        let looked = [
            answer("signs", "big", .count(4), "2026-03-05 10:00"),
            answer("forms", "blank", .count(20), "2026-03-05 10:00"),
            answer("rest", "water", .yes, "2026-03-05 10:00"), answer("rest", "pens", .no, "2026-03-05 10:00"),
        ]
        #expect(told(looked, "2026-03-05 10:01") == ["big missing", "blank there", "water there", "pens missing"])
        #expect(
            told(looked, "2026-03-11 23:00")[1] == "blank there" && told(looked, "2026-03-12 00:00")[1] == nobody[1])
        #expect(told(looked, "2026-04-05 00:00") == nobody)
        #expect(told(looked, "2026-01-01 10:00") == nobody, "what a clock that was ahead has dated says nothing")
    }

    @Test("points come from the data alone; what is not known is no zero, and no total")
    func score() throws {
        func score(_ standing: [String: Standing], _ duty: DutySummary?) throws -> Score {
            try #require(
                policy.score(for: "hall") {
                    standing["\($0)"]
                } duty: { _ in
                    duty
                })
        }
        let nothing = try score([:], nil)
        #expect(nothing.lines.map(\.value) == [nil, nil, nil] && nothing.total == nil && nothing.unknown == 3)
        var clean = DutySummary(duty: dutySlug("clean"))
        (clean.due, clean.done) = (22, 20)
        let known = try score(["signs/big": .missing, "checklists/rest/water": .there], clean)
        #expect(known.lines.map(\.value) == [-500, 50, -50] && known.total == -500)
        #expect(known.lines[2].evidence == "missed 2 of 22" && known.lines[0].evidence == "missing")
        clean.done = 2
        let bounded = try score(["signs/big": .unconfirmed, "checklists/rest/water": .missing], clean)
        #expect(bounded.lines.map(\.value) == [nil, 0, -100] && bounded.total == nil && bounded.known == -100)
    }

    @Test("a policy without points gives none, and one that scores what nobody demands says so")
    func noScore() {
        let plain = Policy([.init(path: "a.yaml", text: "district: 某区\ntitle: 规则\n")])
        #expect(
            plain.score(for: "hall") { _ in
                .there
            } duty: { _ in
                nil
            } == nil)
        let astray = Policy([.init(path: "a.yaml", text: Self.text.replacing("signs/big", with: "signs/small"))])
        #expect(astray.complaints.map(\.field) == ["scoring[0].item"] && astray.complaints[0].line == 19)
        #expect(astray.sections.scoring.isEmpty && astray.sections.signs.isEmpty, "nothing of that file is used")
    }

    @Test("a file that scores what no file has leaves the others in force, but not what only it would be scored by")
    func astray() {
        func file(_ name: String, _ signs: String, scores item: String) -> Policy.Source {
            let text = """
                district: \(name)
                title: 规则
                signs:
                  - {id: \(signs), notice: 一号, clause: 一, text: 牌}
                scoring:
                  - id: s-\(signs)
                    notice: 一号
                    clause: 二
                    text: 扣分
                    item: \(item)
                    per: missing
                    points: -1

                """
            return .init(path: name + ".yaml", text: text)
        }
        let good = file("good", "x", scores: "signs/x")
        let policy = Policy([good, file("bad", "y", scores: "rules/none"), file("after", "z", scores: "signs/y")])
        #expect(policy.complaints.map { "\($0.file):\($0.line)" } == ["bad.yaml:10", "after.yaml:10"])
        #expect(policy.district == "good" && policy.sections.signs.map(\.id.text) == ["x"])
    }

    @Test("a later file replaces an entry of each section wholly, in its place")
    func layers() {
        let upper = """
            district: 某街道
            title: 补充
            signs:
              - {id: big, notice: 四号, clause: 一, text: 2个标识牌, count: 2, required: yes}
            checklists:
              - {id: rest, notice: 四号, clause: 二, text: 物品, items: [{id: water, text: 饮水机, required: yes}]}
            duties:
              - {id: clean, notice: 四号, clause: 三, text: 每周清洁, period: weekly, required: yes}
            scoring:
              - {id: s2, notice: 四号, clause: 四, text: 加1分, item: checklists/rest/water, per: there, points: 1}
            """
        let both = Policy([.init(path: "a.yaml", text: Self.text), .init(path: "b.yaml", text: upper)])
        #expect(both.complaints.isEmpty && both.district == "某街道")
        #expect(both.sections.signs.map(\.count) == [2] && both.sections.checkLists[0].items.count == 1)
        #expect(both.sections.duties.map(\.rhythm) == [.weekly(.sun)])
        #expect(both.sections.scoring.map(\.points) == [-500, 100, -25])
    }
}
