import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("Somebody uses the kiosk: told when it begins and ends, and counted by the hour")
struct UseBookTests {
    private let rig: StationRig

    init() throws { rig = try StationRig() }

    private func touch(_ station: Station, for duration: Duration = .seconds(1)) async {
        await station.take(Report(presence: .present, activity: .busy), from: StationRig.panel)
        await pass(station, duration)
        await station.take(Report(presence: .present, activity: .idle), from: StationRig.panel)
    }

    /// Time passes, the station's tick each second.
    private func pass(_ station: Station, _ duration: Duration) async {
        for _ in 0..<duration.components.seconds {
            rig.clock.advance(by: .seconds(1))
            await station.tick()
        }
    }

    /// Time passes by itself, without a tick: a night, an agent that is down.
    private func skip(_ duration: Duration) { rig.clock.advance(by: duration) }

    private func uses(_ journal: Journal) async throws -> [String] {
        try await journal.rows(.useBegan, .useWarned, .useEnded).map(\.name.rawValue)
    }

    private func hours(_ journal: Journal) async throws -> [String] {
        try await journal.rows(.useHour).map { event in
            let numbers = ["touchSessions", "touches", "pages", "copies"].map { event.data[$0]?.integerValue ?? -1 }
            return "\(event.data["hour"]?.stringValue ?? "?") \(numbers)"
        }
    }

    @Test("begun by a touch, warned after 30 s without one, ended after 60; a touch in between goes on")
    func life() async throws {
        try await rig.withStation { station, journal in
            await touch(station)
            await pass(station, .seconds(29))
            let seen1 = try await uses(journal)
            #expect(seen1 == ["use.began"])
            await pass(station, .seconds(1))
            let seen2 = try await uses(journal)
            #expect(seen2 == ["use.began", "use.warned"])
            await pass(station, .seconds(20))
            await touch(station)
            await pass(station, .seconds(59))
            let seen3 = try await uses(journal)
            #expect(seen3 == ["use.began", "use.warned", "use.warned"])
            await pass(station, .seconds(1))
            let ended = try #require(try await journal.rows(.useEnded).first)
            #expect(ended.data["touches"] == 2 && ended.data["durationMs"] == 52_000 && ended.subject == "zone")
            let warned = try await journal.rows(.useWarned)
            #expect(warned.allSatisfy { $0.data["idleMs"] == 30_000 && $0.data["endsInMs"] == 30_000 })
            let seen4 = try await journal.rows(.useBegan).map { $0.data["firstOfDay"] }
            #expect(seen4 == [true])
        }
    }

    @Test("a finger that stays, and a panel that is unplugged under it")
    func longTouch() async throws {
        try await rig.withStation { station, journal in
            await station.take(Report(presence: .present, activity: .busy), from: StationRig.panel)
            await pass(station, .seconds(300))
            let seen5 = try await uses(journal)
            #expect(seen5 == ["use.began"], "somebody scrolls")
            await station.take(
                Report(presence: .absent, link: .down, activity: .unknown, reason: "unplugged"), from: StationRig.panel)
            await pass(station, .seconds(60))
            let seen6 = try await uses(journal)
            #expect(seen6 == ["use.began", "use.warned", "use.ended"])
        }
    }

    @Test("a panel that touches itself, and one in maintenance, is nobody's use")
    func nobody() async throws {
        try await rig.withStation { station, journal in
            await station.take(
                Report(
                    presence: .present, activity: .busy, symptoms: [Symptom(.touchGhost, .wrong(evidence: "rate"))]),
                from: StationRig.panel)
            await station.take(Report(presence: .present, activity: .idle), from: StationRig.panel)
            let seen7 = try await uses(journal)
            #expect(seen7 == [])
        }
    }

    @Test("an hour is told once, after its end, with the pages that came out in it")
    func hour() async throws {
        try await rig.withStation { station, journal in
            await touch(station)
            await pass(station, .seconds(70))
            await touch(station)
            try await print(journal, pages: 3, copies: 2)
            try await print(journal, pages: 1, copies: 1, isCopy: true)
            try await print(journal, pages: 9, copies: 1, proven: 7)
            let seen8 = try await hours(journal)
            #expect(seen8 == [])
            skip(.seconds(3600))
            await station.tick()
            await station.tick()
            let seen9 = try await hours(journal)
            #expect(seen9 == ["2026-11-21T02:00:00.000Z [2, 2, 13, 1]"])
            skip(.seconds(5 * 3600))
            await station.tick()
            let seen10 = try await hours(journal).count
            #expect(seen10 == 1, "nobody came: no row")
        }
    }

