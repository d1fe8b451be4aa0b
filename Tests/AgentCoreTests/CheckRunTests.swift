import DriverKit
import Logging
import Testing
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

@Suite("A check of all devices leaves evidence", .serialized)
struct CheckRunTests {
    private let rig: HubOrdersRig

    init() throws { rig = try HubOrdersRig() }

    private func begin(_ agent: HubOrdersRig.Agent, _ args: JSONValue) async throws -> String {
        let request = CommandRequest(verb: "check", args: args)
        return try await agent.commands.accept(request, for: HubOrdersRig.pc, by: HubOrdersRig.technician).accepted.id
    }

    /// The judge wants a second look, eleven seconds later.
    private func end(_ agent: HubOrdersRig.Agent, _ id: String) async throws -> CommandJSON {
        try await rig.base.crank("the check is over") { try await agent.journal.command(id)?.state.isOver == true }
        return try #require(try await agent.journal.command(id))
    }

    private func kept(_ agent: HubOrdersRig.Agent) async throws -> [CheckJSON] {
        try await agent.journal.audit(.checkDone, of: "zone", limit: 10).compactMap { CheckJSON($0) }
    }

    private func line(_ check: CheckJSON?, _ device: DeviceID) -> CheckJSON.Line? {
        check?.devices.first { $0.device == device }
    }

    @Test("full: each device in turn, what the judge made of it, and one row of class A")
    func full() async throws {
        rig.driver.see([Symptom(.printerPaperOut, .wrong(evidence: "media-empty-error"))])
        try await rig.withAgent { agent in
            let byHand = DeviceCard(id: DeviceID(.suggestionBox, 1), kind: .suggestionBox, watch: .person)
            await agent.station.admit(byHand, maxAge: .seconds(90))
            let command = try await end(agent, try await begin(agent, ["check": "full"]))
            #expect(command.state == .succeeded)
            let check = try #require(try await kept(agent).first)
            #expect(check.id == command.id && check.check == .full && check.state == .done && check.passed == false)
            #expect(check.actor.hasPrefix("technician") && check.of == 4 && check.devices.count == 4)
            let printer = line(check, HubOrdersRig.printer)
            #expect(printer?.outcome == "wrong" && printer?.health == .failed)
            #expect(printer?.codes == ["prn.paper.out"] && printer?.evidence == "media-empty-error")
            #expect(line(check, StationRig.panel)?.outcome == "notOpen")
            #expect(line(check, DeviceID(.suggestionBox, 1))?.outcome == "byPerson")
            let row = try #require(try await agent.journal.rows(.checkDone).first)
            #expect(row.class == .a && row.subject == "zone" && row.data["check"] == "full")
            #expect(agent.tools.checks.current == nil)
        }
        #expect(rig.driver.documents.isEmpty, "nothing is printed unless somebody says so")
    }

    @Test("with print, each printer prints one page; after a restart none a second time")
    func printing() async throws {
        try await rig.withAgent { agent in
            let command = try await end(agent, try await begin(agent, ["check": "monthly", "print": true]))
            let check = try #require(try await kept(agent).first)
            #expect(check.check == .monthly && line(check, HubOrdersRig.printer)?.page == "printed")
            #expect(rig.driver.documents.count == 1)
            var again = command
            again.requestedAt = again.requestedAt.advanced(byMilliseconds: -1)
            rig.base.clock.advance(by: .seconds(1))
            let (verb, repeated) = (CheckVerb.make(agent.tools), again)
            let task = Task { try? await verb.effect(repeated) }
            try await rig.base.crank("it runs again") { try await kept(agent).count == 2 }
            _ = await task.value
            #expect(rig.driver.documents.count == 1)
        }
    }

    @Test("opening: all at the same time, within two minutes, and quiet")
    func opening() async throws {
        try await rig.withAgent { agent in
            _ = try await end(agent, try await begin(agent, ["check": "opening"]))
            #expect(CheckRun.patience < .seconds(120), "of each device, and all are asked together")
            #expect(try await kept(agent).map(\.check) == [.opening])
        }
    }

