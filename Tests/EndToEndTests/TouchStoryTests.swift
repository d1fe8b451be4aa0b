import NIOHTTP1
import Testing
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

/// A simulated panel, asked through the doors of a running agent.
@Suite("Touch panel: stream, check, calibration, cleaning", .serialized)
struct TouchStoryTests {
    private let route = "/v1/devices/touch-sim"

    private func zoneWithPanel() async throws -> RunningZone {
        let zone = try RunningZone()
        let address = try #require(try await zone.startSimulation()["SIM_PANEL"])
        try zone.writeConfig(devices: "  - {id: touch-sim, kind: touchPanel, uri: \"\(address)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the panel is ready") { try await zone.device("touch-sim")?.serviceable == true }
        return zone
    }

    private func move(_ zone: RunningZone, _ move: String) async throws {
        _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/touch-sim", [move])
    }

    private func refusal(_ body: () async throws -> Void) async -> String {
        do { try await body() } catch { return "\(error)" }
        return "nothing was refused"
    }

    @Test("the holder of a lease follows touches, in shares of the glass, and no longer than the lease")
    func stream() async throws {
        let zone = try await zoneWithPanel()
        #expect(await refusal { _ = try await zone.kiosk.get(JSONValue.self, route + "/contacts") }.contains("lease"))
        let lease = try await zone.kiosk.post(LeaseJSON.self, route + "/lease", LeaseRequest(ttl: 300_000))
        let holder = zone.kiosk.with(["Lease-Token": lease.token])
        var events = try await holder.events(route + "/contacts").makeAsyncIterator()
        let greeting = try await events.next()
        let panel = try #require(greeting)
        #expect(panel.name == "panel")
        #expect(try WireCoding.decode(ContactPanelJSON.self, Array(panel.data.utf8)).slots == 10)
        try await move(zone, "tap=16383,3276")
        var phases: [ContactFrameJSON.Change] = []
        while phases.count < 2, let event = try await events.next() {
            phases += try WireCoding.decode(ContactFrameJSON.self, Array(event.data.utf8)).changes
        }
        #expect(phases.map(\.phase) == [.down, .up] && phases.allSatisfy { $0.id == 1 && $0.x == 0.5 && $0.y == 0.1 })
        try await holder.send(.DELETE, route + "/lease")
        let last = try await events.next()
        let end = try #require(last)
        #expect(end.name == "end" && end.data.contains("released"))
        let nothing = try await events.next()
        #expect(nothing == nil)
        try await zone.stopAll()
    }

    @Test("a stream says that the panel is lost, and that the agent stops, with every contact ended")
    func streamEnds() async throws {
        let zone = try await zoneWithPanel()
        func ending(_ cause: () async throws -> Void) async throws -> [StreamedEvent] {
            var events = try await zone.admin.events(route + "/contacts").makeAsyncIterator()
            _ = try await events.next()
            try await move(zone, "touch")
            _ = try await events.next()
            try await cause()
            var last: [StreamedEvent] = []
            while let event = try await events.next() { last.append(event) }
            return last
        }
        let lost = try await ending { try await move(zone, "unplug") }
        #expect(lost.first?.data.contains("\"up\"") == true && lost.last?.data.contains("lost") == true)
        try await move(zone, "plug")
        try await eventuallyTrue("back") { try await zone.device("touch-sim")?.presence == .present }
        let stopped = try await ending { try await zone.stop("agent") }
        #expect(stopped.last?.data.contains("stopping") == true || stopped.last?.data.contains("lost") == true)
        try await zone.stopAll()
    }

