import DriverKit
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneAgentCore

@Suite("The opening hours drive the zone")
struct HoursKeeperTests {
    private let pc = DeviceID(.queryPC, 1)
    private let staff = Caller(door: .kiosk, uid: 1000, role: .staff)

    /// One life of the PC; `upFor`: how long it has been on at that time.
    private func life(
        _ rig: StationRig, _ world: HoursWorld, boot: String = "boot", acts: [DailyAct] = [],
        _ body: (HoursKeeper, Station, Journal) async throws -> Void
    ) async throws {
        try await rig.withStation(boot: boot) { station, journal in
            await station.admit(
                DeviceCard(id: pc, kind: .queryPC), restored: try journal.restore().devices.first { $0.card.id == pc },
                maxAge: .seconds(90))
            let keeper = try world.keeper(rig, station, journal, acts: acts)
            await keeper.begin()
            await keeper.tick()
            try await body(keeper, station, journal)
            await keeper.stop()
        }
    }

    private func rig(_ time: String, upFor: Int64 = 3_600_000) throws -> StationRig {
        StationRig(rebooted: try StationRig(), wall: try zoneTime(time), upFor: upFor)
    }

    private func pass(_ rig: StationRig, _ keeper: HoursKeeper, _ station: Station, _ duration: Duration) async {
        for _ in 0..<max(1, duration.components.seconds / 60) {
            rig.clock.advance(by: .seconds(60))
            await station.tick()
            await keeper.tick()
        }
    }

    private func told(_ journal: Journal) async throws -> [String] {
        try await journal.rows(.hoursOpened, .hoursClosed).map { event in
            let reason = event.data["reason"]?.stringValue ?? "?"
            return "\(event.name.rawValue) \(event.data["date"]?.stringValue ?? "?") \(reason)"
        }
    }

    private func mode(_ station: Station) -> Mode? { station.board.state(of: StationRig.printer)?.mode }
    private func conditions(_ station: Station) -> [ConditionCode] {
        station.board.state(of: pc)?.conditions.map(\.code) ?? []
    }

    @Test(
        "who takes back a closure that nobody entered is told that the hours close the zone, until when, and what to do"
    )
    func nothingToRelease() async throws {
        let world = HoursWorld(Timetables.plain)
        try await life(try rig("2026-11-23 20:00"), world) { keeper, station, _ in
            #expect(try await station.release(Hold.zone, .closed, why: "test") == false)
            let refusal = try #require(keeper.now.refusal(toRelease: Hold.zone, .closed))
            #expect(refusal.code == "hold.none")
            #expect(refusal.message.contains("2026-11-24 09:00") && refusal.message.contains("hours.exceptions"))
            #expect(refusal.zh.contains("2026-11-24 09:00") && refusal.zh.contains("hours.exceptions"))
            for text in [refusal.message, refusal.zh] {
                #expect(text.contains("09:00-17:00 18:00-21:00"), "an exception replaces the date's hours")
            }
            #expect(keeper.now.refusal(toRelease: Hold.zone, .maintenance) == nil, "the hours hold nothing there")
        }
        try await life(try rig("2026-11-23 10:00"), world) { keeper, _, _ in
            #expect(keeper.now.refusal(toRelease: Hold.zone, .closed) == nil, "the zone is open")
        }
    }

