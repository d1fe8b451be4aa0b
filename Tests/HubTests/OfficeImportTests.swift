import NIOHTTP1
import Synchronization
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneHubCore
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneHubDoor

@Suite("Files from places without a line")
struct OfficeImportTests {
    private static let day = Duration.seconds(86_400)

    /// What `zonectl export` writes on that PC: two heartbeats of two and one events.
    private func export(
        _ hub: OfficeBench, _ agent: AgentModel, issuedAgo ago: Duration = .zero,
        spoil: (inout [Heartbeat]) -> Void = { _ in }
    ) throws -> String {
        var beats = [agent.beat([agent.event(), agent.event()]), agent.beat([agent.event()])]
        spoil(&beats)
        let (key, certificate) = try hub.node(agent.name.description, issuedAgo: ago)
        return try write(hub, key, certificate, beats)
    }

    private func write(
        _ hub: OfficeBench, _ key: IdentityKey, _ certificate: NodeCertificate, _ beats: [Heartbeat]
    ) throws -> String {
        let path = "\(hub.root.path)/\(HexID.make()).export"
        let writer = try SignedExport.Writer(
            path: path, certificate: certificate, key: key, createdAt: hub.clock.wall())
        for beat in beats { try writer.append(try WireCoding.encode(beat)) }
        _ = try writer.finish()
        return path
    }

    private func bring(_ hub: OfficeBench, _ path: String, _ query: String = "") async throws -> OfficeBench.Answer {
        try await hub.send(.POST, "/v1/import" + query, try SmallFile.readBytes(path))
    }

    /// The numbers of a node's events.
    private func held(_ hub: OfficeBench, _ name: NodeName) async throws -> [Int64] {
        try await hub.store.events(zone: name.zone, node: name.node, limit: .max).map(\.seq)
    }

