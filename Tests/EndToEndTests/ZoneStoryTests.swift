import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// The real programs, from the device's wire to the wall.
@Suite("A zone on the air", .serialized)
struct ZoneStoryTests {
    private func zones(_ port: Int) async throws -> [ZoneJSON] {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/zones"), timeout: .seconds(5))
        let body = try await response.body.collect(upTo: 1 << 20)
        return try WireCoding.decode([ZoneJSON].self, Array(body.readableBytesView))
    }

    private func devices(_ addresses: [String: String]) throws -> String {
        let printer = try #require(addresses["SIM_PRINTER"])
        let panel = try #require(addresses["SIM_PANEL"])
        return
            "  - {id: printer-sim, kind: printer, uri: \"\(printer)\"}\n  - {id: touch-sim, kind: touchPanel, uri: \"\(panel)\"}\n"
    }

    private func withZone(_ body: (RunningZone, (people: Int, agents: Int)) async throws -> Void) async throws {
        let zone = try RunningZone()
        let hub = try await zone.startHub()
        let addresses = try await zone.startSimulation()
        try zone.writeConfig(devices: try devices(addresses))
        try await zone.startAgent()
        try await zone.enrol()
        do {
            try await body(zone, hub)
        } catch {
            Issue.record("\(error)\n--- agent\n\(zone.log("agent"))\n--- hub\n\(zone.log("hub"))")
        }
        try await zone.stopAll()
    }

    @Test("the printer is switched off and everybody knows: socket, event stream, wall")
    func printerOff() async throws {
        try await withZone { zone, hub in
            try await eventuallyTrue("printer is ok") { try await zone.device("printer-sim")?.health == .ok }
            try await eventuallyTrue("wall is ok") { try await zones(hub.people).first?.groups.print == .ok }
            let clock = SystemClock()
            let events = try await zone.kiosk.events("/v1/events")
            let raised = Task { () -> MonoTime? in
                for try await event in events where event.name == "event" && event.data.contains("prn.link.down") {
                    return clock.mono()
                }
                return nil
            }
            _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/printer-sim", ["power=off"])
            let noticed = try #require(try await raised.value)
            try await eventuallyTrue("wall shows it") {
                try await zones(hub.people).first?.devices.contains {
                    $0.conditions.contains { $0.code == "prn.link.down" }
                } == true
            }
            // Demo zones: 150 ms gathering and at most one change a second; the bound is for loaded machines.
            #expect(clock.mono().since(noticed) < .seconds(10))
            let wall = try #require(try await zones(hub.people).first)
            #expect(wall.purpose == "demo")
            #expect(wall.groups.print == .bad)
            #expect(wall.devices.first { $0.kind == .printer }?.simulated == true)
        }
    }

    @Test("paper out at the device is paper out on the list, and refilling ends it")
    func paper() async throws {
        try await withZone { zone, _ in
            _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/printer-sim", ["paper=0"])
            try await eventuallyTrue("paper out") {
                try await zone.device("printer-sim")?.conditions.map(\.code) == ["prn.paper.out"]
            }
            _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/printer-sim", ["paper=200"])
            try await eventuallyTrue("refilled") { try await zone.device("printer-sim")?.conditions.isEmpty == true }
        }
    }

    @Test("the panel is unplugged and plugged in again: same id, fault over")
    func panel() async throws {
        try await withZone { zone, _ in
            try await eventuallyTrue("panel is ok") { try await zone.device("touch-sim")?.health == .ok }
            _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/touch-sim", ["unplug"])
            try await eventuallyTrue("absent") { try await zone.device("touch-sim")?.presence == .absent }
            _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/touch-sim", ["plug"])
            try await eventuallyTrue("back") { try await zone.device("touch-sim")?.health == .ok }
        }
    }

    @Test("hub away: the agent goes on and catches up; nothing acknowledged is lost over kill -9")
    func hubAway() async throws {
        try await withZone { zone, hub in
            try await eventuallyTrue("hub hears") { try await !zones(hub.people).isEmpty }
            try await zone.stop("hub", 9)
            _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/printer-sim", ["jam=on"])
            try await eventuallyTrue("agent goes on") {
                try await zone.device("printer-sim")?.conditions.contains { $0.code == "prn.jam" } == true
            }
            _ = try await zone.startHub(people: hub.people, agents: hub.agents)
            try await eventuallyTrue("caught up") {
                try await zones(hub.people).first?.devices.contains { $0.conditions.contains { $0.code == "prn.jam" } }
                    == true
            }
        }
    }

