import Logging
import NIOHTTP1
import Synchronization
import Testing
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneFleet

@Suite("The fleet over real TLS", .serialized)
struct FleetTests {
    private static let clock = SystemClock()

    private struct Scene {
        let door: ModelDoor
        let root: TemporaryRoot
        var options: FleetOptions

        /// - Parameter change: the options of the run.
        init(_ change: (inout FleetOptions) -> Void = { _ in }) async throws {
            door = try ModelDoor(at: FleetTests.clock.wall())
            root = try TemporaryRoot()
            let file: JSONValue = [
                "issuer": [
                    "key": .string(door.authority.keyPEM), "certificate": .string(door.authority.certificatePEM),
                ]
            ]
            try SmallFile.replace(root.path + "/authority.json", with: try WireCoding.text(file), mode: 0o600)
            options = FleetOptions(hub: try HubAddress("127.0.0.1:\(try await door.open())"))
            options.authority = root.path
            options.ledger = root.path + "/ledger.jsonl"
            (options.zones, options.seconds, options.settle, options.returnWithin) = (3, 2, 90, 0.2)
            options.eventsPerDay = 2000
            change(&options)
        }

        func run() async throws -> FleetReport {
            let fleet = try Fleet(options, clock: FleetTests.clock, log: Logger(label: "test")) { _ in }
            let report = try await fleet.run()
            await door.close()
            return report
        }

        func lines(_ what: String) throws -> [JSONValue] {
            let text = try SmallFile.read(root.path + "/ledger.jsonl", limit: 64 << 20)
            return try text.split(separator: "\n").map { try WireCoding.decode(JSONValue.self, Array($0.utf8)) }
                .filter { $0["what"]?.stringValue == what }
        }

        func names() -> [NodeName] { (1...options.zones).compactMap { options.name($0) } }
    }

    @Test("nodes come, tell everything, and the ledger says what the hub holds")
    func whole() async throws {
        let scene = try await Scene { $0.daysOffline = 1 }
        let report = try await scene.run()
        #expect(report.unsettled == 0 && report.behind == 0 && report.refused == 0)
        var told = 0
        for name in scene.names() {
            let hub = scene.door.hub(name)
            told += hub.held.count
            #expect(hub.state?.devices.count == 4)
            let end = try #require(try scene.lines("end").first { $0["node"]?.stringValue == "\(name)" })
            #expect(end["state"]?.stringValue == hub.stateHash && end["held"]?.stringValue == hub.stateHash)
            #expect(end["devices"]?.arrayValue?.count == 4)
        }
        #expect(report.events == Int64(told) && told > 3 * 1500)
        let acknowledged = try scene.lines("ack").reduce(0) { $0 + ($1["events"]?.integerValue ?? 0) }
        #expect(acknowledged == Int64(told))
        #expect(scene.door.state.withLock { $0.impostors } == 0)
        #expect(scene.door.state.withLock { $0.deflated } > 0)
    }

    @Test("every fault at once, and still nothing that was acknowledged is missing")
    func faults() async throws {
        let plan = [
            "outage 50% for 500ms at 3s every 1s", "storm 100% at 1500ms", "clock 50%", "clone 100% at 2s",
            "rewind 100% at 2500ms by 9", "poison 2%", "replay 50% at 3s", "reboot 50% at 4s", "lost 20%", "thin 50%",
        ]
        let faults = try plan.map { try Fault($0) }
        let scene = try await Scene { options in
            (options.faults, options.zones, options.seconds) = (faults, 4, 5)
            (options.daysOffline, options.eventsPerDay) = (1, 300)
        }
        let report = try await scene.run()
        #expect(report.nodes == 8, "each with its twin")
        #expect(report.unsettled <= 4, "of two twins the wall shows one")
        #expect(report.behind == 0)
        #expect(report.lost > 0 && report.poison > 0 && report.rewound > 0)
        for line in try scene.lines("ack") {
            let name = try #require(line["node"]?.stringValue.flatMap { NodeName($0) })
            let hub = scene.door.hub(name)
            let numbers = (line["runs"]?.arrayValue ?? []).flatMap { run -> [(HexID?, Int64)] in
                guard let parts = run.arrayValue, let from = parts[1].integerValue, let to = parts[2].integerValue
                else { return [] }
                return (from...to).map { (parts[0].stringValue.flatMap { HexID($0) }, $0) }
            }
            let there = numbers.filter { epoch, seq in
                hub.keys[seq]?.contains { $0.epoch == epoch && hub.held[$0] != nil } == true
            }
            #expect(Int64(there.count) == line["events"]?.integerValue)
        }
    }