    @Test("out of hours every device is closed, without a row of its own; in hours it is in service")
    func mode() async throws {
        let rig = try rig("2026-11-20 08:58"), world = HoursWorld(Timetables.plain)
        try await life(rig, world) { keeper, station, journal in
            let held = station.board.state(of: StationRig.printer)?.holds
            #expect(mode(station) == .closed && held?.map(\.setter) == ["hours"])
            #expect(held?.first?.until == (try zoneTime("2026-11-20 09:00")))
            await pass(rig, keeper, station, .seconds(180))
            #expect(mode(station) == .service && keeper.now.isOpen)
            await pass(rig, keeper, station, .seconds(8 * 3600))
            #expect(mode(station) == .closed && keeper.now.published == false)
            let rows = try await told(journal)
            #expect(
                rows == [
                    "hours.closed 2026-11-19 weekday", "hours.opened 2026-11-20 weekday",
                    "hours.closed 2026-11-20 weekday",
                ])
            let others = try await journal.rows(.modeHeld, .modeReleased)
            #expect(try others.isEmpty && journal.restore().holds.isEmpty)
        }
        try await life(rig, world) { _, station, journal in
            #expect(mode(station) == .closed, "after a restart too")
            let rows = try await told(journal)
            #expect(rows.count == 3, "and told no second time")
        }
    }

    @Test("hours and staff are apart: neither opens what the other has closed, and a stronger hold stays")
    func holds() async throws {
        let rig = try rig("2026-11-20 16:00"), world = HoursWorld(Timetables.plain)
        try await life(rig, world) { keeper, station, journal in
            func hold(_ subject: String, _ mode: Mode) -> Hold {
                Hold(subject: subject, mode: mode, setter: "staff", reason: "停电", since: rig.clock.wall())
            }
            try await station.hold(hold(Hold.zone, .closed))
            await pass(rig, keeper, station, .seconds(60))
            #expect(mode(station) == .closed && !keeper.now.isOpen && keeper.now.published == true)
            try await station.hold(hold("printer-1", .maintenance))
            await pass(rig, keeper, station, .seconds(3600))
            #expect(mode(station) == .maintenance, "the strongest wins out of hours, too")
            #expect(station.board.state(of: StationRig.panel)?.mode == .closed)
            #expect(try await station.release("printer-1", .maintenance, why: "test"))
            #expect(try await station.release(Hold.zone, .closed, why: "test"))
            #expect(mode(station) == .closed, "staff cannot open what the hours have closed")
            #expect(try await station.release(Hold.zone, .closed, why: "test") == false)
            try await station.hold(hold(Hold.zone, .closed))
            await pass(rig, keeper, station, .seconds(16 * 3600))
            #expect(mode(station) == .closed, "hours that begin open nothing that staff closed")
            let rows = try await told(journal)
            #expect(rows.suffix(1) == ["hours.closed 2026-11-20 closure"])
        }
    }

    @Test("an unsynchronised clock closes, tells and asks nothing; no hours are always open")
    func unknown() async throws {
        let rig = try rig("2026-11-20 03:00"), world = HoursWorld(Timetables.plain)
        rig.clock.become(.unsynced)
        try await life(rig, world) { keeper, station, journal in
            #expect(mode(station) == .service && keeper.now == HoursNow() && keeper.now.isOpen)
            let rows = try await told(journal)
            #expect(rows.isEmpty)
            rig.clock.become(.synced)
            await keeper.tick()
            #expect(mode(station) == .closed)
            world.change { $0.hours = nil }
            await keeper.tick()
            #expect(mode(station) == .service && keeper.now.isOpen)
        }
    }

    @Test("a PC that comes up late is asked about until staff say why, with their role in the journal")
    func late() async throws {
        let evening = try rig("2026-11-19 16:50"), world = HoursWorld(Timetables.plain)
        try await life(evening, world) { keeper, station, _ in
            await pass(evening, keeper, station, .seconds(1200))
            #expect(conditions(station) == [])
        }
        let morning = StationRig(rebooted: evening, wall: try zoneTime("2026-11-20 10:12"), upFor: 60_000)
        try await life(morning, world, boot: "next") { keeper, station, journal in
            #expect(conditions(station) == [.zoneOpenedLate])
            let evidence = station.board.state(of: pc)?.conditions.first?.evidence ?? ""
            #expect(evidence.contains("11-20 09:00 应开放，11-20 10:11 才启用，晚 71 分钟"), "\(evidence)")
            try await keeper.explain("停电", by: staff)
            await pass(morning, keeper, station, .seconds(60))
            #expect(conditions(station) == [])
            let row = try #require(try await journal.rows(.hoursExplained).first)
            #expect(row.class == .a && row.data["why"] == "停电" && row.data["minutes"] == 71)
            #expect(row.data["by"] == "staff, uid 1000 via kiosk.sock" && row.data["code"] == "zone.openedLate")
            await #expect(throws: ErrorJSON.self) { try await keeper.explain("again", by: staff) }
        }
        let again = StationRig(rebooted: evening, wall: try zoneTime("2026-11-20 10:40"), upFor: 60_000)
        try await life(again, world, boot: "third") { keeper, station, _ in
            await pass(again, keeper, station, .seconds(60))
            #expect(conditions(station) == [.zoneClosedInHours], "off for 26 minutes more")
            await pass(again, keeper, station, .seconds(7 * 3600))
            #expect(conditions(station) == [], "the day's hours are over")
        }
    }

    @Test("the agent's restart and a short reboot are nobody's fault, and a restored question is asked on")
    func restarts() async throws {
        let rig = try rig("2026-11-20 10:00"), world = HoursWorld(Timetables.plain)
        try await life(rig, world) { keeper, station, _ in await pass(rig, keeper, station, .seconds(600)) }
        rig.clock.advance(by: .seconds(3600))
        try await life(rig, world) { _, station, _ in #expect(conditions(station) == [], "the PC was on") }
        let short = StationRig(rebooted: rig, wall: rig.clock.wall().advanced(byMilliseconds: 300_000), upFor: 30_000)
        try await life(short, world, boot: "b") { _, station, _ in #expect(conditions(station) == []) }
        let long = StationRig(
            rebooted: rig, wall: short.clock.wall().advanced(byMilliseconds: 1_800_000), upFor: 30_000)
        try await life(long, world, boot: "c") { _, station, _ in #expect(conditions(station) == [.zoneClosedInHours]) }
        try await life(long, world, boot: "c") { keeper, station, _ in
            await pass(long, keeper, station, .seconds(60))
            #expect(conditions(station) == [.zoneClosedInHours])
        }
    }

    @Test("a PC that slept through its hours was off for whoever stood before it")
    func slept() async throws {
        let rig = try rig("2026-11-20 10:00"), world = HoursWorld(Timetables.plain)
        try await life(rig, world) { keeper, station, _ in
            await pass(rig, keeper, station, .seconds(60))
            rig.clock.advance(by: .seconds(1800))
            await keeper.tick()
            #expect(conditions(station) == [.zoneClosedInHours])
        }
    }

    @Test("citizens print within the hours; staff may print a test page at any time")
    func jobs() async throws {
        let base = try HubOrdersRig()
        try await base.withAgent { agent in
            await agent.station.take(Report(presence: .present, link: .up), from: HubOrdersRig.printer)
            func check(_ caller: Caller) async throws {
                let ticket = JobTicket(
                    device: HubOrdersRig.printer, format: "application/pdf", copies: 1, caller: caller)
                let state = agent.station.board.state(of: HubOrdersRig.printer)
                try await AgentJobs.check(ticket, state, agent.tools.supervisor)
            }
            let citizen = Caller(door: .kiosk, uid: 1000, role: .kiosk)
            try await check(citizen)
            await agent.station.keepHours(.outOfHours(since: base.base.clock.wall(), until: nil))
            let refusal = await #expect(throws: ErrorJSON.self) { try await check(citizen) }
            #expect(refusal?.zh == "现在不开放，请在开放时间使用" && refusal?.message.contains("closed") == true)
            try await check(HubOrdersRig.technician)
            let command = try await agent.done(HubOrdersRig.order("testPage", HubOrdersRig.printer))
            #expect(command.state == .succeeded && base.driver.documents.count == 1)
        }
    }
}
