import Testing
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneFleet

@Suite("What simulated nodes write and read is the real protocol")
struct FleetTextTests {
    @Test("a heartbeat is byte for byte what the library's encoder writes", arguments: Seeds.first(4))
    func bytes(_ seed: UInt64) throws {
        var node = try Bench.node(seed: seed, perDay: 200, daysOffline: 2, thin: 0.3) {
            $0.skew = seed % 2 == 0 ? 0 : -63_072_000_000
        }
        node.anchors = "0123456789abcdef"
        var bench = Bench()
        bench.hub.want = ["hours"]
        bench.hub.orders = [OrderJSON(id: HexID(random: seed), verb: "probe", device: nil, ttl: 60_000, actor: "uid 0")]
        try bench.run(&node, from: 0, to: 120_000)
        #expect(bench.bodies.count > 10)
        for body in bench.bodies {
            let beat = try WireCoding.decode(Heartbeat.self, body)
            let again = String(decoding: try WireCoding.encode(beat), as: UTF8.self)
            #expect(String(decoding: body, as: UTF8.self) == again)
        }
        #expect(bench.hub.heartbeats.contains { $0.gaps != nil })
        #expect(bench.hub.heartbeats.contains { $0.hours?.count == 14 })
        #expect(bench.hub.heartbeats.contains { $0.results != nil })
    }

    @Test("the state is the protocol's, and its hash names what matters of it")
    func state() throws {
        var node = try Bench.node()
        var bench = Bench()
        try bench.run(&node, from: 0, to: 1000)
        let first = try #require(bench.hub.stateHash)
        #expect(first.utf8.count == 64)
        #expect(bench.hub.state?.devices.map(\.kind) == [.touchPanel, .printer, .ledDisplay, .suggestionBox])
        #expect(bench.hub.state?.purpose == "demo")
        node.storm(at: 2000)
        try bench.run(&node, from: 2000, to: 3000)
        #expect(bench.hub.stateHash != first)
        let printer = try #require(bench.hub.state?.devices.first { $0.kind == .printer })
        #expect(printer.health == .failed && !printer.serviceable)
        #expect(printer.conditions.map(\.code) == ["prn.paper.out"])
    }

    @Test("the quick reading of a reply is the library's reading", arguments: Seeds.first(200))
    func replies(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let reply = FleetTextTests.reply(&random)
        let bytes = try WireCoding.encode(reply)
        #expect(ReplyReader.quick(bytes) == reply)
        var damaged = bytes
        let place = Int.random(in: 0..<damaged.count, using: &random)
        damaged[place] = UInt8.random(in: .min ... .max, using: &random)
        // Whatever it accepts the library accepts too, and reads as the same.
        if let quick = ReplyReader.quick(damaged) {
            #expect(try WireCoding.decode(HeartbeatReply.self, damaged) == quick)
        }
        #expect(ReplyReader.quick(Array(bytes.dropLast(Int.random(in: 1...bytes.count, using: &random)))) == nil)
    }

    @Test("a reply with orders, anchors or unknown keys is left to the library")
    func others() throws {
        var random = SeededGenerator(seed: 7)
        var reply = FleetTextTests.reply(&random)
        reply.anchors = ["-----BEGIN CERTIFICATE-----\n"]
        reply.commands = [["id": "x"]]
        let bytes = try WireCoding.encode(reply)
        #expect(ReplyReader.quick(bytes) == nil)
        #expect(try ReplyReader.read(bytes) == reply)
        #expect(throws: DecodingError.self) { try ReplyReader.read(Array("{}".utf8)) }
    }

