import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ZoneDeflate
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// `POST {hub}/v1/heartbeats`. What the client trusts and who it says it is, is the business of whoever made the client
/// (which must not follow redirects: another place has no right to a heartbeat).
package struct HTTPHubLink: HubLink {
    /// What a hub takes; saves sending what would be refused.
    private static let largest = 4 << 20
    private static let largestPacked = 1 << 20
    /// Below this packing saves less than one packet.
    private static let packedAbove = 4 << 10
    private static let largestReply = 1 << 20

    private let url: String
    private let http: HTTPClient
    private let clock: any ZoneClock

    package init(hub: String, http: HTTPClient = .shared, clock: any ZoneClock = SystemClock()) {
        url = (hub.hasSuffix("/") ? String(hub.dropLast()) : hub) + "/v1/heartbeats"
        (self.http, self.clock) = (http, clock)
    }

    package func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply {
        let request = try request(heartbeat)
        // The client's own deadline ends with the head of the answer [its source]; a byte a second would hold us here.
        return try await withThrowingTaskGroup(of: HeartbeatReply.self) { group in
            group.addTask { try await exchange(request, within: deadline) }
            group.addTask {
                try await clock.sleep(for: deadline)
                throw HubFailure("no answer within \(deadline.milliseconds) ms")
            }
            defer { group.cancelAll() }
            guard let reply = try await group.next() else { throw HubFailure("no answer") }
            return reply
        }
    }

    private func request(_ heartbeat: Heartbeat) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        var body = try WireCoding.encode(heartbeat)
        guard body.count <= HTTPHubLink.largest else {
            throw HubFailure(.tooLarge, "\(body.count) bytes are more than a hub takes")
        }
        if body.count > HTTPHubLink.packedAbove {
            body = try Deflate.compress(body)
            guard body.count <= HTTPHubLink.largestPacked else {
                throw HubFailure(.tooLarge, "\(body.count) bytes packed are more than a hub takes")
            }
            request.headers.add(name: "Content-Encoding", value: "deflate")
        }
        request.body = .bytes(body)
        return request
    }

    private func exchange(_ request: HTTPClientRequest, within deadline: Duration) async throws -> HeartbeatReply {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: .milliseconds(deadline.milliseconds))
        } catch let error as HTTPParserError {
            throw HubFailure(.unreadable, "what answers there is no hub: \(error)")
        }
        guard response.status == .ok else { throw await HubAnswer(response).failure }
        let body: ByteBuffer
        do {
            body = try await response.body.collect(upTo: HTTPHubLink.largestReply)
        } catch is NIOTooManyBytesError {
            throw HubFailure(.unreadable, "the hub's answer has more than \(HTTPHubLink.largestReply) bytes")
        }
        do {
            return try WireCoding.decode(HeartbeatReply.self, Array(body.readableBytesView))
        } catch {
            throw HubFailure(.unreadable, "the hub's answer is not readable: \(WireCoding.explain(error))")
        }
    }
}
