import Testing
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Uplink: what is too large for the hub", .timeLimit(.minutes(5)))
struct RefusalTests {
    private func held(_ zone: TestZone) -> [Int64] { zone.hub.model.numbers }
    private static let tooLarge = ScriptedHub.Fate.fails(HubFailure(.tooLarge, "HTTP 413"))

    @Test("goes in halves, and in whole pages again once it is through")
    func halves() async throws {
        let zone = try TestZone()
        try await zone.write(1...120)
        zone.hub.rule { $0.events?.count ?? 0 > 6 ? Self.tooLarge : .arrives }
        try zone.start()
        try await zone.steps("20 in pieces of 5") { held(zone).count >= 20 }
        #expect(zone.hub.attempts.prefix(3).map { $0.beat.events?.count } == [20, 10, 5])
        #expect(zone.hub.model.state != nil, "the state came with the first piece")
        zone.hub.rule { _ in .arrives }
        try await zone.steps("all") { held(zone).count == 120 }
        #expect(zone.hub.beats.last?.events?.count ?? 0 > 15)
        #expect(held(zone) == Array(1...120))
        #expect(zone.reports.allSatisfy { $0 == nil }, "a hub that answers is not away")
        try await zone.end()
    }

    @Test("one event is tried without the state, which follows by itself")
    func aloneWithoutState() async throws {
        let zone = try TestZone()
        try await zone.journal.write([zone.entry(1)], .now)
        zone.hub.rule { $0.state != nil && $0.events != nil ? Self.tooLarge : .arrives }
        try zone.start()
        try await zone.steps("both") { held(zone).count == 1 && zone.hub.model.state != nil }
        #expect(zone.hub.attempts.map { ($0.beat.state != nil) } == [true, false, true])
        #expect(zone.hub.attempts.map { $0.beat.events?.count } == [1, 1, nil])
        try await zone.end()
    }

    @Test(
        "one event that is refused alone stays here; the journal says so, and the rest goes on", arguments: [400, 413])
    func poison(_ status: Int) async throws {
        let zone = try TestZone()
        try await zone.write(1...40)
        let kind = status == 413 ? HubFailure.Kind.tooLarge : .refused(status: 400)
        zone.hub.rule { beat in
            beat.events?.contains { $0.seq == 17 } == true ? .fails(HubFailure(kind, "HTTP \(status)")) : .arrives
        }
        try zone.start()
        try await zone.steps("the rest") { held(zone).last == 41 }
        #expect(held(zone) == Array(1...16) + Array(18...41))
        #expect(zone.hub.model.missing[zone.journal.stream] == [17])
        let told = try #require(zone.hub.model.held.values.first { $0.seq == 41 })
        #expect(told.name == .journalGap)
        #expect(told.data["from"] == 17)
        #expect(told.data["count"] == 1)
        #expect(try await zone.journal.page(after: 16, limit: 1).first?.seq == 17, "it is still in the journal")
        let refusedAlone = zone.hub.attempts.filter { !$0.isAccepted && $0.beat.events?.count == 1 }
        #expect(refusedAlone.count <= 3)
        try await zone.end()
    }

    @Test("something on the way that refuses everything costs no event")
    func refusesAll() async throws {
        let zone = try TestZone()
        try await zone.write(1...40)
        zone.hub.rule { _ in Self.tooLarge }
        try zone.start()
        try await zone.steps("long refused") { zone.hub.count == 40 }
        #expect(zone.reports.contains { $0?.kind == .tooLarge }, "then it is told")
        zone.hub.rule { _ in .arrives }
        try await zone.steps("all") { held(zone).count == 40 }
        #expect(held(zone) == Array(1...40))
        try await zone.end()
    }

    @Test("something on the way that takes small heartbeats only costs no more than twenty events a day")
    func smallProxy() async throws {
        let zone = try TestZone()
        try await zone.write(1...60)
        zone.hub.rule { $0.events == nil ? .arrives : Self.tooLarge }
        try zone.start()
        try await zone.steps("long refused", atMost: 2000) { zone.hub.count == 150 }
        zone.hub.rule { _ in .arrives }
        try await zone.steps("the rest", atMost: 2000) { held(zone).last == 80 }
        #expect(zone.hub.model.missing[zone.journal.stream]?.count == 20)
        #expect(held(zone) == Array(21...80))
        try await zone.end()
    }
}
