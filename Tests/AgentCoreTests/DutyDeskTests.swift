import Logging
import Synchronization
import Testing
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneWire

@testable import ZoneAgentCore

/// A desk of duties with its policy. It is ten o'clock, the zone is open from nine to five.
struct DutyRig {
    static let staff = Caller(door: .kiosk, uid: 1000, role: .staff)
    static let technician = Caller(door: .admin, uid: 1001, role: .technician)
    static let pc = DeviceID(.queryPC, 1)
    static let policy = """
        district: 某区
        title: 规则
        checklists:
          - {id: rest, notice: 一号, clause: 五, text: 物品, items: [{id: water, text: 饮水机}, {id: pens, text: 笔, count: 3}]}
        duties:
          - {id: open, notice: 一号, clause: 一, text: 启用, period: daily, due: opening, tap: opened, condition: none, required: yes}
          - {id: clean, notice: 一号, clause: 二, text: 清洁, period: daily, tap: cleaned, condition: cleaning, required: yes}
          - {id: guess, notice: 一号, clause: unconfirmed, text: 也许, period: daily}
          - {id: wires, notice: 一号, clause: 三, text: 查线路, period: weekly, role: technician, required: yes}
          - {id: print, notice: 一号, clause: 四, text: 十日内打印, after: bulletin.issued, workdays: 10, required: yes}
        scoring:
          - {id: water, notice: 一号, clause: 六, text: 无饮水机扣2分, item: checklists/rest/water, per: missing, points: -2}
          - {id: dirt, notice: 一号, clause: 七, text: 未清洁扣1分, item: duties/clean, per: missed, points: -1}
        """

    let station: StationRig

    init() throws { station = try StationRig() }

    var clock: SettableClock { station.clock }

