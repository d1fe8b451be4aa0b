import DriverKit
import NIOHTTP1
import Testing
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneRecording
import ZoneTestKit
import ZoneWire

/// The real programs with the devices of the hall: a sign and a suggestion box.
@Suite("A hall on the air", .serialized)
struct HallStoryTests {
    private func withHall(_ body: (RunningZone) async throws -> Void) async throws {
        let zone = try RunningZone()
        let addresses = try await zone.startSimulation()
        let sign = try #require(addresses["SIM_SIGN"])
        let box = try #require(addresses["SIM_BOX"])
        // On a loaded machine looks at the slot come late, and what is late is not counted: this one may take more.
        try SmallFile.makeDirectory(zone.root.path + "/etc/zone-agent/hw-profiles/50-model")
        try SmallFile.replace(
            zone.root.path + "/etc/zone-agent/hw-profiles/50-model/patient.yaml",
            with:
                "kind: suggestionBox\nmatch: {scheme: sim-hid}\nset: {lateAfter: 60s, maxBlock: 60s, lidSettle: 10ms}\n"
        )
        try zone.writeConfig(
            devices: "  - {id: led-1, kind: ledDisplay, uri: \"\(sign)\"}\n"
                + "  - {id: box-1, kind: suggestionBox, uri: \"\(box)\"}\n")
        try await zone.startAgent()
        do { try await body(zone) } catch { Issue.record("\(error)\n--- agent\n\(zone.log("agent"))") }
        try await zone.stopAll()
    }

    private func order(_ zone: RunningZone, _ verb: String, _ arguments: JSONValue) async throws -> CommandJSON {
        let first = try await zone.admin.post(
            CommandJSON.self, "/v1/devices/led-1/commands", CommandRequest(verb: verb, args: arguments))
        return try await eventually("\(verb) has ended") {
            let now = try await zone.admin.get(CommandJSON.self, "/v1/commands/\(first.id)")
            return now.state.isOver ? now : nil
        }
    }

    @Test("what hangs in the hall says how well it is known; a character it lacks is named")
    func sign() async throws {
        try await withHall { zone in
            try await eventuallyTrue("the sign is ok") { try await zone.device("led-1")?.health == .ok }
            #expect(try await order(zone, "show", ["text": "政务公开"]).result?["proof"] == "accepted")
            #expect(try await order(zone, "brightness", ["percent": 40]).result?["proof"] == "verified")
            #expect(try await order(zone, "blank", ["on": true]).result?["proof"] == "verified")
            let truth = try await zone.simulation.get(JSONValue.self, "/v1/sim")["led-sim"]
            #expect(truth?["brightness"] == 6 && truth?["blank"] == true)
            let refused = try await order(zone, "show", ["text": "公开€"])
            #expect(refused.state == .failed && refused.result?.stringValue?.contains("U+20AC") == true)
            _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/led-sim", ["power=off"])
            try await eventuallyTrue("nobody answers") {
                try await zone.device("led-1")?.conditions.map(\.code) == ["led.noanswer"]
            }
        }
    }

    @Test("a deposit is counted once, also over a kill")
    func deposit() async throws {
        try await withHall { zone in
            func move(_ move: String) async throws {
                _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/box-sim", [move])
            }
            try await eventuallyTrue("the box is ok") { try await zone.device("box-1")?.health == .ok }
            #expect(try await zone.device("box-1")?.counts == nil)
            try await move("block")
            try await eventuallyTrue("the sheet is seen") {
                try await zone.device("box-1")?.details?["slot"] == "blocked"
            }
            try await move("clear")
            try await eventuallyTrue("it is counted") { try await zone.device("box-1")?.counts == ["deposits": 1] }
            try await zone.stop("agent", 9)
            try await zone.startAgent()
            try await eventuallyTrue("the box is back") { try await zone.device("box-1")?.link == .up }
            #expect(try await zone.device("box-1")?.counts == ["deposits": 1])
            let rows = try await zone.admin.get([Event].self, "/v1/journal?after=0&limit=200")
            #expect(rows.count { $0.name == .instantOccurred } == 1)
        }
    }

    @Test("a recording begins with the opening, and the page in front of the citizens may not make one")
    func recording() async throws {
        try await withHall { zone in
            try await eventuallyTrue("the sign is ok") { try await zone.device("led-1")?.health == .ok }
            await #expect(throws: SocketClientError.self) {
                _ = try await zone.kiosk.stream(.POST, "/v1/devices/led-1/recording?seconds=1")
            }
            await #expect(throws: SocketClientError.self) {
                _ = try await zone.admin.stream(.POST, "/v1/devices/network-1/recording?seconds=1")
            }
            var bytes: [UInt8] = []
            for try await part in try await zone.admin.stream(.POST, "/v1/devices/led-1/recording?seconds=2") {
                bytes += part
            }
            let recording = try Recording(bytes)
            #expect(recording.header.driver == "onbon-led" && recording.header.simulated)
            #expect(recording.entries.first?.direction == .greeting && recording.entries.last?.direction == .end)
            #expect(recording.entries.contains { $0.direction == .in })
            let rows = try await zone.admin.get([Event].self, "/v1/journal?after=0&limit=200")
            #expect(rows.count { $0.name == .deviceRecorded } == 1)
        }
    }
}
