import Subprocess
import Testing
import ZoneControlClient
import ZoneModel
import ZoneTestKit
import ZoneWire

/// `zonectl touch test` as a technician starts it, at the simulated panel of a running agent.
@Suite("Touch panel: zonectl touch test", .serialized)
struct TouchTestStoryTests {
    /// Nothing is felt before this is said.
    private static let begun = "touch the whole glass now"

    private func zoneWithPanel() async throws -> RunningZone {
        let zone = try RunningZone()
        let address = try #require(try await zone.startSimulation()["SIM_PANEL"])
        try zone.writeConfig(devices: "  - {id: touch-sim, kind: touchPanel, uri: \"\(address)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the panel is ready") { try await zone.device("touch-sim")?.serviceable == true }
        return zone
    }

    private func move(_ zone: RunningZone, _ moves: String...) async throws {
        _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/touch-sim", moves)
    }

    private func begin(_ name: String, _ arguments: [String] = [], in zone: RunningZone) async throws {
        try zone.start(name, "zonectl", ["touch", "test", "touch-sim"] + arguments)
        try await eventuallyTrue("\(name) listens") { zone.log(name).contains(Self.begun) }
    }

    @Test("touches are counted while they come; Ctrl-C ends it with what was never felt")
    func counted() async throws {
        let zone = try await zoneWithPanel()
        try await begin("test", ["--seconds", "600"], in: zone)
        try await move(zone, "tap=16383,3276", "tap=3276,16383")
        try await move(zone, "touch")
        try await eventuallyTrue("three touches") {
            zone.log("test").contains("contacts 1  最多 most 1  触摸 touches 3")
        }
        let status = try await zone.stop("test", 2)
        #expect(status?.isSuccess == true)
        let log = zone.log("test")
        for part in [
            "（模拟 simulated）", "触摸 touches 3，", "3/576 格 cells", "没有触到的列 untouched columns: 左起",
            "Contacts at the end: 1",
        ] { #expect(log.contains(part), "\(part) in \(log)") }
        #expect(!log.contains("\u{1B}"))
        try await zone.stopAll()
    }

    @Test("JSON alone, when the time is over: how many, how often, and where")
    func json() async throws {
        let zone = try await zoneWithPanel()
        try await begin("test", ["--json", "--seconds", "20"], in: zone)
        try await move(zone, "drag=0,0.5,1,0.5")
        let status = try await zone.stop("test", 0)
        #expect(status?.isSuccess == true)
        let text = try #require(zone.log("test").split(separator: "\n").last { $0.hasPrefix("{") })
        let summary = try WireCoding.decode(JSONValue.self, Array(text.utf8))
        #expect(summary["end"] == "over" && summary["simulated"] == true && summary["device"] == "touch-sim")
        #expect(summary["touches"] == 1 && summary["contactsMost"] == 1 && summary["contactsAtEnd"] == 0)
        #expect(summary["cells"] == 576 && summary["reportsOutside"] != nil)
        #expect(summary["reportRateHz"]?["median"] != nil)
        #expect(summary["untouchedRows"]?.arrayValue?.isEmpty == false)
        try await zone.stopAll()
    }

    @Test("a panel that is pulled, and an agent that dies, are said with what to do, after what was seen")
    func lost() async throws {
        let zone = try await zoneWithPanel()
        try await begin("pulled", in: zone)
        try await move(zone, "tap=16383,3276")
        try await move(zone, "unplug")
        #expect(try await zone.stop("pulled", 0)?.isSuccess == false)
        #expect(zone.log("pulled").contains("touches 1，") && zone.log("pulled").contains("was unplugged in between"))
        try await eventuallyTrue("absent") { try await zone.device("touch-sim")?.presence == .absent }
        try zone.start("absent", "zonectl", ["touch", "test", "touch-sim"])
        #expect(try await zone.stop("absent", 0)?.isSuccess == false)
        #expect(zone.log("absent").contains("not plugged in"))
        try await move(zone, "plug")
        try await eventuallyTrue("back") { try await zone.device("touch-sim")?.serviceable == true }
        try await begin("killed", ["--json"], in: zone)
        try await zone.stop("agent", 9)
        #expect(try await zone.stop("killed", 0)?.isSuccess == false)
        #expect(
            zone.log("killed").contains("\"end\":\"gone\"") && zone.log("killed").contains("has stopped in between"))
        try await zone.stopAll()
    }

    @Test(
        "what cannot be tested is refused in words",
        arguments: [
            (["touch-9"], "the panels are: touch-sim"), (["pc-1"], "pc-1 is no touch panel"),
            (["touch-sim", "--seconds", "4"], "expected 5 to 600"),
        ])
    func refused(_ arguments: [String], _ words: String) async throws {
        let zone = try await zoneWithPanel()
        try zone.start("test", "zonectl", ["touch", "test"] + arguments)
        #expect(try await zone.stop("test", 0)?.isSuccess == false)
        #expect(zone.log("test").contains(words), "\(zone.log("test"))")
        try await zone.stopAll()
    }
}
