import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("A condition that comes and goes all day has twenty rows, then a number")
struct FlapTests {
    private let rig: StationRig

    init() throws { rig = try StationRig() }

    /// The panel's condition comes and goes `count` times, a second apart.
    private func flap(_ station: Station, _ count: Int, _ id: DeviceID = StationRig.panel) async {
        for _ in 0..<count {
            await set(station, isOpen: true, id)
            await set(station, isOpen: false, id)
        }
    }

    private func set(_ station: Station, isOpen: Bool, _ id: DeviceID = StationRig.panel) async {
        rig.clock.advance(by: .seconds(1))
        let sight: Symptom.Sight = isOpen ? .wrong(evidence: "gone") : .fine
        await station.take(Report(symptoms: [Symptom(.touchAbsent, sight)]), from: id)
    }

    private func expectRows(_ count: Int, _ journal: Journal, _ why: Comment? = nil) async throws {
        let rows = try await journal.rows(.conditionRaised, .conditionCleared)
        #expect(rows.count == count, why)
    }

    /// The numbers of changes that were told without rows of their own.
    private func expectTold(_ numbers: [JSONValue], _ journal: Journal) async throws {
        let told = try await journal.rows(.conditionUpdated)
        #expect(told.map { $0.data["changes"] ?? .null } == numbers)
    }

    @Test("twenty rows, then none; what is true now is still shown and on the disk")
    func rows() async throws {
        try await rig.withStation { station, journal in
            await flap(station, 10)
            try await expectRows(20, journal)
            await flap(station, 5)
            await set(station, isOpen: true)
            try await expectRows(20, journal)
            #expect(station.board.state(of: StationRig.panel)?.conditions.map(\.code) == [.touchAbsent])
            let stored = try journal.restore()
            let panel = stored.devices.first { $0.card.id == StationRig.panel }
            #expect(panel?.conditions.map(\.code) == [.touchAbsent])
            #expect(stored.flaps.map(\.rows) == [20] && stored.flaps.map(\.untold) == [11])
            #expect(stored.flaps.map(\.date) == ["2026-11-21"])
        }
    }

    @Test("each device and each day has its own twenty")
    func apart() async throws {
        try await rig.withStation { station, journal in
            await flap(station, 11)
            await flap(station, 3, StationRig.printer)
            try await expectRows(26, journal)
        }
    }

    @Test("told once when it has come to rest, with the number of changes and how it stands", arguments: [false, true])
    func rest(isOpen: Bool) async throws {
        try await rig.withStation { station, journal in
            await flap(station, 14)
            if isOpen { await set(station, isOpen: true) }
            rig.clock.advance(by: .seconds(599))
            await station.tick()
            try await expectTold([], journal)
            rig.clock.advance(by: .seconds(1))
            for _ in 0..<3 { await station.tick() }
            let told = try await journal.rows(.conditionUpdated)
            let changes: Int64 = isOpen ? 9 : 8
            #expect(told.map(\.subject) == ["touch-1"])
            #expect(told.first?.data["changes"] == .integer(changes) && told.first?.data["open"] == .bool(isOpen))
            #expect(told.first?.data["code"] == "touch.absent" && told.first?.data["date"] == "2026-11-21")
            #expect(try journal.restore().flaps.map(\.untold) == [0])
        }
    }

    @Test("after its rest it is counted again, not shown row by row")
    func again() async throws {
        try await rig.withStation { station, journal in
            for _ in 0..<2 {
                await flap(station, 12)
                rig.clock.advance(by: .seconds(600))
                await station.tick()
            }
            try await expectRows(20, journal)
            try await expectTold([4, 24], journal)
        }
    }

    @Test("the end of the zone's day tells it, and the new day begins with rows")
    func dayEnd() async throws {
        rig.clock.set(by: .seconds(13 * 3600 + 50 * 60))
        try await rig.withStation { station, journal in
            await flap(station, 12)
            rig.clock.advance(by: .seconds(575))
            #expect(ZoneCivil.text(rig.clock.wall()) == "2026-11-21 23:59:59")
            await set(station, isOpen: true)
            #expect(ZoneCivil.date(rig.clock.wall()) == "2026-11-22")
            try await expectRows(20, journal, "the old day is told first")
            await station.tick()
            let told = try await journal.rows(.conditionUpdated)
            #expect(told.map { $0.data["changes"] } == [5] && told.first?.data["date"] == "2026-11-21")
            await flap(station, 3)
            try await expectRows(25, journal, "raised already; so five, and not six")
        }
    }

    @Test("what a run counted and did not tell, the next one tells at once, and goes on counting")
    func restart() async throws {
        try await rig.withStation { station, _ in
            await flap(station, 13)
            await set(station, isOpen: true)
        }
        try await rig.withStation { station, journal in
            try await expectTold([], journal)
            for _ in 0..<2 { await station.tick() }
            let told = try await journal.rows(.conditionUpdated)
            #expect(told.map { $0.data["changes"] } == [7] && told.first?.data["open"] == true)
            await set(station, isOpen: false)
            await flap(station, 2)
            try await expectRows(20, journal, "the twenty of this day are used up")
        }
        try await rig.withStation { station, journal in
            await station.tick()
            try await expectTold([7, 5], journal)
        }
    }

    @Test("a clock that is set back to yesterday gives no new twenty")
    func clockSetBack() async throws {
        try await rig.withStation { station, journal in
            await flap(station, 10)
            rig.clock.set(by: .seconds(-86_400))
            await flap(station, 2)
            try await expectRows(20, journal)
        }
    }
}
