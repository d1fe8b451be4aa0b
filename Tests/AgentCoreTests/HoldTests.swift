import Testing
import ZoneAgentCore
import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Holds take devices out of service")
struct HoldTests {
    private let rig: StationRig
    private let panel = StationRig.panel
    private let printer = StationRig.printer

    init() throws { rig = try StationRig() }

    private func hold(_ subject: String, _ mode: Mode, for seconds: Int64? = nil) -> Hold {
        let now = rig.clock.wall()
        return Hold(
            subject: subject, mode: mode, setter: "staff, uid 1000 via kiosk.sock", reason: "盘点", since: now,
            until: seconds.map { now.advanced(byMilliseconds: $0 * 1000) })
    }

    private func modes(_ station: Station) -> [Mode?] { [panel, printer].map { station.board.state(of: $0)?.mode } }

    @Test("the strongest wins, in whatever order they come and go")
    func strongest() async throws {
        try await rig.withStation { station, _ in
            #expect(modes(station) == [.service, .service])
            for (mode, now) in [(Mode.maintenance, Mode.maintenance), (.closed, .maintenance), (.disabled, .disabled)] {
                try await station.hold(hold("touch-1", mode))
                #expect(modes(station) == [now, .service])
            }
            #expect(await station.mode(of: panel) == .disabled)
            for (mode, now) in [(Mode.closed, Mode.disabled), (.disabled, .maintenance), (.maintenance, .service)] {
                #expect(try await station.release("touch-1", mode, why: "test"))
                #expect(modes(station) == [now, .service])
            }
        }
    }

    @Test("a held device serves nobody, whatever its health")
    func serviceable() async throws {
        try await rig.withStation { station, _ in
            await station.take(Report(presence: .present, link: .up), from: printer)
            #expect(station.board.state(of: printer)?.serviceable == true)
            try await station.hold(hold("printer-1", .closed))
            let state = station.board.state(of: printer)
            #expect(state?.health == .ok && state?.serviceable == false)
        }
    }

    @Test("the whole zone is held with one hold, and a device may be held harder than the zone")
    func zone() async throws {
        try await rig.withStation { station, _ in
            try await station.hold(hold("printer-1", .maintenance))
            try await station.hold(hold(Hold.zone, .closed))
            #expect(modes(station) == [.closed, .maintenance])
            let late = DeviceID(.copier, 1)
            await station.admit(DeviceCard(id: late, kind: .copier), maxAge: .seconds(90))
            #expect(station.board.state(of: late)?.mode == .closed, "who comes later is held too")
            #expect(try await station.release(Hold.zone, .closed, why: "test"))
            #expect(modes(station) == [.service, .maintenance])
            #expect(await station.mode(of: late) == .service)
        }
    }

    @Test("each hold and each release is a row with who, what and why")
    func rows() async throws {
        try await rig.withStation { station, journal in
            try await station.hold(hold("touch-1", .closed, for: 60))
            #expect(try await station.release("touch-1", .closed, why: "released by technician"))
            #expect(try await station.release("touch-1", .closed, why: "again") == false)
            #expect(try await station.release("touch-1", .disabled, why: "never held") == false)
            let rows = try await journal.rows(.modeHeld, .modeReleased)
            #expect(rows.map(\.name) == [.modeHeld, .modeReleased] && rows.map(\.subject) == ["touch-1", "touch-1"])
            #expect(rows[0].data["mode"] == "closed" && rows[0].data["reason"] == "盘点")
            #expect(rows[0].data["setter"] == "staff, uid 1000 via kiosk.sock")
            #expect(rows[0].data["until"] == .string(rig.clock.wall().advanced(byMilliseconds: 60_000).rfc3339))
            #expect(rows[1].data == ["mode": "closed", "why": "released by technician"])
        }
    }

    @Test("held twice in the same mode is held once, as said last")
    func twice() async throws {
        try await rig.withStation { station, journal in
            try await station.hold(hold("touch-1", .closed, for: 60))
            try await station.hold(hold("touch-1", .closed))
            #expect(station.board.state(of: panel)?.holds.count == 1)
            #expect(try journal.restore().holds.map(\.until) == [nil])
        }
    }

    @Test("who holds on moves the end: since when and why stay, so that what was announced stays announced")
    func extended() async throws {
        try await rig.withStation { station, journal in
            let begun = rig.clock.wall()
            try await station.hold(hold("printer-1", .maintenance, for: 1800))
            rig.clock.advance(by: .seconds(1200))
            let jam = Report(
                presence: .present, link: .up, symptoms: [Symptom(.printerJam, .wrong(evidence: "media-jam"))])
            for _ in 0..<3 { await station.take(jam, from: printer) }
            var longer = hold("printer-1", .maintenance, for: 7200)
            longer.reason = nil
            let kept = try await station.hold(longer)
            #expect(kept.since == begun && kept.reason == "盘点" && kept.until == longer.until)
            #expect(try journal.restore().holds == [kept])
            let state = try #require(station.board.state(of: printer))
            #expect(state.health == .failed && Standing(state) == .maintenance, "it broke after it was announced")
        }
    }

