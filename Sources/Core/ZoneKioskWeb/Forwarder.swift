import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import ZoneControlClient
import ZoneHTTP
import ZoneWire

/// Passes one request on to the kiosk socket, and its answer back, piece by piece.
struct Forwarder: Sendable {
    /// What goes up; nothing that says who the browser is.
    private static let up = ["Content-Type", "Last-Event-ID", "Staff-Token", "Lease-Token", "Idempotency-Key"]
    private static let down = ["Content-Type", "Cache-Control", "Retry-After"]
    private static let documentLimit = 64 << 20

    let socket: String

    func forward(_ request: Request) async throws -> Response {
        var onward = HTTPClientRequest(url: SocketURL.base(socket) + request.uri.string)
        onward.method = HTTPMethod(rawValue: request.method.rawValue)
        onward.headers.add(name: "Host", value: "localhost")
        for name in Forwarder.up {
            if let field = HTTPField.Name(name), let value = request.headers[field] {
                onward.headers.add(name: name, value: value)
            }
        }
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > 0 {
            guard length <= Forwarder.documentLimit else { throw HTTPError(.contentTooLarge) }
            onward.body = .stream(request.body, length: .known(length))
        }
        let answer: HTTPClientResponse
        do {
            try SocketURL.check(socket)
            answer = try await HTTPClient.shared.execute(onward, timeout: .hours(24))
        } catch {
            return try JSONResponse.make(
                ErrorJSON(
                    code: "agent.unreachable", message: "the agent does not answer: is zone-agent running?",
                    zh: "后台服务没有应答，请联系技术人员"), status: .badGateway)
        }
        return response(answer)
    }

    private func response(_ answer: HTTPClientResponse) -> Response {
        var headers = HTTPFields()
        for name in Forwarder.down {
            if let field = HTTPField.Name(name), let value = answer.headers.first(name: name) { headers[field] = value }
        }
        let body = ResponseBody { writer in
            for try await chunk in answer.body { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
        return Response(status: .init(code: Int(answer.status.code)), headers: headers, body: body)
    }
}
