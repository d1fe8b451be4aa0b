// Purpose: the typed client of the agent's Unix sockets, for zonectl and tests.
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ZoneLinux
import ZoneModel
import ZoneWire

/// What went wrong between a person and a socket, in both languages.
package struct SocketClientError: Error, Sendable, CustomStringConvertible {
    package var message: String
    package var description: String { message }

    package init(message: String) { self.message = message }
}

/// Speaks HTTP/1.1 and JSON over one Unix socket.
package struct SocketClient: Sendable {
    private let path: String
    private let http: HTTPClient
    private var timeout: TimeAmount
    private var extra: [String: String] = [:]

    package init(path: String, http: HTTPClient = .shared, timeout: Duration = .seconds(10)) {
        (self.path, self.http, self.timeout) = (path, http, .milliseconds(timeout.milliseconds))
    }

    /// The same client with more headers, for example a lease's token.
    package func with(_ headers: [String: String]) -> SocketClient {
        var copy = self
        copy.extra.merge(headers) { _, new in new }
        return copy
    }

    /// The same client for what the service cannot answer by itself, but asks somebody else.
    package func waiting(_ timeout: Duration) -> SocketClient {
        var copy = self
        copy.timeout = .milliseconds(timeout.milliseconds)
        return copy
    }

    package func get<Value: Decodable>(_ type: Value.Type, _ route: String) async throws -> Value {
        try await exchange(.GET, route, body: nil, type)
    }

    package func post<Value: Decodable>(_ type: Value.Type, _ route: String, _ body: some Encodable) async throws
        -> Value
    {
        try await exchange(.POST, route, body: try WireCoding.encode(body), type)
    }

    package func put<Value: Decodable>(_ type: Value.Type, _ route: String, _ body: some Encodable) async throws
        -> Value
    {
        try await exchange(.PUT, route, body: try WireCoding.encode(body), type)
    }

    package func delete<Value: Decodable>(_ type: Value.Type, _ route: String) async throws -> Value {
        try await exchange(.DELETE, route, body: nil, type)
    }

    /// For answers without a body.
    package func send(_ method: HTTPMethod, _ route: String, _ body: [UInt8]? = nil) async throws {
        _ = try await answer(method, route, body: body)
    }

    /// A stream of server-sent events.
    /// - Throws: `SocketClientError` with the agent's words when it refuses.
    package func events(_ route: String) async throws -> AsyncThrowingStream<StreamedEvent, any Error> {
        let response = try await execute(request(.GET, route), deadline: .hours(24 * 365))
        guard response.status == .ok else { throw try await SocketClient.refusal(response) }
        return AsyncThrowingStream { output in
            let task = Task {
                do {
                    var parser = EventStreamParser()
                    for try await chunk in response.body {
                        for event in parser.take(chunk.readableBytesView) { output.yield(event) }
                        if parser.isOverfull { throw SocketClient.overfull }
                    }
                    output.finish()
                } catch {
                    output.finish(throwing: error)
                }
            }
            output.onTermination = { _ in task.cancel() }
        }
    }

    /// The bytes of a long answer as they come.
    /// - Throws: `SocketClientError` with the agent's words when it refuses.
    package func stream(_ method: HTTPMethod, _ route: String) async throws -> some AsyncSequence<[UInt8], any Error> {
        let response = try await execute(request(method, route), deadline: .hours(24 * 365))
        guard (200..<300).contains(response.status.code) else { throw try await SocketClient.refusal(response) }
        return response.body.map { Array($0.readableBytesView) }
    }

    private static let overfull = SocketClientError(
        message: "服务发来的一条消息过长，已断开。 The service sent an event that is too long; the stream was closed.")

    static func refusal(_ response: HTTPClientResponse) async throws -> SocketClientError {
        let content = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        let error = try? WireCoding.decode(ErrorJSON.self, content)
        return SocketClientError(message: error.map { "\($0.zh) \($0.message)" } ?? "HTTP \(response.status.code)")
    }

    private func exchange<Value: Decodable>(
        _ method: HTTPMethod, _ route: String, body: [UInt8]?, _ type: Value.Type
    ) async throws -> Value {
        try WireCoding.decode(type, try await answer(method, route, body: body))
    }

    private func answer(_ method: HTTPMethod, _ route: String, body: [UInt8]?) async throws -> [UInt8] {
        var request = request(method, route)
        if let body {
            request.body = .bytes(body)
            request.headers.add(name: "Content-Type", value: "application/json")
        }
        let response = try await execute(request, deadline: timeout)
        guard (200..<300).contains(response.status.code) else { throw try await SocketClient.refusal(response) }
        return Array(try await response.body.collect(upTo: 16 << 20).readableBytesView)
    }

    func request(_ method: HTTPMethod, _ route: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: SocketURL.base(path) + route)
        request.method = method
        request.headers.add(name: "Host", value: "localhost")
        for (name, value) in extra { request.headers.add(name: name, value: value) }
        return request
    }

    func execute(_ request: HTTPClientRequest, deadline: TimeAmount) async throws -> HTTPClientResponse {
        do {
            try SocketURL.check(path)
            return try await http.execute(request, timeout: deadline)
        } catch {
            throw SocketClientError(
                message: "连不上 \(path)，请确认服务已启动、--root 正确、有权限。"
                    + " Cannot reach \(path): is the service running, --root right, access allowed? (\(error))")
        }
    }
}

/// How async-http-client wants a Unix socket named: its path is the host part, percent-encoded.
package enum SocketURL {
    /// Connects once and lets go. The HTTP client tries again and again until a request's deadline; who asks wants to
    /// know at once that nobody is there.
    package static func check(_ path: String) throws(SystemError) { _ = try UnixSocket.connect(path) }

    package static func base(_ path: String) -> String {
        "http+unix://" + path.utf8.map { "%" + Hex.text([$0]).uppercased() }.joined()
    }
}