    @Test("a check over the API, its calibration in the root, and nothing of where in the journal")
    func check() async throws {
        let zone = try await zoneWithPanel()
        #expect(
            await refusal {
                _ = try await zone.kiosk.post(JSONValue.self, route + "/touch-check", TouchCheckRequest(points: 9))
            }.contains("touch.check"))
        let begun = try await zone.admin.post(
            TouchCheckBegunJSON.self, route + "/touch-check", TouchCheckRequest(points: 9, seconds: 60))
        func state() async throws -> TouchCheckJSON {
            try await zone.admin.get(TouchCheckJSON.self, "\(route)/touch-check/\(begun.check)")
        }
        for (index, target) in begun.targets.enumerated() {
            try await eventuallyTrue("mark \(index) is felt") {
                // Mirrored, as a panel built in upside down.
                try await move(zone, "tap=\(Int((1 - target.x) * 32767)),\(Int(target.y * 32767))")
                let check = try await state()
                return check.state.isOver || check.next ?? 0 > index
            }
        }
        let check = try await eventually("over") {
            let check = try await state()
            return check.state.isOver ? check : nil
        }
        #expect(check.state == .failed && check.shape == "inverted")
        let written = try await zone.admin.post(
            CalibrationJSON.self, route + "/calibration", CalibrationRequest(check: begun.check))
        #expect(written.file.hasPrefix(zone.root.path + "/etc/udev/rules.d/") && SmallFile.exists(written.file))
        let left = try await zone.admin.delete(CalibrationJSON.self, route + "/calibration")
        #expect(left.matrix == nil && !SmallFile.exists(written.file))
        let rows = try await zone.admin.get([Event].self, "/v1/journal?limit=1000")
        let done = try #require(rows.first { $0.name == .checkDone })
        #expect(done.data["shape"] == "inverted" && done.data["actor"]?.stringValue?.hasPrefix("root") == true)
        for key in ["place", "x", "y", "results"] { #expect(done.data[key] == nil) }
        #expect(rows.contains { $0.name == .calibrationUndone })
        try await zone.stopAll()
    }

