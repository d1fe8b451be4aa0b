import Testing
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Uplink: nothing acknowledged is lost, nothing is counted twice", .timeLimit(.minutes(5)))
struct HistoryTests {
    private func held(_ zone: TestZone) -> [Int64] { zone.hub.model.numbers }

    @Test("a long history is drained in pages, in order, each once: twenty before the hub has spoken, then two hundred")
    func drain() async throws {
        let zone = try TestZone()
        try await zone.write(1...950)
        try zone.start()
        try await zone.steps("all of it") { held(zone).count == 950 }
        #expect(zone.hub.beats.compactMap { $0.events?.count } == [20, 200, 200, 200, 200, 130])
        #expect(zone.hub.beats.dropFirst().allSatisfy { $0.reason == .drain && $0.state == nil })
        #expect(held(zone) == Array(1...950))
        #expect(zone.hub.model.replays == 0)
        try await zone.end()
    }

    @Test("the hub says how much history it can bear, and when")
    func granted() async throws {
        let zone = try TestZone()
        zone.hub.change { $0.backfill = .init(events: 20, afterMs: 7000) }
        try await zone.write(1...100)
        try zone.start()
        try await zone.steps("all of it") { held(zone).count == 100 }
        #expect(zone.hub.beats.compactMap { $0.events?.count } == [20, 20, 20, 20, 20])
        #expect(zone.attemptTimes() == [0, 7, 14, 21, 28])
        try await zone.end()
    }

    @Test("between two heartbeats of history a change goes first, with the state and with what history is granted")
    func stateFirst() async throws {
        let zone = try TestZone()
        zone.hub.change { $0.backfill = .init(events: 20, afterMs: 30_000) }
        try await zone.write(1...200)
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        try await zone.paint { $0.name = "新名" }
        try await zone.step()
        #expect(zone.hub.beats.last?.reason == .change)
        #expect(zone.hub.beats.last?.state?.name == "新名")
        #expect(zone.hub.beats.last?.events?.count == 20)
        try await zone.step()
        #expect(zone.attemptTimes() == [0, 0.15, 30.15], "history waits its time again")
        try await zone.end()
    }

    @Test("a hub that wants no history gets none, and the states all the same")
    func noHistory() async throws {
        let zone = try TestZone()
        zone.hub.change { $0.backfill = .init(events: 0, afterMs: 0) }
        try await zone.write(1...60)
        try zone.start()
        try await zone.steps("some") { zone.hub.count == 3 }
        #expect(zone.hub.beats.map { $0.events?.count } == [20, nil, nil])
        #expect(zone.attemptTimes() == [0, 60, 120])
        zone.hub.change { $0.backfill = nil }
        try await zone.steps("the rest") { held(zone).count == 60 }
        try await zone.end()
    }

    @Test("answers that are lost after the commit make no doubles, and an outage leaves no hole")
    func lostAnswers() async throws {
        let zone = try TestZone()
        try await zone.write(1...20)
        zone.hub.rule { _ in .answerLost }
        try zone.start()
        try await zone.steps("stored though unanswered") { zone.hub.count == 2 }
        zone.hub.isDown(true)
        try await zone.write(21...40)
        try await zone.steps("tried") { zone.hub.count == 4 }
        zone.hub.isDown(false)
        try await zone.steps("caught up") { held(zone).count == 40 }
        #expect(held(zone) == Array(1...40))
        #expect(zone.hub.model.replays > 0)
        #expect(try zone.journal.restore().acknowledged == 40)
        try await zone.end()
    }

    @Test("a hub restored from an old backup is sent everything since")
    func restoredHub() async throws {
        let zone = try TestZone()
        try await zone.write(1...30)
        try zone.start()
        try await zone.steps("all") { held(zone).count == 30 }
        let backup = zone.hub.model
        try await zone.write(31...90)
        try await zone.steps("more") { held(zone).count == 90 }
        zone.hub.change { $0 = backup }
        try await zone.steps("again") { held(zone).count == 90 }
        #expect(held(zone) == Array(1...90))
        try await zone.end()
    }

    @Test("a hub that never knew this stream is sent what the journal still has")
    func emptyHub() async throws {
        let zone = try TestZone()
        try await zone.write(1...30)
        // The agent believes that 30 are acknowledged; the hub knows nothing.
        try zone.start(acknowledged: 30)
        try await zone.steps("all") { held(zone).count == 30 }
        try await zone.end()
    }

    @Test("a confirmation of more than this life has sent does not skip what nobody has sent")
    func foreignConfirmation() async throws {
        let zone = try TestZone()
        try await zone.write(1...300)
        let stream = zone.journal.stream
        zone.hub.change { $0.foresee(stream, through: 280) }
        try zone.start()
        try await zone.steps("all") { held(zone).count == 300 }
        #expect(zone.journal.stream == stream)
        try await zone.end()
    }

    @Test("a restored disk image is noticed and goes on as a new stream, with the state")
    func rewind() async throws {
        let zone = try TestZone()
        try await zone.write(1...10)
        let stream = zone.journal.stream
        // From the life that the image forgot.
        zone.hub.change { $0.foresee(stream, through: 500) }
        try zone.start()
        try await zone.steps("a new stream") { zone.hub.model.position[zone.journal.stream] == 11 }
        #expect(zone.journal.stream != stream)
        #expect(zone.hub.beats.map { $0.state != nil } == [true, true, false])
        #expect(zone.hub.beats[1].events?.map(\.seq) == [11], "what the hub already has is not sent")
        #expect(zone.hub.beats[2].events?.count == 11, "until the hub asks for the whole of the new stream")
        #expect(held(zone) == Array(1...11))
        #expect(try await zone.journal.page(after: 10, limit: 5).map(\.name) == [.journalRewound])
        try await zone.end()
    }

    @Test("thirty days without hub, then it is back: the state and at most twenty events first, a page at a time")
    func thirtyDays() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        zone.hub.isDown(true)
        for day in 0..<20 {
            try await zone.write(day * 1000 + 1...day * 1000 + 1000)
            zone.clock.advance(by: .seconds(36 * 3600))
        }
        try await zone.steps("lost") { zone.hub.count > 4 }
        zone.repaint { $0.name = "三十天后" }
        zone.hub.isDown(false)
        // A commit that is noticed while the first answer is on its way brings another heartbeat at once.
        try await zone.steps("back") { zone.hub.beats.count >= 2 }
        let first = zone.hub.beats[1]
        #expect(first.state?.name == "三十天后")
        #expect(first.events?.count == 20)
        try await zone.steps("everything") { zone.hub.model.held.count == 20_000 }
        #expect(held(zone) == Array(1...20_000))
        #expect(zone.hub.attempts.allSatisfy { $0.beat.events?.count ?? 0 <= Backfill.unlessTold })
        try await zone.end()
    }
}