    @Test("another's hold, one that is over, and the first reason of a closure begin anew")
    func begunAnew() async throws {
        try await rig.withStation { station, _ in
            try await station.hold(hold("touch-1", .maintenance, for: 60))
            rig.clock.advance(by: .seconds(30))
            var other = hold("touch-1", .maintenance, for: 60)
            other.setter = "technician, uid 1001 via admin.sock"
            #expect(try await station.hold(other) == other)
            rig.clock.advance(by: .seconds(60))
            other.since = rig.clock.wall()
            other.until = nil
            #expect(try await station.hold(other) == other, "its time was over, though no tick has come")
            var silent = hold("printer-1", .closed)
            silent.reason = nil
            try await station.hold(silent)
            rig.clock.advance(by: .seconds(30))
            let announced = hold("printer-1", .closed)
            #expect(try await station.hold(announced) == announced)
        }
    }

    @Test("a hold may end within a year, or not by itself; a wrong clock forbids no date")
    func bound() {
        let now = rig.clock.wall()
        func complaint(_ seconds: Int64, _ quality: ClockQuality = .synced) -> String? {
            HoldRequest(until: now.advanced(byMilliseconds: seconds * 1000)).complaint(at: now, quality)?.message
        }
        #expect(
            complaint(1) == nil && complaint(366 * 86_400) == nil && HoldRequest().complaint(at: now, .synced) == nil)
        #expect(complaint(0)?.contains("to come") == true && complaint(366 * 86_400 + 1)?.contains("366 days") == true)
        #expect(complaint(50 * 366 * 86_400, .unsynced) == nil)
    }

    @Test("a hold that leaves the mode as it was, and changes what citizens are told, is a row of the device")
    func meaning() async throws {
        try await rig.withStation { station, journal in
            await station.take(Report(presence: .present, link: .up), from: printer)
            var silent = hold("printer-1", .closed)
            silent.reason = nil
            try await station.hold(silent)
            try await station.hold(hold("printer-1", .closed))
            let rows = try await journal.rows(.deviceState).filter { $0.subject == "printer-1" }
            #expect(rows.suffix(2).map { $0.data["standing"] } == ["down", "maintenance"])
        }
    }

    @Test("a hold ends by itself at its time, with a row")
    func expiry() async throws {
        try await rig.withStation { station, journal in
            try await station.hold(hold("touch-1", .maintenance, for: 60))
            try await station.hold(hold("printer-1", .maintenance))
            rig.clock.advance(by: .milliseconds(59_999))
            await station.tick()
            #expect(modes(station) == [.maintenance, .maintenance])
            rig.clock.advance(by: .milliseconds(1))
            for _ in 0..<2 { await station.tick() }
            #expect(modes(station) == [.service, .maintenance], "one without an end stays")
            #expect(try await journal.rows(.modeReleased).map { $0.data["why"] } == ["its time is over"])
        }
    }

    @Test("a wall clock that nobody vouches for ends nothing, one that is set right does")
    func unsynced() async throws {
        try await rig.withStation { station, _ in
            try await station.hold(hold("touch-1", .closed, for: 60))
            rig.clock.become(.unsynced)
            rig.clock.set(by: .seconds(20 * 365 * 86_400))
            await station.tick()
            #expect(modes(station) == [.closed, .service])
            rig.clock.set(by: .seconds(-20 * 365 * 86_400))
            rig.clock.become(.synced)
            await station.tick()
            #expect(modes(station) == [.closed, .service], "its time has not come")
            rig.clock.set(by: .seconds(61))
            await station.tick()
            #expect(modes(station) == [.service, .service], "the wall's time counts")
        }
    }

    @Test("holds outlive the agent, and end in the next run as they would have in this")
    func restart() async throws {
        try await rig.withStation { station, _ in
            try await station.hold(hold(Hold.zone, .closed, for: 60))
            try await station.hold(hold("printer-1", .disabled))
            try await station.hold(hold("touch-1", .maintenance))
            _ = try await station.release("touch-1", .maintenance, why: "test")
        }
        try await rig.withStation { station, journal in
            let stored = try journal.restore().holds
            #expect(stored.count == 2 && stored.allSatisfy { $0.setter == "staff, uid 1000 via kiosk.sock" })
            #expect(modes(station) == [.closed, .disabled])
            rig.clock.advance(by: .seconds(60))
            await station.tick()
            #expect(modes(station) == [.service, .disabled])
        }
        try await rig.withStation { station, _ in #expect(modes(station) == [.service, .disabled]) }
    }
}