    @Test("cleaning counts down, keeps off whoever else holds the panel, and ends with its holder")
    func cleaning() async throws {
        let zone = try await zoneWithPanel()
        func isGrabbed() async throws -> Bool {
            try await zone.simulation.get(JSONValue.self, "/v1/sim")["touch-sim"]?["grabbed"] == true
        }
        let lease = try await zone.kiosk.post(LeaseJSON.self, route + "/lease", LeaseRequest(ttl: 300_000))
        let seconds = CleaningRequest(seconds: 120)
        #expect(
            await refusal { _ = try await zone.admin.post(CleaningJSON.self, route + "/cleaning", seconds) }
                .contains("leased"))
        let holder = zone.admin.with(["Lease-Token": lease.token])
        #expect(try await holder.post(CleaningJSON.self, route + "/cleaning", seconds).endsIn == 120_000)
        try await eventuallyTrue("grabbed") { try await isGrabbed() }
        let rest = try #require(try await zone.device("touch-sim")?.details?["cleaningEndsInMs"]?.integerValue)
        #expect((1...120_000).contains(rest))
        try await zone.kiosk.with(["Lease-Token": lease.token]).send(.DELETE, route + "/lease")
        try await eventuallyTrue("let go") { try await !isGrabbed() }
        try await eventuallyTrue("told") {
            try await zone.admin.get([Event].self, "/v1/journal?limit=1000").contains {
                $0.name == .cleaningEnded && $0.data["why"] == "holderGone"
            }
        }
        let next = try await zone.admin.post(LeaseJSON.self, route + "/lease", LeaseRequest(ttl: 300_000))
        let again = zone.admin.with(["Lease-Token": next.token])
        #expect(try await again.post(CleaningJSON.self, route + "/cleaning", seconds).lease == nil)
        try await eventuallyTrue("grabbed again") { try await isGrabbed() }
        try await zone.stop("agent", 9)
        try await eventuallyTrue("a dead agent has let go") { try await !isGrabbed() }
        try await zone.stopAll()
    }

    @Test("what was begun at a panel ends with whoever began it: killed, gone without a lease, or its lease over")
    func killedCallers() async throws {
        let zone = try await zoneWithPanel()
        func isGrabbed() async throws -> Bool {
            try await zone.simulation.get(JSONValue.self, "/v1/sim")["touch-sim"]?["grabbed"] == true
        }
        func orphans() async throws -> Int {
            try await zone.admin.get([Event].self, "/v1/journal?limit=1000").count {
                $0.name == .cleaningEnded && $0.data["why"] == "holderGone"
            }
        }
        try zone.start("clean", "zonectl", ["touch", "clean", "touch-sim", "--seconds", "120"])
        try await eventuallyTrue("grabbed") { try await isGrabbed() }
        _ = try await zone.stop("clean", 9)
        try await eventuallyTrue("the killed one has no panel") { try await orphans() == 1 }
        #expect(try await !isGrabbed())
        // A request by hand: who sent it may be gone with the answer.
        let begun = try await zone.admin.post(CleaningJSON.self, route + "/cleaning", CleaningRequest(seconds: 120))
        let lent = try #require(begun.lease)
        #expect(lent.endsIn == 10_000)
        let renewed = try await zone.admin.with(["Lease-Token": lent.token])
            .put(LeaseJSON.self, route + "/lease", LeaseRequest(ttl: 3000))
        #expect(renewed.token == lent.token, "whoever stays can keep it")
        try await eventuallyTrue("the one that has gone has none") { try await orphans() == 2 }
        #expect(try await !isGrabbed())
        let lease = try await zone.kiosk.post(LeaseJSON.self, route + "/lease", LeaseRequest(ttl: 300_000))
        let page = zone.admin.with(["Lease-Token": lease.token])
        let check = try await page.post(
            TouchCheckBegunJSON.self, route + "/touch-check", TouchCheckRequest(points: 9, seconds: 60))
        try await page.send(.DELETE, route + "/lease")
        try await eventuallyTrue("the check is over with the lease") {
            try await zone.admin.get(TouchCheckJSON.self, "\(route)/touch-check/\(check.check)").state == .cancelled
        }
        try await zone.stopAll()
    }

    @Test("a device of the configuration is not forgotten by a word, and nobody but a technician may")
    func forgetting() async throws {
        let zone = try await zoneWithPanel()
        #expect(await refusal { try await zone.admin.send(.DELETE, route + "/binding") }.contains("agent.yaml"))
        #expect(
            await refusal { try await zone.admin.send(.DELETE, "/v1/devices/pc-1/binding") }.contains(
                "nothing to forget"))
        #expect(await refusal { try await zone.kiosk.send(.DELETE, route + "/binding") }.contains("device.forget"))
        try await zone.stopAll()
    }

    @Test("what cannot be is refused by its field")
    func badRequests() async throws {
        let zone = try await zoneWithPanel()
        let requests = [
            ("touch-check", #"{"points": 25000}"#, "points"),
            ("touch-check", #"{"points": 9, "seconds": -1}"#, "seconds"),
            ("touch-check", #"{"points": 9, "display": {"widthMm": 1, "heightMm": 1e9}}"#, "display"),
            ("cleaning", #"{"seconds": -5}"#, "seconds"), ("cleaning", #"{"seconds": 121}"#, "seconds"),
            ("cleaning", "{}", "seconds"), ("calibration", #"{"check": "../../etc"}"#, "no check"),
        ]
        for (what, body, field) in requests {
            let text = await refusal { try await zone.admin.send(.POST, "\(route)/\(what)", Array(body.utf8)) }
            #expect(text.contains(field), "\(what) \(body)")
        }
        for (device, code) in [("touch-9", "no device"), ("pc-1", "no touch panel")] {
            let text = await refusal {
                _ = try await zone.admin.post(
                    JSONValue.self, "/v1/devices/\(device)/touch-check", TouchCheckRequest(points: 9))
            }
            #expect(text.contains(code))
        }
        #expect(await refusal { try await zone.admin.send(.DELETE, route + "/cleaning") }.contains("not being cleaned"))
        try await zone.stopAll()
    }
}
