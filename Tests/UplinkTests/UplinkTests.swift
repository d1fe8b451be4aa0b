import Testing
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Uplink: what a heartbeat carries", .timeLimit(.minutes(5)))
struct UplinkTests {
    @Test("the first word carries the state, the next do not, and a goodbye is said")
    func stateOnce() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("two") { zone.hub.count == 2 }
        try await zone.stop()
        #expect(zone.hub.beats.map(\.reason) == [.boot, .periodic, .shutdown])
        #expect(zone.hub.beats.map { $0.state != nil } == [true, false, false])
        #expect(zone.hub.beats.map(\.hb) == [1, 2, 3])
        #expect(zone.hub.beats.allSatisfy { $0.anchors == "0123456789abcdef" && $0.hoursRev == 7 && $0.hours == nil })
        try await zone.end()
    }

    @Test("a hub that lost the state is told again within a second, in a heartbeat of its own")
    func stateWanted() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        zone.hub.change { $0 = ModelHub() }
        try await zone.steps("told again") { zone.hub.model.state != nil }
        #expect(zone.hub.beats.map(\.reason) == [.boot, .periodic, .triggered])
        #expect(zone.attemptTimes() == [0, 60, 60.65], "half a second of spread, then what gathers changes")
        try await zone.end()
    }

    @Test("the word `state` in a reply is answered by the state, though the hash says that the hub has it")
    func stateAskedFor() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        zone.hub.change { $0.want = ["state", "horoscope"] }
        try await zone.steps("asked, told, still asked") { zone.hub.count == 4 }
        #expect(zone.hub.beats.map { $0.state != nil } == [true, false, true, true])
        // A hub that goes on asking is told with each heartbeat, not more often.
        #expect(zone.attemptTimes() == [0, 60, 60.65, 120.65])
        try await zone.end()
    }

    @Test("opening hours are sent when the hub wants them, until it does not")
    func hours() async throws {
        let zone = try TestZone()
        zone.hub.change { $0.want = ["hours"] }
        try zone.start()
        try await zone.steps("asked") { zone.hub.count == 1 }
        zone.hub.change { $0.want = [] }
        try await zone.steps("sent, and quiet again") { zone.hub.count == 3 }
        #expect(zone.hub.beats.map { $0.hours?.count } == [nil, 1, nil])
        #expect(zone.hub.beats[1].reason == .triggered)
        try await zone.end()
    }

    @Test(
        "who is not accepted sends nothing but the bare heartbeat, in the hub's time, and no goodbye",
        arguments: [HeartbeatReply.Status.pending, .rejected])
    func turnedAway(_ status: HeartbeatReply.Status) async throws {
        let zone = try TestZone()
        zone.hub.change { hub in (hub.status, hub.retryAfter) = (status, 100_000) }
        try await zone.write(1...10)
        try zone.start()
        try await zone.steps("turned away") { zone.hub.count == 3 }
        let later = zone.hub.attempts.dropFirst().map(\.beat)
        #expect(later.allSatisfy { $0.state == nil && $0.events == nil && $0.aboutSelf == nil && $0.results == nil })
        #expect(zone.attemptTimes() == [0, 150, 300], "as long as asked and up to twice")
        #expect(zone.reports.last??.kind == .notAccepted(status))
        try await zone.stop()
        #expect(zone.hub.count == 3)
        try await zone.end()
    }

    @Test("who was turned away and then lost the hub still says nothing before it is accepted; then everything")
    func acceptedAtLast() async throws {
        let zone = try TestZone()
        zone.hub.change { $0.status = .pending }
        try await zone.write(1...10)
        try zone.start()
        try await zone.steps("pending") { zone.hub.count == 2 }
        zone.hub.isDown(true)
        try await zone.steps("lost") { zone.hub.count == 5 }
        #expect(zone.hub.attempts.dropFirst().allSatisfy { $0.beat.state == nil && $0.beat.events == nil })
        zone.hub.isDown(false)
        zone.hub.change { $0.status = .accepted }
        try await zone.steps("accepted") { zone.hub.model.state != nil }
        try await zone.steps("all of it") { zone.hub.model.numbers.count == 10 }
        try await zone.end()
    }

    @Test("never two at once: what happens during a heartbeat is told by the next")
    func oneAtATime() async throws {
        let gate = Gate()
        let zone = try TestZone(gate: gate)
        try zone.start(isDemo: true)
        try await gate.reached(1)
        zone.repaint { $0.name = "另一个" }
        try await zone.write(1...3)
        let uplink = try zone.uplink()
        await uplink.speakNow()
        gate.open()
        try await zone.steps("told") { zone.hub.model.state?.name == "另一个" }
        #expect(zone.hub.mostAtOnce == 1)
        try await zone.end()
    }

    @Test("each answer is passed on to those whom the rest of it concerns")
    func heard() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("two") { zone.hub.count == 2 }
        #expect(zone.heardCount == 2)
        try await zone.end()
    }
}
