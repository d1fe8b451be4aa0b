import Testing
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import ZoneAgentCore

@Suite("What is done once a day while nobody is there")
struct DailyActTests {
    private func due(
        _ moment: DailyAct.Moment, _ time: String, _ hours: OpeningCalendar? = Timetables.plain, done: String? = nil,
        _ inHours: DailyAct.InHours = .never
    ) throws -> String? {
        let act = DailyAct("test", moment, inHours) {}
        return act.due(at: try zoneTime(time), hours, done: done).map { "\($0)" }
    }

    private let early = DailyAct.Moment.beforeOpening(.seconds(1800))

    @Test("at closing, before opening, at night: from that time on, and once for each date")
    func moments() throws {
        #expect(try due(.atClosing, "2026-11-20 17:00", done: "2026-11-19") == "2026-11-20")
        #expect(try due(.atClosing, "2026-11-20 17:00", done: "2026-11-20") == nil)
        #expect(try due(early, "2026-11-20 08:29", done: "2026-11-19") == nil)
        #expect(try due(early, "2026-11-20 08:30", done: "2026-11-19") == "2026-11-20")
        #expect(try due(.nightly(minute: 150), "2026-11-20 02:29", done: "2026-11-19") == nil)
        #expect(try due(.nightly(minute: 150), "2026-11-20 02:30", done: "2026-11-19") == "2026-11-20")
    }

    @Test("what was missed is done at the next power-on, never within the hours unless it may")
    func missed() throws {
        #expect(try due(.nightly(minute: 150), "2026-11-20 08:50", done: "2026-11-10") == "2026-11-20")
        #expect(try due(.nightly(minute: 150), "2026-11-20 09:00", done: "2026-11-10") == nil)
        #expect(try due(.nightly(minute: 150), "2026-11-20 09:00", done: "2026-11-10", .always) == "2026-11-20")
        #expect(try due(.nightly(minute: 150), "2026-11-20 17:00", done: "2026-11-10") == "2026-11-20")
        #expect(try due(.atClosing, "2026-11-20 08:50", done: "2026-11-18") == "2026-11-19")
    }