    func withDesk(
        isChosen: Bool = true,
        policy: @escaping @Sendable () -> Policy = { Policy([.init(path: "p.yaml", text: DutyRig.policy)]) },
        _ body: (DutyDesk, Station, Journal) async throws -> Void
    ) async throws {
        let hours = OpeningCalendar(week: WeeklyHours(everyDay: try #require(DayHours("09:00-17:00"))))
        try await station.withStation { station, journal in
            let restored = try journal.restore()
            let before = restored.devices.first { $0.card.id == Self.pc }
            await station.admit(DeviceCard(id: Self.pc, kind: .queryPC), restored: before, maxAge: .seconds(90))
            let desk = DutyDesk(
                DutyTools(
                    policy: policy, isChosen: { isChosen }, type: { .hall },
                    hours: { hours }, journal: journal, station: station, clock: clock, log: Logger(label: "test")),
                restored: restored)
            await desk.tick()
            try await body(desk, station, journal)
        }
    }

    /// `clean done` for each.
    func states(_ desk: DutyDesk) async -> [String] {
        await desk.list().duties.map { "\($0.id) \($0.state)" }
    }

    /// Conditions of the PC with their evidence.
    func conditions(_ station: Station) -> [String] {
        (station.board.state(of: Self.pc)?.conditions ?? []).map { "\($0.code.rawValue): \($0.evidence ?? "")" }
    }

    /// Lets so many minutes pass, and the desk look.
    func pass(_ minutes: Int, _ desk: DutyDesk) async {
        clock.advance(by: .seconds(minutes * 60))
        await desk.tick()
    }
}

@Suite("Duties: what people enter is kept, what they forget is told")
struct DutyDeskTests {
    private let rig: DutyRig

    init() throws { rig = try DutyRig() }

    private func refusal(_ work: () async throws -> Void) async -> String? {
        do {
            try await work()
            return nil
        } catch let error as ErrorJSON { return error.code } catch { return "\(error)" }
    }

    @Test("a tap is a mark and an event of class A; the same tap again is nothing")
    func tap() async throws {
        try await rig.withDesk { desk, _, journal in
            #expect(await rig.states(desk).prefix(2) == ["open overdue", "clean due"])
            for _ in 0..<2 {
                let answer = try await desk.enter("open", DutyEntry(.done, note: "一切正常"), by: DutyRig.staff, key: nil)
                #expect(answer.state == "done" && answer.doneBy == "staff" && answer.late == nil)
            }
            let events = try await journal.rows(.dutyDone)
            #expect(events.count == 1 && events[0].class == .a && events[0].subject == "zone")
            #expect(events[0].data["duty"] == "open" && events[0].data["date"] == "2026-11-21")
            #expect(events[0].data["role"] == "staff" && events[0].data["note"] == "一切正常")
        }
    }

    @Test("two taps at the same moment are one mark")
    func twoAtOnce() async throws {
        try await rig.withDesk { desk, _, journal in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        _ = try? await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
                    }
                }
            }
            let marks = try await journal.rows(.dutyDone)
            #expect(marks.count == 1)
        }
    }

    @Test("cleaning that nobody entered is a notice after closing; entering it, or the next day, ends it")
    func overdue() async throws {
        try await rig.withDesk { desk, station, _ in
            #expect(rig.conditions(station).isEmpty)
            await rig.pass(7 * 60 + 1, desk)
            #expect(rig.conditions(station) == ["cleaning.overdue: clean 2026-11-21"])
            _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
            #expect(rig.conditions(station).isEmpty)
            await rig.pass(24 * 60, desk)
            #expect(rig.conditions(station).contains("cleaning.overdue: clean 2026-11-22"))
            await rig.pass(7 * 60, desk)
            #expect(!rig.conditions(station).contains { $0.hasPrefix("cleaning") }, "it is another day")
        }
    }

    @Test("rules that a reload brings count from then on, and what they ask for no longer is not overdue any more")
    func reload() async throws {
        let rules = RulesNow()
        try await rig.withDesk(policy: { rules.policy }) { desk, station, _ in
            await rig.pass(7 * 60 + 1, desk)
            #expect(rig.conditions(station) == ["cleaning.overdue: clean 2026-11-21"])
            rules.change("- {id: post, notice: 二号, clause: 一, text: 张贴, period: daily, required: yes}")
            await rig.pass(1, desk)
            let states = await rig.states(desk)
            #expect(states.map { $0.prefix(4) } == ["post"])
            #expect(!rig.conditions(station).contains { $0.hasPrefix("cleaning") })
            #expect(await desk.checkLists().isEmpty)
        }
    }

    @Test("a technician's weekly duty is duty.overdue on Sunday evening, and staff cannot enter it")
    func technician() async throws {
        try await rig.withDesk { desk, station, _ in
            await rig.pass(31 * 60 + 1, desk)
            #expect(rig.conditions(station).contains("duty.overdue: wires 2026-11-22"))
            let code = await refusal {
                _ = try await desk.enter("wires", DutyEntry(.done), by: DutyRig.staff, key: nil)
            }
            #expect(code == "duty.role")
            _ = try await desk.enter("wires", DutyEntry(.done), by: DutyRig.technician, key: nil)
            #expect(!rig.conditions(station).contains { $0.hasPrefix("duty") })
        }
    }

    @Test("a zone that staff have closed asks nobody for anything")
    func closure() async throws {
        try await rig.withDesk { desk, station, _ in
            let hold = Hold(
                subject: Hold.zone, mode: .closed, setter: "staff", reason: "停电", since: rig.clock.wall(), until: nil)
            try await station.hold(hold)
            await rig.pass(7 * 60 + 1, desk)
            #expect(rig.conditions(station).isEmpty)
            _ = try await station.release(Hold.zone, .closed, why: "test")
            await rig.pass(1, desk)
            #expect(rig.conditions(station) == ["cleaning.overdue: clean 2026-11-21"])
        }
    }

    @Test("rules that nobody has chosen oblige nobody")
    func unchosen() async throws {
        try await rig.withDesk(isChosen: false) { desk, station, _ in
            await rig.pass(7 * 60 + 1, desk)
            #expect(rig.conditions(station).isEmpty)
        }
    }

    @Test("marks, answers and what is owed since when outlive a restart, and no history is read for it")
    func restart() async throws {
        try await rig.withDesk { desk, _, _ in
            _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
            let found = CheckListRequest(items: ["water": true, "pens": 2])
            _ = try await desk.check("rest", found, by: DutyRig.staff, key: nil)
        }
        rig.clock.advance(by: .seconds(3600))
        try await rig.withDesk { desk, _, _ in
            #expect(await rig.states(desk)[1] == "clean done")
            #expect(await desk.checkLists()[0].items.map(\.standing) == ["there", "missing"])
            #expect(await desk.since[dutyID("clean")] == CivilDate("2026-11-21"))
        }
        // The PC is off for ten days: they are owed, and only today is a reproach.
        rig.clock.advance(by: .seconds(10 * 86_400))
        try await rig.withDesk { desk, station, _ in
            #expect(rig.conditions(station).allSatisfy { !$0.hasPrefix("cleaning") })
            let month = await desk.list().duties[1].thisMonth
            #expect(month == .init(due: 0, done: 0, late: 0), "December has just begun")
        }
    }

    @Test("yesterday is entered afterwards and says so; what is too long ago, or to come, is refused")
    func dates() async throws {
        try await rig.withDesk { desk, _, journal in
            func enter(_ date: String) async -> String? {
                await refusal {
                    let day = try #require(CivilDate(date))
                    _ = try await desk.enter("clean", DutyEntry(.done, date: day), by: DutyRig.staff, key: nil)
                }
            }
            #expect(await enter("2026-11-20") == nil)
            let marks = try await journal.rows(.dutyDone)
            #expect(marks.map { $0.data["late"] } == [true])
            #expect(await enter("2026-11-17") == "duty.date")
            #expect(await enter("2026-11-22") == "duty.date")
            #expect(await rig.states(desk)[1] == "clean due", "today is another day")
            #expect(
                await refusal { _ = try await desk.enter("x", DutyEntry(.done), by: DutyRig.staff, key: nil) }
                    == "not.found")
        }
    }

    @Test("what was entered today can be taken back today, what was entered yesterday not")
    func takeBack() async throws {
        try await rig.withDesk { desk, _, journal in
            _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
            #expect(try await desk.takeBack("clean", date: nil, by: DutyRig.staff).state == "due")
            #expect(try await journal.rows(.dutyUndone).map { $0.data["date"] } == ["2026-11-21"])
            _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
            await rig.pass(24 * 60, desk)
            #expect(await refusal { _ = try await desk.takeBack("clean", date: nil, by: DutyRig.staff) } == "duty.over")
        }
        try await rig.withDesk { desk, _, _ in
            #expect(await desk.marks.filter { $0.kind == .done }.map(\.date) == [CivilDate("2026-11-21")])
        }
    }

    @Test("the same key is the same request, also after a restart; for another one it is refused")
    func repeated() async throws {
        func key(_ body: String) -> RequestKey { RequestKey(user: 1000, route: "/done", key: "k", bodyHash: body) }
        try await rig.withDesk { desk, _, _ in
            _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: key("a"))
            _ = try await desk.takeBack("clean", date: nil, by: DutyRig.staff)
        }
        try await rig.withDesk { desk, _, journal in
            let again = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: key("a"))
            #expect(again.state == "due", "the answer to the first one, and nothing is done twice")
            #expect(try await journal.rows(.dutyDone).count == 1)
            let code = await refusal {
                _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: key("b"))
            }
            #expect(code == "key.reused")
        }
    }

    @Test("what the agent writes begins what waits for it, once; a person can say so, too")
    func trigger() async throws {
        try await rig.withDesk { desk, _, journal in
            let event = EventDraft(
                EventName(rawValue: "bulletin.issued"), .b, subject: "zone", at: rig.clock.wall(),
                clockQuality: .synced,
                mono: rig.clock.mono())
            try await journal.write([Entry(event), Entry(event)], .now)
            await rig.pass(1, desk)
            let duty = try #require(await desk.list().duties.first { $0.id == "print" })
            #expect(duty.state == "due" && duty.dueDate == "2026-12-04", "ten workdays after a Saturday")
            #expect(try await journal.rows(.dutyBegun).count == 1)
            _ = try await desk.enter("print", DutyEntry(.done), by: DutyRig.staff, key: nil)
            let day = try #require(CivilDate("2026-11-19"))
            _ = try await desk.enter("print", DutyEntry(.begun, date: day), by: DutyRig.staff, key: nil)
            #expect(try await journal.rows(.dutyBegun).count == 2)
            let code = await refusal {
                _ = try await desk.enter("clean", DutyEntry(.begun), by: DutyRig.staff, key: nil)
            }
            #expect(code == "duty.notTriggered")
        }
    }

    @Test("a clock that has lost its battery judges nothing and takes nothing")
    func clock() async throws {
        try await rig.withDesk { desk, station, _ in
            _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
            rig.clock.set(by: .seconds(-9 * 365 * 86_400))
            rig.clock.become(.unsynced)
            await rig.pass(8 * 60, desk)
            let list = await desk.list()
            #expect(list.doubt == "clockUnknown" && list.duties.allSatisfy { $0.state == "unknown" })
            #expect(rig.conditions(station).isEmpty)
            let code = await refusal { _ = try await desk.enter("open", DutyEntry(.done), by: DutyRig.staff, key: nil) }
            #expect(code == "duty.clock")
        }
    }
}

