import Testing
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

@testable import ZoneAgentCore

@Suite("The calendar of holidays comes from files, and the hours are shown with it")
struct CalendarFolderTests {
    private let rig: ConfigurationRig

    init() throws { rig = try ConfigurationRig() }

    private func write(_ folder: String, _ year: Int, _ off: String, name: String = "国庆节") throws {
        try SmallFile.makeDirectory(folder + "/cn")
        try SmallFile.replace(
            "\(folder)/cn/\(year).yaml",
            with: "year: \(year)\nsource: \(name)的通知\nholidays:\n  - {name: \(name), off: \(off)}\n")
    }

    private func hours() throws -> OpeningCalendar? { try rig.store().config.hours }

    private func at(_ utc: String) throws -> WallTime { try #require(WallTime(rfc3339: utc)) }

    @Test("a file of the site replaces the shipped one of its year; one with a mistake leaves that in force")
    func overlay() throws {
        try rig.site("hours:\n  calendar: cn\n  thu: 09:00-17:00")
        try write(rig.places.shippedCalendars, 2026, "2026-10-01")
        try write(rig.places.siteCalendars, 2027, "2027-01-01")
        let first = try #require(CivilDate("2026-10-01"))
        #expect(try hours()?.plan(first).reason == .holiday && hours()?.calendar.knows(2027) == true)
        try write(rig.places.siteCalendars, 2026, "2026-10-08")
        #expect(try hours()?.plan(first).reason == .weekday)
        try write(rig.places.siteCalendars, 2026, "soon")
        let state = try rig.store().current
        #expect(state.inForce.config.hours?.plan(first).reason == .holiday)
        let complaint = try #require(state.calendarComplaints.first)
        #expect(complaint.file.hasSuffix("/etc/zone-agent/calendars/cn/2026.yaml") && complaint.line == 4)
        #expect(complaint.field == "holidays[0].off" && state.complaint == nil)
    }

    @Test("a calendar without any file is a mistake of the line that names it; the week counts")
    func missing() throws {
        try rig.site("hours:\n  thu: 09:00-17:00\n  calendar: moon")
        let state = try rig.store().current
        #expect(state.calendarComplaints.map(\.field) == ["hours.calendar"] && state.calendarComplaints[0].line == 5)
        #expect(state.inForce.config.hours?.day(try #require(CivilDate("2026-10-01"))).spans.count == 1)
    }

    @Test("a reload takes up what the files say now")
    func reload() throws {
        try rig.site("hours:\n  calendar: cn\n  thu: 09:00-17:00")
        try write(rig.places.shippedCalendars, 2026, "2026-10-01")
        let store = try rig.store()
        try write(rig.places.shippedCalendars, 2026, "2026-10-08")
        let (before, after) = try store.reload()
        let date = try #require(CivilDate("2026-10-08"))
        #expect(before.hours?.plan(date).reason == .weekday && after.hours?.plan(date).reason == .holiday)
    }

    @Test("the coming days are told with their reasons, the notice, and years that nobody knows")
    func days() throws {
        try rig.site("hours:\n  calendar: cn\n  thu: 09:00-17:00\n  fri: 18:00-02:00")
        try write(rig.places.shippedCalendars, 2026, "2026-12-31", name: "元旦")
        let first = CivilDate("2026-12-31")
        let json = HoursJSON(
            try hours(), HoursNow(published: false), from: first, days: 2, now: try at("2026-12-31T01:30:00Z"))
        #expect(json.open == false && json.today == [] && json.week?["thu"]?.count == 1)
        #expect(json.days?.map(\.reason) == ["holiday", "weekday"] && json.days?.first?.holiday == "元旦")
        #expect(json.days?.last?.spans == [.init(opens: "18:00", closes: "02:00")])
        #expect(json.calendar == .init(id: "cn", sources: ["2026": "元旦的通知"], unknownYears: [2027]))
        let notice = try #require(json.notices?.first)
        #expect(notice.contains("2027.yaml") && notice.contains("没有2027年") && notice.contains("update the software"))
        func notices(_ now: String) throws -> [String]? {
            HoursJSON(try hours(), HoursNow(), from: first, days: 1, now: try at(now)).notices
        }
        #expect(try notices("2026-11-30T15:59:00Z") == nil)
        #expect(try notices("2026-11-30T16:00:00Z")?.count == 1, "from the first of December on, whatever is shown")
    }

    @Test(
        "a year's file with a mistake is told with file and line, not as one that is missing; .yml is no name for one")
    func wrongFile() throws {
        try rig.site("hours:\n  calendar: cn\n  thu: 09:00-17:00")
        try write(rig.places.shippedCalendars, 2026, "2026-10-01")
        try write(rig.places.siteCalendars, 2027, "2027-01-03 to 2027-01-01")
        let (first, now) = (CivilDate("2027-01-01"), try at("2026-12-31T01:30:00Z"))
        func notice() throws -> String {
            let state = try rig.store().current
            return HoursJSON(
                state.inForce.config.hours, HoursNow(), from: first, days: 1, now: now,
                complaints: state.calendarComplaints
            ).notices?.last ?? ""
        }
        #expect(try notice().contains("cn/2027.yaml:4: ") && notice().contains("has a mistake"))
        #expect(try !notice().contains("没有2027年"))
        SmallFile.remove(rig.places.siteCalendars + "/cn/2027.yaml")
        try SmallFile.replace(rig.places.siteCalendars + "/cn/2027.yml", with: "year: 2027\n")
        #expect(try notice().contains("文件名 2027.yaml") && notice().contains(".yml is not read"))
        try rig.site("hours:\n  thu: 09:00-17:00\n  calendar: cm")
        #expect(try notice().contains("agent.yaml:5: “hours.calendar”"))
    }

    @Test("by a clock that nobody vouches for the zone is open, as its devices are, and people are told why")
    func unsynced() throws {
        try rig.site("hours: 09:00-17:00")
        let night = try at("2026-11-21T14:00:00Z")
        let json = HoursJSON(try hours(), HoursNow(), from: nil, days: 1, now: night, clock: .unsynced)
        #expect(json.open == true && json.nextChange == nil && json.notices?.count == 1)
        #expect(
            json.notices?.first?.contains("时钟还没有校准") == true
                && json.notices?.first?.contains("not synchronised") == true)
        let sound = HoursJSON(try hours(), HoursNow(published: false), from: nil, days: 1, now: night)
        #expect(sound.open == false && sound.nextChange != nil && sound.notices == nil)
    }