    @Test("how long it may keep others waiting, by what it does; a look at all devices keeps nobody")
    func longWork() async throws {
        try await rig.withAgent { agent in
            let verb = CheckVerb.make(agent.tools)
            func most(_ args: JSONValue?, askedBefore: Bool = false) -> Duration? {
                let now = rig.base.clock.wall()
                let command = CommandJSON(
                    id: "a", device: HubOrdersRig.pc, verb: "check", args: args, state: .running, actor: "x",
                    requestedAt: askedBefore ? now.advanced(byMilliseconds: -60_000) : now)
                return verb.longWork(command)?.most
            }
            #expect(most(nil) == nil && most([:]) == nil)
            #expect(most(["check": "opening"]) == CheckRun.patience)
            #expect(most(["check": "opening"], askedBefore: true) == CheckRun.patience + OpeningTest.warmUp)
            #expect(most(["check": "full"]) == CheckRun.patience * 3, "one device after the other")
            #expect(most(["check": "monthly", "print": true]) == CheckRun.patience * 3 + .seconds(600))
            for number in 2...30 {
                let box = DeviceCard(id: DeviceID(.suggestionBox, number), kind: .suggestionBox, watch: .person)
                await agent.station.admit(box, maxAge: .seconds(90))
            }
            #expect(most(["check": "full"]) == .seconds(1800), "then it has failed")
        }
    }

    @Test("who is disabled is left alone and fails nothing")
    func held() async throws {
        try await rig.withAgent { agent in
            for id in [StationRig.panel, HubOrdersRig.pc] {
                try await agent.station.hold(
                    Hold(
                        subject: id.text, mode: .disabled, setter: "test", reason: nil, since: rig.base.clock.wall(),
                        until: nil))
            }
            _ = try await end(agent, try await begin(agent, ["check": "full"]))
            let check = try #require(try await kept(agent).first)
            #expect(line(check, StationRig.panel)?.outcome == "held" && check.passed == true)
        }
    }

    @Test("what does not go together is refused by name")
    func refused() async throws {
        try await rig.withAgent { agent in
            for args: JSONValue in [
                ["check": "weekly"], ["check": "opening", "print": true], ["print": true], ["check": "full", "x": 1],
            ] {
                await #expect(throws: ErrorJSON.self) { _ = try await begin(agent, args) }
            }
            let one = CommandRequest(verb: "check", args: ["check": "full"])
            let refused = try await agent.commands.accept(
                one, for: HubOrdersRig.printer, by: HubOrdersRig.technician
            ).outcome.value
            #expect(refused.state == .failed)
        }
    }
}

@Suite("Checks begin by themselves, and are missed when nobody does them", .serialized)
struct CheckKeeperTests {
    private let rig: HubOrdersRig

    init() throws { rig = try HubOrdersRig() }

    private func keeper(_ agent: HubOrdersRig.Agent) -> CheckKeeper {
        CheckKeeper(
            commands: agent.commands, store: agent.tools.store, station: agent.station, journal: agent.journal,
            board: agent.tools.checks, clock: rig.base.clock, log: Logger(label: "test"), isOpenNow: { true })
    }

    private func overdue(_ agent: HubOrdersRig.Agent) -> Bool {
        agent.station.board.state(of: HubOrdersRig.pc)?.conditions.contains { $0.code == .inspectionOverdue } == true
    }

