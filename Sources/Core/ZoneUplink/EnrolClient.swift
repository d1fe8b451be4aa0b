import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// What a hub makes of a request for a certificate.
package enum EnrolAnswer: Sendable {
    case reply(EnrolmentReply)
    /// For good; in the hub's words.
    case refused(ErrorJSON)
    /// For now.
    case later(after: Duration?, why: String)
}

/// One request to the agents' port of a hub, in a connection of its own.
struct EnrolClient: Sendable {
    private static let longestAnswer = 262_144

    let hub: String
    let trust: IdentityTLS.Trust

    /// `GET /v1/anchors`: nothing is sent, and whoever answers is not believed but compared.
    static func anchors(of hub: String, within deadline: Duration) async throws -> [String] {
        struct Answer: Decodable { var anchors: [String] }
        return try await IdentityTLS.withClient(.blind) { http in
            let (status, body, _) = try await exchange(
                http, HTTPClientRequest(url: "https://\(hub)/v1/anchors"), within: deadline)
            guard status == .ok else { throw HubFailure("HTTP \(status.code)") }
            do { return Array(try WireCoding.decode(Answer.self, body).anchors.prefix(Anchors.most)) } catch {
                throw HubFailure("the list of anchors is not readable: \(WireCoding.explain(error))")
            }
        }
    }

    func post(_ route: String, _ body: some Encodable, within deadline: Duration) async throws -> EnrolAnswer {
        var request = HTTPClientRequest(url: "https://\(hub)\(route)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try WireCoding.encode(body))
        let finished = request
        return try await IdentityTLS.withClient(trust) { http in
            try EnrolClient.answer(try await EnrolClient.exchange(http, finished, within: deadline))
        }
    }

    private typealias Exchange = (status: HTTPResponseStatus, body: [UInt8], retryAfter: Duration?)

    /// The client's own deadline ends with the head of the answer; a byte a second would hold us afterwards.
    private static func exchange(
        _ http: HTTPClient, _ request: HTTPClientRequest, within deadline: Duration
    ) async throws -> Exchange {
        try await withThrowingTaskGroup(of: Exchange.self) { group in
            group.addTask { try await whole(http, request, within: deadline) }
            group.addTask {
                // Of the network, not of the agent: whatever clock that one lives by.
                try await SystemClock().sleep(for: deadline)
                throw HubFailure("no answer within \(deadline.milliseconds) ms")
            }
            defer { group.cancelAll() }
            guard let exchange = try await group.next() else { throw HubFailure("no answer") }
            return exchange
        }
    }

    private static func whole(
        _ http: HTTPClient, _ request: HTTPClientRequest, within deadline: Duration
    ) async throws -> Exchange {
        let response = try await http.execute(request, timeout: .milliseconds(deadline.milliseconds))
        let body = Array(try await response.body.collect(upTo: longestAnswer).readableBytesView)
        return (response.status, body, response.headers.first(name: "Retry-After").flatMap(HubAnswer.seconds))
    }

    private static func answer(_ exchange: Exchange) throws -> EnrolAnswer {
        if let reply = try? WireCoding.decode(EnrolmentReply.self, exchange.body) { return .reply(reply) }
        let code = exchange.status.code
        let words = try? WireCoding.decode(ErrorJSON.self, exchange.body)
        if [408, 425, 429].contains(code) || code >= 500 || code < 400 {
            return .later(after: exchange.retryAfter, why: words?.message.cleaned() ?? "HTTP \(code)")
        }
        return .refused(
            words?.cleaned
                ?? ErrorJSON(code: "http.\(code)", message: "the hub refused: HTTP \(code)", zh: "监管中心拒绝（HTTP \(code)）")
        )
    }
}

extension ErrorJSON {
    /// From a wire: for logs and terminals.
    fileprivate var cleaned: ErrorJSON {
        ErrorJSON(code: code.cleaned(limit: 60), message: message.cleaned(), zh: zh.cleaned(), fixer: fixer)
    }
}
