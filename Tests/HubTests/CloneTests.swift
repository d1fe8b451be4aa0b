import Testing
import ZoneHubStore
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("Two machines in one name, and what only looks like it")
struct CloneTests {
    /// Heartbeats of both in turn, a minute apart.
    private func interleave(_ bench: IngestBench, _ agents: [AgentModel], rounds: Int) async throws {
        for _ in 0..<rounds {
            for agent in agents {
                try await bench.send(agent, [agent.event()])
                bench.clock.advance(by: .seconds(30))
            }
        }
    }

    private func pair(_ bench: IngestBench) throws -> [AgentModel] {
        [
            try AgentModel(bench.clock, boot: "boot-a", run: 10), try AgentModel(bench.clock, boot: "boot-b", run: 11),
        ]
    }

    @Test("A, B, A: both at work, the zone says so, and nothing of either is lost")
    func clone() async throws {
        let bench = try IngestBench()
        let agents = try pair(bench)
        try await interleave(bench, agents, rounds: 1)
        #expect(try await bench.zone().alerts == nil, "A, then B: a reboot")
        bench.clock.advance(by: .seconds(1))
        try await bench.send(agents[0], [agents[0].event()])
        #expect(try await bench.zone().alerts == ["identity.cloned"])
        try await interleave(bench, agents, rounds: 3)
        #expect(try await bench.held(agents[0]).count == 9, "the same numbers of two openings are two events")
        try bench.reopen()
        #expect(try await bench.zone().alerts == ["identity.cloned"], "known on the disk")
    }

    @Test("two that report every few seconds are found out within a minute")
    func quickClone() async throws {
        let bench = try IngestBench()
        let agents = try pair(bench)
        for _ in 0..<6 {
            for agent in agents {
                try await bench.send(agent)
                bench.clock.advance(by: .seconds(4))
            }
        }
        #expect(try await bench.zone().alerts == ["identity.cloned"])
    }

    @Test("the alert ends after a day without the other, not earlier")
    func ends() async throws {
        let bench = try IngestBench()
        let agents = try pair(bench)
        try await interleave(bench, agents, rounds: 3)
        for _ in 0..<23 {
            bench.clock.advance(by: .seconds(3600))
            try await bench.send(agents[0])
        }
        #expect(try await bench.zone().alerts == ["identity.cloned"])
        await bench.pass(.seconds(2 * 3600))
        #expect(try await bench.zone().alerts == nil)
    }