    @Test("once a date: when the hours begin, or when the PC is switched on within them")
    func due() throws {
        var test = OpeningTest(doneOn: nil)
        func isDue(_ isOpen: Bool?, _ date: String, _ uptime: Int) throws -> Bool {
            test.isDue(isOpen: isOpen, on: try #require(CivilDate(date)), uptime: .seconds(uptime))
        }
        #expect(try !isDue(true, "2026-11-21", 89))
        #expect(try !isDue(false, "2026-11-21", 3600))
        #expect(try isDue(true, "2026-11-21", 3601))
        #expect(try !isDue(true, "2026-11-21", 9000))
        #expect(try !isDue(true, "2026-11-20", 9000), "a clock that is set back")
        #expect(try isDue(nil, "2026-11-22", 9000), "no hours: once a day")
        test = OpeningTest(doneOn: CivilDate("2026-11-22"))
        #expect(try !isDue(true, "2026-11-22", 90), "after a restart")
        test = OpeningTest(doneOn: CivilDate("2027-03-01"))
        #expect(try isDue(true, "2026-11-22", 90), "a clock that was months ahead is no mark")
        #expect(try !isDue(true, "2026-11-22", 91))
    }

    @Test("a night has one check, when its hours begin; round the clock each date has one")
    func nights() throws {
        func checks(_ hours: OpeningCalendar) throws -> [String] {
            var (test, begun) = (OpeningTest(doneOn: nil), [String]())
            var now = try zoneTime("2026-11-24 12:00")
            while now < (try zoneTime("2026-11-26 12:00")) {
                let (isOpen, date) = (hours.isOpen(at: now), hours.date(at: now))
                if test.isDue(isOpen: isOpen, on: date, uptime: .seconds(100)) {
                    begun.append(String(ZoneCivil.text(now).dropFirst(5).prefix(11)))
                }
                now = now.advanced(byMilliseconds: 60_000)
            }
            return begun
        }
        #expect(try checks(Timetables.daily("20:00-02:00")) == ["11-24 20:00", "11-25 20:00"])
        #expect(try checks(Timetables.plain) == ["11-24 12:00", "11-25 09:00", "11-26 09:00"])
        #expect(try checks(Timetables.always) == ["11-24 12:00", "11-25 00:00", "11-26 00:00"])
    }

    @Test("the opening check runs by itself, once, and a restart does not run it again")
    func opening() async throws {
        try await rig.withAgent { agent in
            let keeper = keeper(agent)
            try await rig.base.crank("the opening check") {
                await keeper.tick()
                return try await agent.journal.commands(limit: 1).first?.state.isOver == true
            }
            let row = try #require(try await agent.journal.rows(.checkDone).first)
            #expect(row.data["check"] == "opening" && row.data["actor"] == "zone-agent")
        }
        try await rig.withAgent { agent in
            let keeper = keeper(agent)
            for _ in 0..<200 {
                rig.base.clock.advance(by: .seconds(1))
                await keeper.tick()
            }
            let rows = try await agent.journal.rows(.checkDone, .commandAccepted)
            #expect(rows.map(\.name) == [.commandAccepted, .checkDone])
        }
    }

    @Test("the monthly check is missed after its day, and no longer once it is done")
    func monthly() async throws {
        try rig.files.site("checks: {monthly: {day: 25}}")
        try await rig.withAgent { agent in
            let keeper = keeper(agent)
            // The first row of class A: since then the zone is watched.
            _ = try await agent.done(HubOrdersRig.order("probe", HubOrdersRig.printer))
            await keeper.tick()
            #expect(!overdue(agent))
            #expect(await keeper.monthly()?.standing.phase == .later)
            rig.base.clock.advance(by: .seconds(5 * 86_400))
            await keeper.tick()
            #expect(overdue(agent))
            // The opening check of that day comes first.
            let request = CommandRequest(verb: "check", args: ["check": "full"], ttl: 3_600_000)
            let accepted = try await agent.commands.accept(
                request, for: HubOrdersRig.pc, by: HubOrdersRig.technician)
            try await rig.base.crank("the check is over") {
                try await agent.journal.command(accepted.accepted.id)?.state.isOver == true
            }
            rig.base.clock.advance(by: .seconds(60))
            await keeper.tick()
            #expect(!overdue(agent))
            #expect(await keeper.monthly()?.lastDone?.description == "2026-11-26")
        }
    }
}