    private static func reply(_ random: inout SeededGenerator) -> HeartbeatReply {
        let stream = HexID(random: random.next())
        var reply = HeartbeatReply(
            status: [.accepted, .pending, .rejected].randomElement(using: &random) ?? .accepted,
            ackThrough: Bool.random(using: &random)
                ? .init(stream: stream, seq: Int64.random(in: 0...1 << 48, using: &random)) : nil,
            stateAck: Bool.random(using: &random) ? "ab" : nil,
            serverTime: WallTime(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random)),
            interval: .milliseconds(Int64.random(in: 0...3_600_000, using: &random)),
            want: Array(["state", "hours", "renew"].prefix(Int.random(in: 0...3, using: &random))))
        if Bool.random(using: &random) { reply.retryAfter = Int64.random(in: 0...9999, using: &random) }
        if Bool.random(using: &random) {
            reply.backfill = .init(events: Int.random(in: 0...500, using: &random), afterMs: 250)
        }
        return reply
    }
}

@Suite("Parts of the fleet")
struct FleetPartTests {
    @Test("a fault is written as one says it")
    func faults() throws {
        let outage = try Fault("outage 30% for 60s at 5s every 2m")
        #expect(outage.share == 0.3 && outage.lasts == 60_000 && outage.at == 5000 && outage.every == 120_000)
        #expect(try Fault("clock 5%, by -2y").by == -730 * 86_400_000)
        #expect(try Fault("rewind 1% by 12 at 3s").by == 12)
        #expect(try Fault("poison 0.5%").share == 0.005)
    }

    @Test(
        "a fault that is not understood is refused with its own words",
        arguments: [
            "", "flood 3%", "outage", "outage 30", "outage 130%", "outage -1%", "storm 5% for", "storm 5% at noon",
            "rewind 1% by -3", "clock 1% by 99999999999y", "lost nan%", "outage 3% until 5s",
        ])
    func badFaults(_ text: String) {
        let error = #expect(throws: Fault.Unreadable.self) { try Fault(text) }
        #expect(error?.text == text)
    }

    @Test("what repeats comes again, what does not comes once")
    func schedule() throws {
        var schedule = FaultSchedule([
            try Fault("storm 100% at 1s every 10s"), try Fault("reboot 10% at 2s"), try Fault("lost 5%"),
        ])
        #expect(schedule.take(at: 999).isEmpty)
        #expect(schedule.take(at: 2000).map(\.kind) == [.storm, .reboot])
        #expect(schedule.take(at: 10_999).isEmpty)
        #expect(schedule.take(at: 11_000).map(\.kind) == [.storm])
    }

    @Test("times are told within 3 %, and the worst exactly", arguments: Seeds.first(20))
    func latency(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let values = (0..<1000).map { _ in
            Int64.random(in: 0...Int64.random(in: 1...1 << 34, using: &random), using: &random)
        }
        var latency = Latency()
        for value in values { latency.note(value) }
        let sorted = values.sorted()
        for share in [0.5, 0.9, 0.99, 1] {
            let exact = sorted[Int((1000 * share).rounded(.up)) - 1]
            let told = latency.quantile(share)
            #expect(told >= exact && Double(told) <= Double(exact) * 1.035 + 1)
        }
        #expect(latency.longest == sorted.last)
    }

    @Test("the heap gives whoever is due first", arguments: Seeds.first(20))
    func heap(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let dues = (0..<200).map { _ in Int64.random(in: 0...1000, using: &random) }
        var heap = DueHeap()
        for (index, due) in dues.enumerated() { heap.push(due, index) }
        var taken: [Int64] = []
        while let index = heap.pop(until: 700) { taken.append(dues[index]) }
        #expect(taken == dues.filter { $0 <= 700 }.sorted())
        #expect(heap.first.map { $0 > 700 } ?? true)
    }

    @Test("the checksum is the one that scripts know")
    func checksum() { #expect(Checksum.crc32("123456789".utf8) == 0xCBF4_3926) }

    @Test("an address of a hub has a host and a port")
    func addresses() throws {
        #expect(try HubAddress("127.0.0.1:8081").serverName == nil)
        #expect(try HubAddress("[::1]:8081").host == "::1")
        #expect(try HubAddress("hub.example:443").serverName == "hub.example")
        #expect(throws: HubAddress.Unreadable.self) { try HubAddress("8081") }
    }
}