    @Test("a PC that is on within its hours only: what is short is done there once a whole date has passed without it")
    func onInHoursOnly() throws {
        let night = DailyAct.Moment.nightly(minute: 150)
        #expect(try due(night, "2026-11-20 09:00", done: "2026-11-19", .ifMissed) == nil, "it may be done at closing")
        #expect(try due(night, "2026-11-20 17:00", done: "2026-11-19", .ifMissed) == "2026-11-20")
        #expect(try due(night, "2026-11-21 09:00", done: "2026-11-19", .ifMissed) == "2026-11-21")
        #expect(try due(night, "2026-11-21 09:01", done: "2026-11-21", .ifMissed) == nil, "once")
        #expect(try due(night, "2026-11-20 09:00", Timetables.plain, .ifMissed) == "2026-11-20", "never yet")
        #expect(
            try due(night, "2026-11-20 09:00", Timetables.plain, .never) == nil,
            "a restart waits for closed doors, however long")
        #expect(try due(night, "2026-11-20 03:00", Timetables.always, done: "2026-11-18", .ifMissed) == "2026-11-20")
    }

    @Test("a zone that never closes has its times of maintenance; without hours only what may run at any time does")
    func never() throws {
        var hours = Timetables.always
        #expect(try due(.nightly(minute: 150), "2026-11-20 03:00", hours) == nil)
        hours.maintenance = WeeklyHours(days: [.fri: try #require(WeeklyHours.Day("02:00-04:00"))])
        #expect(try due(.nightly(minute: 150), "2026-11-20 03:00", hours) == "2026-11-20")
        #expect(try due(.nightly(minute: 150), "2026-11-20 03:00", nil) == nil)
        #expect(try due(.nightly(minute: 150), "2026-11-20 03:00", nil, .always) == "2026-11-20")
    }

    @Test("a clock that was set back does nothing again; a date from years ahead is no reason to wait")
    func clocks() throws {
        #expect(try due(.nightly(minute: 150), "2026-11-19 18:00", done: "2026-11-20") == nil)
        #expect(try due(.nightly(minute: 150), "2026-11-19 18:00", done: "2030-01-01") == "2026-11-19")
    }

    @Test(
        "the date is on the disk before the act; somebody who uses the zone is not disturbed; a restart repeats nothing"
    )
    func keeper() async throws {
        let rig = StationRig(rebooted: try StationRig(), wall: try zoneTime("2026-11-20 16:59"), upFor: 60_000)
        let world = HoursWorld(Timetables.plain)
        let acts = [world.act("closing", .atClosing), world.act("night", .nightly(minute: 150))]
        try await rig.withStation { station, journal in
            let keeper = try world.keeper(rig, station, journal, acts: acts)
            await keeper.tick()
            #expect(world.acted.isEmpty, "within the hours")
            world.change { $0.isBusy = true }
            rig.clock.advance(by: .seconds(120))
            await keeper.tick()
            #expect(world.acted.isEmpty, "somebody is still there")
            world.change { $0.isBusy = false }
            try await eventuallyTrue("both are done") {
                await keeper.tick()
                return world.acted.count == 2
            }
            #expect(try journal.restore().hours?.acts == ["closing": "2026-11-20", "night": "2026-11-20"])
        }
        try await rig.withStation { station, journal in
            let keeper = try world.keeper(rig, station, journal, acts: acts)
            for _ in 0..<5 { await keeper.tick() }
            #expect(world.acted == ["closing", "night"])
        }
    }

    @Test("what a whole date was missed for is done within the hours, but not while somebody is there")
    func missedInHours() async throws {
        let rig = StationRig(rebooted: try StationRig(), wall: try zoneTime("2026-11-20 09:00"), upFor: 60_000)
        let world = HoursWorld(Timetables.plain)
        let acts = [world.act("restart", .nightly(minute: 150)), world.act("upkeep", .nightly(minute: 150), .ifMissed)]
        try await rig.withStation { station, journal in
            let keeper = try world.keeper(rig, station, journal, acts: acts)
            world.change { $0.isBusy = true }
            for _ in 0..<3 { await keeper.tick() }
            #expect(world.acted.isEmpty)
            world.change { $0.isBusy = false }
            try await eventuallyTrue("the short one is done") {
                await keeper.tick()
                return world.acted == ["upkeep"]
            }
            #expect(try journal.restore().hours?.acts == ["upkeep": "2026-11-20"])
        }
    }

    @Test("signs are dark while the zone is closed, if the site wants it, and lit again")
    func signs() async throws {
        let rig = StationRig(rebooted: try StationRig(), wall: try zoneTime("2026-11-20 16:59"), upFor: 60_000)
        let world = HoursWorld(Timetables.plain)
        try await rig.withStation { station, journal in
            let keeper = try world.keeper(rig, station, journal)
            rig.clock.advance(by: .seconds(120))
            for _ in 0..<3 { await keeper.tick() }
            #expect(world.darkened.isEmpty, "they are kept if nothing is said")
            let sign = DeviceID(.ledDisplay, 1)
            world.change { ($0.keeping.sign, $0.doesDarken, $0.obedient) = (.dark, false, [sign]) }
            for _ in 0..<3 { await keeper.tick() }
            try await eventuallyTrue("all are asked") { !world.leftOut.isEmpty }
            world.change { $0.doesDarken = true }
            try await eventuallyTrue("a sign that did not answer is asked again") {
                rig.clock.advance(by: .seconds(61))
                await keeper.tick()
                return world.darkened == [true]
            }
            let leftOut: [Set<DeviceID>] = [[], [sign]]
            #expect(world.leftOut == leftOut, "who has done it is not asked again")
            world.change { $0.keeping.sign = .keep }
            try await eventuallyTrue("who takes it back sees the sign again") {
                await keeper.tick()
                return world.darkened == [true, false]
            }
        }
    }
}