    @Test("a hub that refuses, and then does not, costs time and no data")
    func refusals() async throws {
        let scene = try await Scene()
        scene.door.state.withLock {
            $0.refusals = [.internalServerError, .serviceUnavailable, .payloadTooLarge, .forbidden]
        }
        let report = try await scene.run()
        #expect(report.overloaded == 1 && report.refused == 3)
        #expect(report.statuses == ["500": 1, "503": 1, "413": 1, "403": 1])
        #expect(report.unsettled == 0)
    }

    @Test("newcomers with tokens know the hub by its hash, wait for approval, and report under their own names")
    func enrolment() async throws {
        var scene = try await Scene { $0.authority = nil }
        let address = "127.0.0.1:\(scene.options.hub.port)"
        let tokens = (0..<2).map { number in
            EnrolToken(
                secret: [UInt8](repeating: UInt8(number), count: 16), anchorHash: scene.door.authority.anchorHash,
                address: address)
        }
        let path = scene.root.path + "/tokens"
        try SmallFile.replace(path, with: tokens.map(\.text).joined(separator: "\n") + "\n")
        (scene.options.enrol, scene.options.zones) = ((2, path), 2)
        let report = try await scene.run()
        #expect(report.nodes == 2 && report.unsettled == 0)
        let names = scene.door.state.withLock { $0.hubs.keys.map(\.zone.text) }
        #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("new-") })
        #expect(scene.door.state.withLock { $0.enrolments.values.allSatisfy { $0 == 2 } })
    }

    @Test("a token of another hub, and a line that is no token, stop the run before anything is sent")
    func wrongTokens() async throws {
        var scene = try await Scene { $0.authority = nil }
        let token = EnrolToken(
            secret: [UInt8](repeating: 1, count: 16), anchorHash: [UInt8](repeating: 9, count: 32),
            address: "127.0.0.1:\(scene.options.hub.port)")
        for text in [token.text, "za1.nonsense"] {
            let path = scene.root.path + "/tokens"
            try SmallFile.replace(path, with: text + "\n")
            (scene.options.enrol, scene.options.zones) = ((1, path), 1)
            await #expect(throws: FleetEnrolment.Failed.self) { try await scene.run() }
        }
        #expect(scene.door.state.withLock { $0.hubs.isEmpty })
    }

    @Test("a hub with another authority gets nothing")
    func strangers() async throws {
        var scene = try await Scene { ($0.seconds, $0.settle) = (2, 0) }
        let other = try await Scene()
        scene.options.hub = other.options.hub
        let report = try await scene.run()
        await other.door.close()
        #expect(report.accepted == 0 && report.lost > 0)
        #expect(other.door.state.withLock { $0.hubs.isEmpty })
    }

    @Test("load: single and in batches, closed and open", arguments: [(1, nil), (100, nil), (1, 50.0), (100, 20.0)])
    func load(_ events: Int, _ rate: Double?) async throws {
        let scene = try await Scene { options in
            options.load = .init(eventsPerBeat: events, rate: rate)
            (options.ledger, options.returnWithin) = (nil, 0)
        }
        let report = try await scene.run()
        #expect(report.accepted > 3 && report.refused == 0)
        #expect(report.events >= (report.accepted - 3) * Int64(events))
        #expect(report.latencyMs.p50 > 0 && report.latencyMs.p50 <= report.latencyMs.p99)
        #expect(report.latencyMs.p99 <= report.latencyMs.max)
        if let rate { #expect(report.accepted <= Int64(rate * 3.5)) }
        #expect(report.table.contains("heartbeats") && report.json.contains("\"accepted\":\(report.accepted)"))
    }

    @Test("what cannot be is refused before anything happens")
    func impossible() throws {
        var options = FleetOptions(hub: try HubAddress("127.0.0.1:1"))
        #expect(throws: FleetOptions.Impossible.self) { try options.check() }
        options.authority = "/nowhere"
        try options.check()
        options.prefix = "UPPER"
        #expect(throws: FleetOptions.Impossible.self) { try options.check() }
        #expect(throws: BorrowedAuthority.Unusable.self) { try BorrowedAuthority(folder: "/nowhere") }
    }

    @Test("a ledger is never written into an older one")
    func twoRuns() async throws {
        let scene = try await Scene()
        try SmallFile.replace(scene.root.path + "/ledger.jsonl", with: "old\n")
        await #expect(throws: SystemError.self) { try await scene.run() }
        await scene.door.close()
    }
}
