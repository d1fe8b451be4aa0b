import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("The kiosk page's bridge", .serialized)
struct KioskBridgeTests {
    private func get(_ url: String, _ headers: [String: String] = [:]) async throws -> (UInt, String) {
        var request = HTTPClientRequest(url: url)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    @Test("shows the page to everybody and the zone only to the page, and gains nothing beyond the kiosk's rights")
    func bridge() async throws {
        let zone = try RunningZone()
        try zone.writeConfig()
        try await zone.startAgent()
        try zone.start("kiosk", "zonectl", ["kiosk", "--port", "0"])
        let address = try await eventually("the bridge listens") {
            zone.log("kiosk").split(separator: "\n").first { $0.hasPrefix("http://") }.map(String.init)
        }
        let parts = address.split(separator: "#").map(String.init)
        let base = String(parts[0].dropLast())
        let token = ["Zone-Token": parts[1]]
        #expect(try await get(base + "/").1.contains("<html"))
        for script in ["kiosk.js", "kiosk-jobs.js", "kiosk-copy.js"] {
            #expect(try await get(base + "/assets/\(script)").0 == 200)
        }
        #expect(try await get(base + "/v1/public").0 == 401)
        #expect(try await get(base + "/v1/public", ["Zone-Token": "0"]).0 == 401)
        let (status, body) = try await get(base + "/v1/public", token)
        #expect(status == 200)
        #expect(body.contains("端到端专区"))
        #expect(try await get(base + "/v1/journal", token).0 == 403, "through the kiosk's door even root is the kiosk")
        #expect(try await get(base + "/v1/public", token.merging(["Origin": "http://evil.example"]) { $1 }).0 == 403)
        #expect(try await get(base + "/v1/public", token.merging(["Host": "evil.example"]) { $1 }).0 == 421)
        try await zone.stop("agent")
        #expect(try await get(base + "/v1/public", token).0 == 502)
        try await zone.stop("kiosk")
    }
}