    @Test("a probe asked for is done, written down, and refused at the kiosk's door")
    func probe() async throws {
        try await withZone { zone, _ in
            let request = CommandRequest(verb: "probe")
            try await eventuallyTrue("printer is open") { try await zone.device("printer-sim")?.link == .up }
            let done = try await zone.admin.post(CommandJSON.self, "/v1/devices/printer-sim/commands", request)
            #expect(done.state == .succeeded)
            #expect(done.result?["link"] == "up")
            let names = try await zone.admin.get([Event].self, "/v1/journal?limit=1000").filter {
                $0.name.rawValue.hasPrefix("command.")
            }
            #expect(names.map(\.name) == [.commandAccepted, .commandRunning, .commandSucceeded])
            #expect(names.allSatisfy { $0.class == .a })
            await #expect(throws: SocketClientError.self) {
                try await zone.kiosk.post(CommandJSON.self, "/v1/devices/printer-sim/commands", request)
            }
            await #expect(throws: SocketClientError.self) {
                try await zone.admin.post(
                    CommandJSON.self, "/v1/devices/printer-sim/commands", CommandRequest(verb: "explode"))
            }
        }
    }

    @Test("two agents on one directory: the second refuses and names the first")
    func secondAgent() async throws {
        let zone = try RunningZone()
        try zone.writeConfig()
        try await zone.startAgent()
        try zone.start("second", "zone-agent", ["run"])
        try await eventuallyTrue("refused") { zone.log("second").contains("is in use by zone-agent, process ") }
        #expect(try await zone.kiosk.get(StatusJSON.self, "/v1/status").zone.text == "e2e", "the first is unharmed")
        try await zone.stopAll()
    }

    @Test(
        "a wrong configuration is one line with file, line and field",
        arguments: [
            ("zone: Big Zone\nnode: pc-1\n", "agent.yaml:1: “zone”"), ("zone: [\n", "agent.yaml:"),
            ("zone: a\nnode: b\ncolour: red\n", "agent.yaml:3: “colour”"),
        ])
    func wrongConfig(_ text: String, _ complaint: String) async throws {
        let zone = try RunningZone()
        try SmallFile.replace(zone.places.agentConfig, with: text)
        try zone.start("agent", "zone-agent", ["run"])
        try await eventuallyTrue("complaint") { zone.log("agent").contains(complaint) }
    }

    @Test("a reader of events who comes back is told what it missed, and only that")
    func replay() async throws {
        try await withZone { zone, _ in
            try await eventuallyTrue("printer is ok") { try await zone.device("printer-sim")?.health == .ok }
            let history = try await zone.admin.get([Event].self, "/v1/journal?limit=1000")
            let last = try #require(history.last)
            let stream = try await firstEventID(zone).split(separator: "-").first.map(String.init) ?? ""
            let lines = try await rawEvents(
                zone, lastEventID: "\(stream)-\(last.seq - 1)", until: "id: \(stream)-\(last.seq)\n")
            #expect(!lines.contains("event: snapshot"))
            let fresh = try await rawEvents(zone, lastEventID: "0000000000000000-1", until: "event: snapshot")
            #expect(fresh.contains("event: snapshot"))
        }
    }

    private func firstEventID(_ zone: RunningZone) async throws -> String {
        let text = try await rawEvents(zone, lastEventID: nil, until: "\ndata")
        return String(text.split(separator: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4) ?? "")
    }

    private func rawEvents(_ zone: RunningZone, lastEventID: String?, until mark: String) async throws -> String {
        let path = zone.places.kioskSocket.replacing("/", with: "%2F")
        var request = HTTPClientRequest(url: "http+unix://\(path)/v1/events")
        request.headers.add(name: "Host", value: "localhost")
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        var text = ""
        for try await chunk in response.body {
            text += String(buffer: chunk)
            if text.contains(mark) { break }
        }
        return text
    }
}