    @Test("staff who close the zone are before everything: not open from then on, with end and reason")
    func closure() throws {
        try rig.site("hours: 09:00-17:00")
        let now = try at("2026-11-21T02:00:00Z")
        let hold = Hold(
            subject: Hold.zone, mode: .closed, setter: "staff", reason: "停电", since: now,
            until: now.advanced(byMilliseconds: 3_600_000))
        #expect(HoursJSON(try hours(), HoursNow(published: true), from: nil, days: 1, now: now).open == true)
        let closed = HoursJSON(
            try hours(), HoursNow(published: true, closure: hold), from: nil, days: 1, now: now)
        #expect(closed.open == false && closed.closure?.reason == "停电" && closed.closure?.until == hold.until)
        #expect(closed.today?.count == 1, "what was published stays published")
        let unpublished = HoursJSON(nil, HoursNow(closure: hold), from: nil, days: 1, now: now)
        #expect(unpublished.closure?.since == now && unpublished.days == nil && unpublished.open == nil)
    }

    @Test("the station knows a closure of the zone, and no other hold for one")
    func held() async throws {
        let rig = try StationRig()
        try await rig.withStation { station, _ in
            let now = rig.clock.wall()
            try await station.hold(Hold(subject: Hold.zone, mode: .maintenance, setter: "x", since: now))
            try await station.hold(Hold(subject: StationRig.printer.text, mode: .closed, setter: "x", since: now))
            #expect(await station.closure == nil)
            try await station.hold(Hold(subject: Hold.zone, mode: .closed, setter: "x", since: now))
            #expect(await station.closure?.since == now)
        }
    }
}
