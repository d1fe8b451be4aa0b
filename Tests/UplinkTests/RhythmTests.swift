import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Uplink: when it speaks", .timeLimit(.minutes(5)))
struct RhythmTests {
    @Test("a change is told soon, a storm of changes is not")
    func stormLimit() {
        var limit = StormLimit(spacing: .seconds(5), burst: 3)
        func at(_ ms: Int64) -> MonoTime { MonoTime(milliseconds: ms) }
        #expect(limit.earliest(for: at(0)) == at(150))
        limit.note(at(150))
        #expect(limit.earliest(for: at(200)) == at(5150))
        limit.note(at(5150))
        limit.note(at(10_150))
        #expect(limit.earliest(for: at(10_200)) == at(600_150), "three in ten minutes were enough")
    }

    @Test("changes go 150 ms after they were seen and five seconds apart; in a demo zone one")
    func changes() async throws {
        for (isDemo, expected) in [(false, [0, 0.15, 5.15]), (true, [0, 0.15, 1.15])] {
            let zone = try TestZone()
            try zone.start(isDemo: isDemo)
            try await zone.steps("first") { zone.hub.count == 1 }
            for name in ["甲", "乙"] {
                try await zone.paint { $0.name = name }
                try await zone.step()
            }
            #expect(zone.attemptTimes() == expected)
            #expect(zone.hub.beats.map(\.reason) == [.boot, .change, .change])
            #expect(zone.hub.model.state?.name == "乙")
            try await zone.end()
        }
    }

    @Test("that the network is back can wait up to half an interval; anything else cannot")
    func networkClears() async throws {
        let zone = try TestZone()
        zone.repaint {
            $0.devices = [
                DeviceJSON(.network, [.networkGateway, .networkPortal], link: .down), DeviceJSON(.printer, []),
            ]
        }
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        try await zone.paint { $0.devices[0] = DeviceJSON(.network, [.networkPortal]) }
        #expect(try await zone.idle().since(zone.clock.mono()) == .milliseconds(15_150), "half of half an interval")
        // More of the same does not bring it nearer; paper that ran out does.
        zone.repaint { $0.devices[0] = DeviceJSON(.network, []) }
        try await zone.paint { $0.devices[1] = DeviceJSON(.printer, [.printerPaperOut]) }
        try await zone.step()
        #expect(zone.attemptTimes() == [0, 0.15])
        #expect(zone.hub.model.state?.devices[0].conditions == [])
        try await zone.end()
    }

    @Test(
        "only conditions of the network that went away are good news that can wait",
        arguments: [
            ([ConditionCode.networkDNS], [ConditionCode](), true), ([.networkDNS, .networkHub], [.networkHub], true),
            ([.networkDNS], [.networkDNS], false), ([.networkDNS], [.networkHub], false), ([], [.networkDNS], false),
        ])
    func networkNews(_ before: [ConditionCode], _ after: [ConditionCode], _ canWait: Bool) {
        func state(_ codes: [ConditionCode], since: Int64 = 1) -> ZoneStateJSON {
            ZoneStateJSON(
                name: "z", purpose: "demo", type: "hall", devices: [DeviceJSON(.network, codes, since: since)])
        }
        #expect(NetworkClear.isAll(from: state(before), to: state(after)) == canWait)
        #expect(!NetworkClear.isAll(from: state(before), to: state(after + [.networkLink], since: 2)))
        var renamed = state(after)
        renamed.name = "另一个"
        #expect(!NetworkClear.isAll(from: state(before), to: renamed))
    }

    @Test("the hub sets the pace, within reason")
    func interval() async throws {
        let zone = try TestZone()
        zone.hub.change { $0.interval = .seconds(5) }
        try zone.start()
        try await zone.steps("two") { zone.hub.count == 2 }
        zone.hub.change { $0.interval = .milliseconds(10) }
        try await zone.steps("four") { zone.hub.count == 4 }
        #expect(zone.attemptTimes() == [0, 5, 10, 15])
        try await zone.end()
    }

