import NIOHTTP1
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("Configuration while the agent runs", .serialized)
struct LiveConfigurationTests {
    private struct Nothing: Encodable {}

    @Test("a good file takes effect without a restart, a bad one changes nothing, and each leaves a row")
    func reload() async throws {
        let zone = try RunningZone()
        try zone.writeConfig(devices: "  - {id: box-1, kind: suggestionBox, watch: person}\n")
        try await zone.startAgent()
        try zone.writeConfig(devices: "  - {id: box-2, kind: suggestionBox, watch: person, place: 东门}\n")
        _ = try await zone.admin.post(ConfigurationJSON.self, "/v1/config/reload", Nothing())
        #expect(try await zone.device("box-1") == nil)
        #expect(try await zone.device("box-2")?.place == "东门")
        try zone.writeConfig(devices: "  - {id: box-2, kind: suggestionBox, watch: person, place: 西门}\n")
        _ = try await zone.admin.post(ConfigurationJSON.self, "/v1/config/reload", Nothing())
        #expect(try await zone.device("box-2")?.place == "西门", "the same device, moved")
        try zone.writeConfig(devices: "  - {id: box-3, kind: toaster}\n")
        let refusal = await #expect(throws: SocketClientError.self) {
            _ = try await zone.admin.post(ConfigurationJSON.self, "/v1/config/reload", Nothing())
        }
        #expect(refusal?.message.contains("agent.yaml:7: “devices[0].kind”") == true, "\(String(describing: refusal))")
        #expect(try await zone.device("box-2") != nil)
        #expect(try await zone.device("pc-1")?.conditions.map(\.code) == ["agent.config.invalid"])
        let rows = try await zone.admin.get([Event].self, "/v1/journal?limit=1000").map(\.name)
        #expect(rows.filter { $0 == .configApplied }.count == 3)
        #expect(rows.filter { $0 == .configRejected }.count == 1)
        try await zone.stopAll()
    }

    @Test("with a broken file the agent starts on the last good one and says where the mistake is")
    func lastGood() async throws {
        let zone = try RunningZone()
        try zone.writeConfig(devices: "  - {id: box-1, kind: suggestionBox, watch: person}\n")
        try await zone.startAgent()
        try await zone.stop("agent")
        try SmallFile.replace(zone.places.agentConfig, with: "zone: e2e\nnode: [")
        try await zone.startAgent()
        #expect(try await zone.device("box-1") != nil)
        let config = try await zone.admin.get(ConfigurationJSON.self, "/v1/config")
        #expect(config.complaint?.contains("agent.yaml:2") == true, "\(String(describing: config.complaint))")
        try await zone.stopAll()
    }

    @Test("the hub's layer lies over the site's, but not over what the site has locked; it outlives a crash")
    func remoteLayer() async throws {
        let zone = try RunningZone()
        try SmallFile.replace(
            zone.places.agentConfig, with: "zone: e2e\nnode: pc-1\nname: 本地名称\ntype: hall\nlocked: [type]\n")
        try await zone.startAgent()
        let text = Array("name: 区级名称\ntype: village\nhours: {revision: 4, mon: \"09:00-12:00 14:00-17:00\"}\n".utf8)
        try await zone.admin.send(.PUT, "/v1/config/remote", text)
        try await zone.stop("agent", 9)
        try await zone.startAgent()
        // The client may still hold a connection to the agent that was killed, and learns of its end by using it.
        let config = try await eventually("the new agent answers") {
            try await zone.admin.get(ConfigurationJSON.self, "/v1/config")
        }
        let name = try #require(config.keys.first { $0.key == "name" })
        #expect(name.value == "区级名称")
        #expect(name.layer == .remote)
        #expect(name.line == 1)
        #expect(config.keys.first { $0.key == "type" }?.value == "hall")
        #expect(config.ignored == ["type"])
        #expect(try await zone.kiosk.get(HoursJSON.self, "/v1/hours").revision == 4)
        let days = try await zone.kiosk.get(HoursJSON.self, "/v1/hours?from=2026-10-05&days=2").days
        #expect(days?.map(\.date) == ["2026-10-05", "2026-10-06"] && days?.map(\.spans.count) == [2, 0])
        await #expect(throws: SocketClientError.self) {
            try await zone.kiosk.get(HoursJSON.self, "/v1/hours?from=tomorrow")
        }
        await #expect(throws: SocketClientError.self) { try await zone.kiosk.get(HoursJSON.self, "/v1/hours?days=0") }
        await #expect(throws: SocketClientError.self) {
            try await zone.admin.send(.PUT, "/v1/config/remote", Array("hours: soon".utf8))
        }
        #expect(try await zone.kiosk.get(HoursJSON.self, "/v1/hours").revision == 4)
        try await zone.stopAll()
    }

    @Test("SIGHUP reads the files again")
    func hangup() async throws {
        let zone = try RunningZone()
        try zone.writeConfig()
        try await zone.startAgent()
        try zone.writeConfig(devices: "  - {id: box-9, kind: suggestionBox, watch: person}\n")
        try await zone.signal("agent", 1)
        try await eventuallyTrue("the new device is there") { try await zone.device("box-9") != nil }
        try await zone.stopAll()
    }
}