    @Test("imported twice it counts once, and the answer says what was new and up to where")
    func twice() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            let path = try export(hub, agent)
            let client = SocketClient(path: hub.places.officeSocket)
            let first = try await client.upload(
                ImportReportJSON.self, "/v1/import", file: path, deadline: .seconds(60))
            #expect(first.heartbeats == 2)
            #expect(first.newEvents == 3)
            #expect(first.through == [.init(stream: agent.stream, seq: 3)])
            #expect(first.flags == [] && first.refused == [])
            let second = try await bring(hub, path).decoded(ImportReportJSON.self)
            #expect(second.newEvents == 0)
            #expect(second.through == first.through)
            #expect(try await held(hub, agent.name) == [1, 2, 3])
            let lines = try await hub.audit.filter { $0.act == "export.imported" }
            #expect(lines.map(\.detail) == ["2 heartbeats, 3 new events", "2 heartbeats, 0 new events"])
            #expect(SmallFile.list(hub.places.hubImports) == [], "nothing is left behind")
        }
    }

    @Test("one changed byte anywhere, or a missing end, and nothing of the file is used", arguments: Seeds.first(8))
    func tampered(_ seed: UInt64) async throws {
        try await OfficeBench.run { hub in
            var random = SeededGenerator(seed: seed)
            let agent = try AgentModel(hub.clock)
            var bytes = try SmallFile.readBytes(try export(hub, agent))
            if seed % 4 == 3 {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            } else {
                bytes[Int.random(in: bytes.indices, using: &random)] ^=
                    UInt8(1) << UInt8.random(in: 0...6, using: &random)
            }
            let answer = try await hub.send(.POST, "/v1/import", bytes)
            #expect(answer.status == 400, "seed \(seed)")
            #expect(answer.error?.zh.isEmpty == false, "seed \(seed)")
            #expect(try await held(hub, agent.name) == [], "seed \(seed)")
            #expect(await hub.wall.zones().isEmpty, "seed \(seed)")
            #expect(SmallFile.list(hub.places.hubImports) == [], "seed \(seed)")
        }
    }

    @Test("a file by another hub's node is nobody's here")
    func foreign() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            let other = try CertificateAuthority.make(named: "elsewhere", at: hub.clock.wall())
            let key = IdentityKey()
            let request = try SigningRequest(pem: try SigningRequest.make(key: key))
            let certificate = try other.issue(request, to: agent.name, at: hub.clock.wall())
            let answer = try await bring(hub, try write(hub, key, certificate, [agent.beat([agent.event()])]))
            #expect(answer.status == 400)
            #expect(try await held(hub, agent.name) == [])
        }
    }

    @Test("an expired certificate imports flagged; one that is long over only when an officer says so")
    func expired() async throws {
        try await OfficeBench.run { hub in
            // The authority was made now: in 100 and 130 days its certificates of today have run out.
            let agent = try AgentModel(hub.clock)
            let path = try export(hub, agent)
            hub.clock.advance(by: OfficeImportTests.day * 100)
            let late = try await bring(hub, path).decoded(ImportReportJSON.self)
            #expect(late.flags == ["certificate.expired"])
            #expect(late.newEvents == 3)
            hub.clock.advance(by: OfficeImportTests.day * 30)
            let refused = try await bring(hub, path)
            #expect(refused.error?.code == "import.tooOld")
            #expect(refused.error?.message.contains("--accept-old") == true)
            let taken = try await bring(hub, path, "?acceptOld=yes").decoded(ImportReportJSON.self)
            #expect(taken.flags == ["certificate.tooOld"])
            #expect(try await hub.audit.last?.detail.contains("certificate.tooOld") == true)
        }
    }

    @Test("a node that is shut out brings nothing in by hand either")
    func denied() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            let path = try export(hub, agent)
            _ = try await hub.post("/v1/denials", DenialRequest(name: agent.name, why: "stolen"))
            let answer = try await bring(hub, path)
            #expect(answer.status == 403)
            #expect(answer.error?.code == "identity.denied")
            #expect(try await held(hub, agent.name) == [])
        }
    }

    @Test("a heartbeat that is another node's does not come in on this one's signature; the others do")
    func mixed() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            let path = try export(hub, agent) { beats in
                var stranger = beats[0]
                stranger.node = beats[0].zone
                beats.insert(stranger, at: 1)
            }
            let report = try await bring(hub, path).decoded(ImportReportJSON.self)
            #expect(report.heartbeats == 3)
            #expect(report.newEvents == 3)
            #expect(report.refusedCount == 1)
            #expect(report.refused.count == 1)
            #expect(report.refused.first?.hasPrefix("2:") == true, "the second of the file")
            #expect(try await held(hub, NodeName(zone: agent.name.zone, node: agent.name.zone)) == [])
        }
    }

    @Test("a file is no word over the line: the node is not live by it, and its orders wait for the line")
    func presence() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            let path = try export(hub, agent)
            hub.clock.advance(by: OfficeImportTests.day)
            #expect(try await bring(hub, path).status == 200)
            let order = try await hub.place(OrderRequest(name: agent.name, verb: .check))
            #expect(await hub.wall.zone(agent.name.zone)?.state == .silent)
            #expect(try await bring(hub, path).status == 200)
            #expect(try await hub.order(order.id).state == .queued, "a file goes back to nobody")
            #expect(try await hub.report(agent).orders.map(\.id) == [order.id])
            #expect(await hub.wall.zone(agent.name.zone)?.state == .live)
        }
    }

    @Test("what the node itself reports meanwhile is not counted as the file's")
    func meanwhile() async throws {
        try await OfficeBench.run { hub in
            let (key, certificate) = try hub.node("z/pc-1")
            let carried = try AgentModel(hub.clock)
            let beats = (0..<200).map { _ in carried.beat([carried.event()]) }
            let path = try write(hub, key, certificate, beats)
            let live = try AgentModel(hub.clock, boot: "boot-2", run: 3)
            try await hub.report(live)
            let file = Task { try await bring(hub, path).decoded(ImportReportJSON.self) }
            let isOver = Mutex(false)
            let end = Task {
                defer { isOver.withLock { $0 = true } }
                return try await file.value
            }
            // Until the file is in: so some of it comes between its first heartbeat and its last.
            while !isOver.withLock({ $0 }) { try await hub.report(live, [live.event()]) }
            #expect(try await end.value.newEvents == 200)
            #expect(try await held(hub, carried.name).count == 200 + Int(live.seq))
        }
    }

    @Test(
        "what is no export at all", arguments: ["", "zone-export-1\n", "hello", "zone-export-1\n{}\nsignature AA==\n"])
    func nonsense(_ text: String) async throws {
        try await OfficeBench.run { hub in
            let answer = try await hub.send(.POST, "/v1/import", Array(text.utf8))
            #expect(answer.status == 400)
            #expect(answer.error?.code == "identity.invalid")
        }
    }
}
