import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

/// Whatever comes in at a door gets one clear answer, and the program goes on.
@Suite("Bad requests", .serialized)
struct BadRequestTests {
    struct Attempt: Sendable, CustomTestStringConvertible {
        var method = HTTPMethod.GET
        var route: String
        var headers: [String: String] = [:]
        var body: [UInt8]?
        var status: UInt
        var code: String
        var testDescription: String { "\(method) \(route) \(headers) -> \(status) \(code)" }
    }

    private func send(_ attempt: Attempt, to base: String) async throws -> (UInt, ErrorJSON?) {
        var request = HTTPClientRequest(url: base + attempt.route)
        request.method = attempt.method
        if base.hasPrefix("http+unix") { request.headers.add(name: "Host", value: "localhost") }
        for (name, value) in attempt.headers { request.headers.replaceOrAdd(name: name, value: value) }
        if attempt.body != nil, attempt.headers["Content-Type"] == nil {
            request.headers.add(name: "Content-Type", value: "application/json")
        }
        if let body = attempt.body { request.body = .bytes(body) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let content = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        return (response.status.code, try? WireCoding.decode(ErrorJSON.self, content))
    }

    private func check(_ attempts: [Attempt], at base: String) async throws {
        for attempt in attempts {
            let (status, error) = try await send(attempt, to: base)
            #expect(status == attempt.status, "\(attempt)")
            #expect(error?.code == attempt.code, "\(attempt): \(String(describing: error))")
            #expect(error?.zh.isEmpty == false, "\(attempt)")
        }
    }

    @Test("at the agent's sockets")
    func agent() async throws {
        let zone = try RunningZone()
        try zone.writeConfig()
        try await zone.startAgent()
        let commands = "/v1/devices/pc-1/commands"
        try await check(
            [
                Attempt(route: "/v1/nothing", status: 404, code: "http.404"),
                Attempt(route: "/v1/devices/none", status: 404, code: "not.found"),
                Attempt(route: "/v1/journal?after=x", status: 400, code: "request.invalid"),
                Attempt(route: "/v1/status", headers: ["Origin": "http://a"], status: 403, code: "access.browser"),
                Attempt(route: "/v1/status", headers: ["Referer": "http://a"], status: 403, code: "access.browser"),
                Attempt(route: "/v1/status", headers: ["Host": "evil.example"], status: 403, code: "access.browser"),
                Attempt(method: .POST, route: commands, body: [], status: 400, code: "request.invalid"),
                Attempt(
                    method: .POST, route: commands, body: Array("{\"verb\":7}".utf8), status: 400,
                    code: "request.invalid"),
                Attempt(
                    method: .POST, route: commands, body: Array("{\"verb\":\"x\"}".utf8), status: 400,
                    code: "command.unknown"),
                Attempt(
                    method: .POST, route: commands, body: Array(repeating: 0x20, count: 2 << 20), status: 413,
                    code: "http.413"),
            ], at: "http+unix://" + zone.places.adminSocket.replacing("/", with: "%2F"))
        #expect(try await zone.kiosk.get(StatusJSON.self, "/v1/status").zone.text == "e2e", "it goes on")
        try await zone.stopAll()
    }

    @Test("at the hub's port for people; its port for agents has IdentityStoryTests and TLSMatrixTests")
    func hub() async throws {
        let zone = try RunningZone()
        let hub = try await zone.startHub()
        try await check(
            [
                Attempt(route: "/api/v1/zones/none", status: 404, code: "not.found"),
                Attempt(route: "/", headers: ["Host": "evil.example"], status: 421, code: "host.unknown"),
                Attempt(route: "/assets/../../etc/passwd", status: 404, code: "http.404"),
            ], at: "http://127.0.0.1:\(hub.people)")
        try await zone.stopAll()
    }
}