    private func print(
        _ journal: Journal, pages: Int64, copies: Int64, proven: Int64? = nil, isCopy: Bool = false
    ) async throws {
        let event = EventDraft(
            .jobPrinted, .c, subject: "printer-1", at: rig.clock.wall(), clockQuality: .synced, mono: rig.clock.mono(),
            data: .members([
                "pages": .integer(pages), "copies": .integer(copies), "pagesProven": proven.map { .integer($0) },
                "copy": isCopy ? true : nil,
            ]))
        try await journal.write([Entry(event)], .now)
    }

    @Test("a restart in the middle: the same use goes on, or ends; no hour is told twice or lost")
    func restart() async throws {
        try await rig.withStation { station, _ in await touch(station) }
        skip(.seconds(20))
        try await rig.withStation { station, journal in
            await touch(station)
            let seen11 = try await uses(journal)
            #expect(seen11 == ["use.began"], "the same person")
        }
        skip(.seconds(7200))
        try await rig.withStation { station, journal in
            await station.tick()
            let seen12 = try await uses(journal)
            #expect(seen12 == ["use.began", "use.ended"])
            let seen13 = try await hours(journal)
            #expect(seen13 == ["2026-11-21T02:00:00.000Z [1, 2, 0, 0]"])
        }
        try await rig.withStation { station, journal in
            skip(.seconds(3600))
            await station.tick()
            await touch(station)
            let seen14 = try await hours(journal).count
            #expect(seen14 == 1)
            let seen15 = try await journal.rows(.useBegan).map { $0.data["firstOfDay"] }
            #expect(seen15 == [true, false])
        }
    }

    @Test("over midnight of the zone the first touch is the first again; a clock set back makes no second first")
    func midnight() async throws {
        try await rig.withStation { station, journal in
            await touch(station)
            skip(.seconds(14 * 3600))
            await touch(station)
            rig.clock.set(by: .seconds(-3600))
            skip(.seconds(120))
            await touch(station)
            let firsts = try await journal.rows(.useBegan).map { $0.data["firstOfDay"] }
            #expect(firsts == [true, true, false])
        }
    }

    @Test("a clock that is set back into a told hour tells it no second time, and loses no touch")
    func setBack() async throws {
        try await rig.withStation { station, journal in
            await touch(station)
            skip(.seconds(3600))
            await touch(station)
            rig.clock.set(by: .seconds(-3600))
            skip(.seconds(120))
            await touch(station)
            let seen16 = try await hours(journal)
            #expect(seen16 == ["2026-11-21T02:00:00.000Z [1, 1, 0, 0]"])
            skip(.seconds(2 * 3600))
            await station.tick()
            let seen17 = try await hours(journal)
            #expect(
                seen17 == [
                    "2026-11-21T02:00:00.000Z [1, 1, 0, 0]", "2026-11-21T03:00:00.000Z [2, 2, 0, 0]",
                ])
        }
    }

    @Test("days of touches, restarts and a wild clock: each use is in one hour, and each hour is told once")
    func sums() async throws {
        for seed in Seeds.first(3) {
            let rig = try StationRig()
            var random = SeededGenerator(seed: seed)
            for _ in 0..<6 {
                try await rig.withStation { station, _ in
                    for _ in 0..<40 {
                        await station.take(Report(presence: .present, activity: .busy), from: StationRig.panel)
                        rig.clock.advance(by: .seconds(Int.random(in: 0...40, using: &random)))
                        await station.take(Report(presence: .present, activity: .idle), from: StationRig.panel)
                        rig.clock.advance(by: .seconds(Int.random(in: 0...2400, using: &random)))
                        if Int.random(in: 0..<12, using: &random) == 0 {
                            rig.clock.set(by: .seconds(Int.random(in: -20_000...20_000, using: &random)))
                        }
                        await station.tick()
                    }
                }
            }
            try await rig.withStation { station, journal in
                // Beyond everything that the wild clock has shown: the last hour is over, too.
                rig.clock.set(by: .seconds(90 * 86_400))
                await station.tick()
                let (rows, began) = (try await journal.rows(.useHour), try await journal.rows(.useBegan))
                let sessions = rows.reduce(0) { $0 + ($1.data["touchSessions"]?.integerValue ?? 0) }
                let touches = rows.reduce(0) { $0 + ($1.data["touches"]?.integerValue ?? 0) }
                #expect(sessions == Int64(began.count) && touches == 240, "seed \(seed)")
                #expect(Set(rows.map { $0.data["hour"] }).count == rows.count, "seed \(seed): an hour twice")
                let seen18 = try await journal.rows(.useEnded).count
                #expect(seen18 == began.count, "seed \(seed)")
            }
        }
    }
}
