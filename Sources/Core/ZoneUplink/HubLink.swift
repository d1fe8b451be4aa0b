import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1
import ZoneModel
import ZoneWire

/// Why a heartbeat did not arrive.
package struct HubFailure: Error, Sendable, CustomStringConvertible {
    package var detail: String
    package init(_ detail: String) { self.detail = detail }
    package var description: String { detail }
}

/// Carries heartbeats; HTTP in programs, a closure in tests.
package protocol HubLink: Sendable {
    func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply
}

/// `POST {hub}/v1/heartbeats`.
package struct HTTPHubLink: HubLink {
    private let url: String
    private let http: HTTPClient

    package init(hub: String, http: HTTPClient = .shared) {
        url = (hub.hasSuffix("/") ? String(hub.dropLast()) : hub) + "/v1/heartbeats"
        self.http = http
    }

    package func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try WireCoding.encode(heartbeat))
        let response = try await http.execute(request, timeout: .milliseconds(deadline.milliseconds))
        guard response.status == .ok else { throw HubFailure("HTTP \(response.status.code)") }
        let body = try await response.body.collect(upTo: 1 << 20)
        do {
            return try WireCoding.decode(HeartbeatReply.self, Array(body.readableBytesView))
        } catch {
            throw HubFailure("the hub's answer is not readable: \(WireCoding.explain(error))")
        }
    }
}

extension StateFingerprint {
    /// SHA-256 over sorted-key JSON, hexadecimal.
    package var hash: String {
        // Strings, enums and times only: encoding cannot fail; an empty text would merely be sent again.
        let bytes = (try? WireCoding.encode(self)) ?? []
        return SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