@Suite("Duties where no time server is heard")
struct DutyClockTests {
    @Test("a mark and a beginning from a clock that ran years ahead lock nothing when it is right again")
    func ahead() async throws {
        let rig = try DutyRig()
        rig.clock.become(.unsynced)
        rig.clock.set(by: .seconds(9 * 365 * 86_400))
        try await rig.withDesk { desk, _, _ in
            _ = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
        }
        rig.clock.set(by: .seconds(-9 * 365 * 86_400))
        try await rig.withDesk { desk, _, _ in
            #expect(await desk.list().doubt == nil)
            #expect(await desk.since[dutyID("clean")] == CivilDate("2026-11-21"))
            let entered = try await desk.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil)
            #expect(entered.state == "done")
        }
    }
}

@Suite("Check-lists by person, and the whole policy")
struct CheckListDeskTests {
    private let rig: DutyRig

    init() throws { rig = try DutyRig() }

    @Test("what somebody found is there or missing with date and role, and turns unconfirmed after its time")
    func fill() async throws {
        try await rig.withDesk { desk, _, journal in
            #expect(await desk.checkLists()[0].items.map(\.standing) == ["unconfirmed", "unconfirmed"])
            let part = CheckListRequest(items: ["water": false])
            let list = try await desk.check("rest", part, by: DutyRig.staff, key: nil)
            #expect(list.items.map(\.standing) == ["missing", "unconfirmed"])
            #expect(list.items[0].checkedBy == "staff" && list.items[0].found == false)
            #expect(list.items[0].holdsUntil == "2026-12-21")
            let event = try #require(try await journal.rows(.checkDone).first)
            #expect(event.class == .a && event.data["check"] == "checklist" && event.data["list"] == "rest")
            #expect(event.subject == "checklist-rest", "the zone's own are the checks of its devices")
            #expect(
                event.data["missing"] == 1 && event.data["unconfirmed"] == 1 && event.data["items"]?["water"] == false)
            rig.clock.advance(by: .seconds(31 * 86_400))
            #expect(await desk.checkLists()[0].items[0].standing == "unconfirmed")
        }
    }

    @Test(
        "what is no thing of the list, or no answer, is refused and named",
        arguments: [
            (["fire": true], "items.fire"), (["water": "yes"], "items.water"), (["pens": -1], "items.pens"),
            (["pens": 10_000], "items.pens"), ([:], "items"),
        ] as [([String: JSONValue], String)])
    func unfit(_ items: [String: JSONValue], _ field: String) async throws {
        try await rig.withDesk { desk, _, journal in
            let error = await #expect(throws: ErrorJSON.self) {
                try await desk.check("rest", CheckListRequest(items: items), by: DutyRig.staff, key: nil)
            }
            #expect(error?.code == "request.invalid" && error?.message.hasPrefix(field) == true)
            let kept = try await journal.rows(.checkDone)
            #expect(kept.isEmpty)
        }
    }

    @Test("the policy says what is there, missing, unconfirmed; points only from what is known")
    func score() async throws {
        try await rig.withDesk { desk, _, _ in
            let empty = PolicyJSON(district: nil, rules: [], complaints: [])
            let before = try #require(await desk.complete(empty, with: []).score)
            #expect(before.total == nil && before.unknown == 1 && before.lines[1].value == 0)
            #expect(before.lines[0].value == nil && before.lines[0].evidence == "unconfirmed")
            await rig.pass(8 * 60, desk)
            let found = CheckListRequest(items: ["water": false])
            _ = try await desk.check("rest", found, by: DutyRig.staff, key: nil)
            let after = try #require(await desk.complete(empty, with: []).score)
            #expect(after.lines[0].value == nil, "nobody has confirmed that it is asked for")
            #expect(after.lines[1].value == -1 && after.lines[1].evidence == "missed 1 of 1")
            #expect(after.from == "2026-11-01" && after.through == "2026-11-21")
        }
    }
}

private func dutyID(_ text: String) -> Slug { Slug(text) ?? DutyRig.pc }

/// The rules as the latest reload has left them.
private final class RulesNow: Sendable {
    private let text = Mutex(DutyRig.policy)

    var policy: Policy { Policy([.init(path: "p.yaml", text: text.withLock { $0 })]) }

    func change(_ duty: String) {
        text.withLock { $0 = "district: 某区\ntitle: 规则\nduties:\n  \(duty)\n" }
    }
}