    @Test("who is asked to wait waits at least that long and at most twice, whatever happens meanwhile")
    func retryAfter() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        zone.hub.rule { _ in .fails(HubFailure(.busy(retryAfter: .seconds(120)), "HTTP 503")) }
        try await zone.step()
        zone.hub.rule { _ in .arrives }
        zone.repaint { $0.name = "变" }
        try await zone.write(1...3)
        let uplink = try zone.uplink()
        await uplink.speakNow()
        try await zone.steps("after the wait") { zone.hub.count == 3 }
        #expect(zone.attemptTimes() == [0, 60, 240])
        // The same wish in a reply.
        zone.hub.change { $0.retryAfter = 90_000 }
        try await zone.steps("two more") { zone.hub.count == 5 }
        #expect(zone.attemptTimes().suffix(2) == [300, 435])
        try await zone.end()
    }

    @Test("a hub that was lost is sought over a whole minute, and later ever more rarely; a change does not hurry it")
    func lost() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        zone.hub.isDown(true)
        zone.repaint { $0.name = "变" }
        try await zone.write(1...3)
        try await zone.steps("many") { zone.hub.count == 12 }
        let times = zone.attemptTimes()
        let waits = zip(times.dropFirst(), times).map { ($0 - $1) }
        // 0.5 of 1 s after the first failure; then 0.5 of 60 s until 2^n is more; at last 0.5 of 300 s.
        #expect(waits.dropFirst().map { ($0 * 10).rounded() / 10 } == [0.5, 30, 30, 30, 30, 30, 32, 64, 128, 150])
        #expect(zone.hub.attempts.dropFirst(2).allSatisfy { $0.beat.reason == .drain })
        zone.hub.isDown(false)
        try await zone.steps("back") { zone.hub.model.state?.name == "变" }
        #expect(zone.hub.beats.last?.aboutSelf?.failedHeartbeats == 11)
        #expect(zone.reports.last == .some(nil))
        try await zone.end()
    }

    @Test("until the first has arrived each is the first")
    func bootUntilHeard() async throws {
        let zone = try TestZone()
        zone.hub.isDown(true)
        try zone.start()
        try await zone.steps("three") { zone.hub.count == 3 }
        zone.hub.isDown(false)
        try await zone.steps("four") { zone.hub.count == 5 }
        #expect(zone.hub.attempts.map(\.beat.reason) == [.boot, .boot, .boot, .boot, .periodic])
        try await zone.end()
    }

    @Test("a person who asks is heard at once, even by a hub that was away, but not twice a second")
    func speakNow() async throws {
        let zone = try TestZone()
        try zone.start()
        try await zone.steps("first") { zone.hub.count == 1 }
        zone.hub.isDown(true)
        try await zone.steps("lost") { zone.hub.count == 5 }
        zone.hub.isDown(false)
        let (uplink, now) = (try zone.uplink(), zone.clock.mono())
        await uplink.speakNow()
        try await eventuallyTrue("heard") { zone.hub.count == 6 }
        try await zone.idle()
        await uplink.speakNow()
        try await eventuallyTrue("a second later") { await uplink.nextDue == now.advanced(by: .seconds(1)) }
        try await zone.step()
        #expect(zone.hub.attempts.suffix(2).map(\.at) == [now, now.advanced(by: .seconds(1))])
        #expect(zone.hub.beats.suffix(2).allSatisfy { $0.reason == .triggered })
        try await zone.end()
    }

    @Test("a heartbeat that hangs does not hold up the goodbye")
    func goodbye() async throws {
        let zone = try TestZone()
        let link = HangingLink()
        try zone.start(over: link)
        try await eventuallyTrue("it hangs") { link.reasons == [.boot] }
        try await zone.stop()
        #expect(link.reasons == [.boot, .shutdown])
        try await zone.end()
    }
}
