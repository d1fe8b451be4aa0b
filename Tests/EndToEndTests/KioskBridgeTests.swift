import NIOHTTP1
import Testing
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("The kiosk page's bridge", .serialized)
struct KioskBridgeTests {
    private let route = "/v1/devices/touch-sim"

    @Test("shows the page to everybody and the zone only to the page, and gains nothing beyond the kiosk's rights")
    func bridge() async throws {
        let zone = try RunningZone()
        try zone.writeConfig()
        try await zone.startAgent()
        let page = try await KioskPage(of: zone)
        #expect(try await page.get("/").1.contains("<html"))
        #expect(try await page.get("/v1/public").0 == 401)
        #expect(try await page.get("/v1/public", ["Zone-Token": "0"]).0 == 401)
        let (status, body) = try await page.get("/v1/public", page.token)
        #expect(status == 200)
        #expect(body.contains("端到端专区"))
        #expect(
            try await page.get("/v1/journal", page.token).0 == 403, "through the kiosk's door even root is the kiosk")
        let elsewhere = page.token.merging(["Origin": "http://evil.example"]) { $1 }
        #expect(try await page.get("/v1/public", elsewhere).0 == 403)
        #expect(try await page.get("/v1/public", page.token.merging(["Host": "evil.example"]) { $1 }).0 == 421)
        try await zone.stop("agent")
        #expect(try await page.get("/v1/public", page.token).0 == 502)
        try await zone.stop("kiosk")
    }

    @Test("has every file that the page, or a file of it, names")
    func files() async throws {
        let zone = try RunningZone()
        try zone.writeConfig()
        let page = try await KioskPage(of: zone)
        var (known, waiting) = (Set<String>(), ["/"])
        while let path = waiting.popLast() {
            let (status, text) = try await page.get(path)
            #expect(status == 200, "\(path)")
            let named = text.split(separator: /["']/).filter { $0.hasPrefix("/assets/") }.map(String.init)
            waiting += named.filter { known.insert($0).inserted }
        }
        #expect(known.count > 15, "\(known)")
        try await zone.stop("kiosk")
    }

    @Test("staff follows a panel through the page, touch by touch, as long as its lease")
    func contacts() async throws {
        let zone = try await zoneWithPanel()
        let page = try await KioskPage(of: zone)
        let lease = try await page.ask(LeaseJSON.self, .POST, route + "/lease", LeaseRequest(ttl: 300_000))
        let holder = ["Lease-Token": lease.token]
        #expect(try await page.ask(.GET, route + "/contacts").status == 409, "no touch without a lease")
        var (taps, last) = (0, StreamedEvent?.none)
        for try await event in try await page.events(route + "/contacts", holder) {
            last = event
            // The next touch is made when the one before it has come: a bridge that gathers would stand still here.
            guard event.name == "panel" || event.data.contains("\"up\"") else { continue }
            taps += 1
            if taps <= 3 {
                _ = try await zone.simulation.post(JSONValue.self, "/v1/sim/touch-sim", ["tap=16383,3276"])
            } else {
                #expect(try await page.ask(.DELETE, route + "/lease", nil, holder).status == 204)
            }
        }
        #expect(taps == 4 && last?.name == "end" && last?.data.contains("released") == true)
        try await zone.stopAll()
        try await zone.stop("kiosk")
    }

    @Test("staff checks and cleans a panel through the page, and a cleaning ends with the page's lease and says so")
    func staff() async throws {
        let zone = try await zoneWithPanel()
        let page = try await KioskPage(of: zone)
        func session() async throws -> UInt {
            try await page.ask(.POST, "/v1/staff/session", PINRequest(pin: "482913")).status
        }
        #expect(try await session() == 409, "nobody has set a PIN")
        try await zone.admin.send(.PUT, "/v1/staff/pin", Array("{\"pin\":\"482913\"}".utf8))
        let opened = try await page.ask(
            StaffSessionJSON.self, .POST, "/v1/staff/session", PINRequest(pin: "482913"))
        let staff = ["Staff-Token": opened.token]
        #expect(try await page.ask(.POST, route + "/touch-check", TouchCheckRequest(points: 9)).status == 403)
        let check = try await page.ask(
            TouchCheckBegunJSON.self, .POST, route + "/touch-check", TouchCheckRequest(points: 9), staff)
        let path = "\(route)/touch-check/\(check.check)"
        #expect(try await page.ask(TouchCheckJSON.self, .GET, path, nil, staff).state == .running)
        #expect(try await page.ask(TouchCheckJSON.self, .DELETE, path, nil, staff).state == .cancelled)

        let events = try await page.events("/v1/events")
        let lease = try await page.ask(LeaseJSON.self, .POST, route + "/lease", LeaseRequest(ttl: 300_000), staff)
        let both = staff.merging(["Lease-Token": lease.token]) { $1 }
        _ = try await page.ask(CleaningJSON.self, .POST, route + "/cleaning", CleaningRequest(seconds: 120), both)
        #expect(try await page.ask(DeviceJSON.self, .GET, route).details?["cleaningEndsInMs"] != nil)
        #expect(try await page.ask(.DELETE, route + "/lease", nil, both).status == 204)
        for try await event in events where event.data.contains("\"cleaning.ended\"") {
            #expect(event.data.contains("holderGone"))
            break
        }
        #expect(try await page.ask(.DELETE, "/v1/staff/session", nil, staff).status == 204)
        try await zone.stopAll()
        try await zone.stop("kiosk")
    }

    private func zoneWithPanel() async throws -> RunningZone {
        let zone = try RunningZone()
        let address = try #require(try await zone.startSimulation()["SIM_PANEL"])
        try zone.writeConfig(devices: "  - {id: touch-sim, kind: touchPanel, uri: \"\(address)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the panel is ready") { try await zone.device("touch-sim")?.serviceable == true }
        return zone
    }
}