    @Test("reboot after reboot is no clone")
    func reboots() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        for round in 0..<40 {
            try await bench.send(agent)
            bench.clock.advance(by: .seconds(60))
            agent.reboot("boot-\(round + 100)", run: UInt64(round) + 100)
        }
        #expect(try await bench.zone().alerts == nil)
    }

    @Test("the last letter of the boot before, come late, is no clone and changes nothing on the wall")
    func lateLetter() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        bench.clock.advance(by: .seconds(30))
        agent.reason = .shutdown
        let goodbye = agent.beat([agent.event()])
        bench.clock.advance(by: .seconds(40))
        agent.reboot("boot-2", run: 3)
        agent.reason = .boot
        try await bench.send(agent)
        bench.clock.advance(by: .seconds(5))
        #expect(try await bench.take(goodbye).ackThrough?.seq == 1, "its history counts")
        let zone = try await bench.zone()
        #expect(zone.alerts == nil && zone.state == .live)
    }

    @Test("an agent restarted in one boot; a letter of the run before changes nothing")
    func restart() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        try await bench.send(agent)
        agent.reason = .shutdown
        let goodbye = agent.beat()
        bench.clock.advance(by: .seconds(1))
        agent.reboot(agent.boot, run: 3)
        agent.reason = .boot
        try await bench.send(agent)
        _ = try await bench.take(goodbye)
        #expect(try await bench.zone().state == .live)
        #expect(try await bench.zone().alerts == nil)
    }

    @Test("a day told again is counted once, and the picture stays the newest")
    func replay() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        var day: [Heartbeat] = []
        for minute in 0..<120 {
            let beat = agent.beat(minute % 10 == 0 ? [agent.raised("prn.jam"), agent.cleared("prn.jam")] : [])
            day.append(beat)
            _ = try await bench.take(beat)
            bench.clock.advance(by: .seconds(60))
        }
        agent.state = ZoneStateJSON(name: "新", purpose: "production", type: "hall", devices: [])
        agent.stateHash = "new"
        try await bench.send(agent)
        // It began at 22:13, so it is two days.
        let before = (try await bench.rollup("2026-09-21"), try await bench.rollup("2026-09-22"))
        #expect(before.0.heartbeats + before.1.heartbeats == 121)
        #expect([before.0, before.1].map { $0.events["condition.raised"] } == [11, 1])
        for var beat in day {
            beat.state = ZoneStateJSON(name: "旧", purpose: "demo", type: "hall", devices: [])
            beat.stateHash = "old"
            #expect(try await bench.take(beat).ackThrough?.seq == 24)
        }
        #expect(try await (bench.rollup("2026-09-21"), bench.rollup("2026-09-22")) == before)
        #expect(try await bench.zone().name == "新")
    }

    @Test("a restored disk image: it sends again under a new stream what was held, and nothing is counted twice")
    func rewoundAgent() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let events = (0..<20).map { _ in agent.event(.instantOccurred, .b, ["code": "box.deposit"]) }
        try await bench.send(agent, events)
        // The image has the first ten, of which five were acknowledged when it was made.
        agent.reboot("boot-2", run: 77)
        agent.seq = 10
        let fresh = agent.event(.instantOccurred, .b, ["code": "box.deposit"])
        #expect(
            try await bench.send(agent, Array(events[5..<10]) + [fresh]).ackThrough?.seq == 20, "it sees the rewind")
        agent.stream = HexID(random: 500)
        let rewound = agent.event(.journalRewound, .a)
        let first = try await bench.send(agent, Array(events[5..<10]) + [fresh, rewound])
        #expect(
            first.ackThrough == .init(stream: agent.stream, seq: 0), "a stream nobody knows is asked for as a whole")
        let again = try await bench.send(agent, Array(events[0..<10]) + [fresh, rewound])
        #expect(again.ackThrough == .init(stream: agent.stream, seq: 12))
        let day = try await bench.rollup("2026-09-21")
        #expect(day.instants == ["box.deposit": 21] && day.events["journal.rewound"] == 1)
        #expect(try await bench.zone().alerts == nil)
    }

    @Test("a snapshot of a running machine: believed once it has a stream of its own")
    func snapshot() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        for _ in 0..<10 { try await bench.send(agent, [agent.event()]) }
        (agent.hb, agent.seq, agent.stream) = (2, 3, HexID(random: 900))
        agent.state = ZoneStateJSON(name: "快照", purpose: "production", type: "hall", devices: [])
        agent.stateHash = "snapshot"
        #expect(try await bench.send(agent, [agent.event()]).stateAck == "snapshot")
        #expect(try await bench.zone().name == "快照")
    }

    @Test("a hub restored from an older copy asks for less, gets it again, and counts it once")
    func restoredHub() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock)
        let first = (0..<10).map { _ in agent.event(.instantOccurred, .b, ["code": "box.deposit"]) }
        try await bench.send(agent, first)
        try await bench.copyAside()
        let second = (0..<10).map { _ in agent.event(.instantOccurred, .b, ["code": "box.deposit"]) }
        #expect(try await bench.send(agent, second).ackThrough?.seq == 20)
        try bench.restoreCopy()
        #expect(try await bench.send(agent).ackThrough?.seq == 10)
        #expect(try await bench.send(agent, first + second).ackThrough?.seq == 20)
        #expect(try await bench.rollup("2026-09-21").instants == ["box.deposit": 20])
    }
}
