import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ZoneTestKit
import ZoneWire

/// What a browser that has opened the kiosk page can ask: its bridge, with the page's token.
struct KioskPage {
    /// Without the slash at the end.
    let base: String
    let token: [String: String]

    /// Starts `zonectl kiosk` and reads the address that it prints.
    init(of zone: RunningZone) async throws {
        try zone.start("kiosk", "zonectl", ["kiosk", "--port", "0"])
        let address = try await eventually("the bridge listens") {
            zone.log("kiosk").split(separator: "\n").first { $0.hasPrefix("http://") }.map(String.init)
        }
        let parts = address.split(separator: "#").map(String.init)
        (base, token) = (String(parts[0].dropLast()), ["Zone-Token": parts[1]])
    }

    private func request(
        _ method: HTTPMethod, _ path: String, _ headers: [String: String], _ json: (any Encodable)?
    ) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let json {
            request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            request.body = .bytes(try WireCoding.encode(json))
        }
        return request
    }

    /// With no other header than `headers`: not even the token.
    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> (UInt, String) {
        let answer = try await HTTPClient.shared.execute(try request(.GET, path, headers, nil), timeout: .seconds(20))
        return (answer.status.code, String(buffer: try await answer.body.collect(upTo: 1 << 20)))
    }

    /// As the page asks.
    func ask(
        _ method: HTTPMethod, _ path: String, _ json: (any Encodable)? = nil, _ headers: [String: String] = [:]
    ) async throws -> (status: UInt, body: ByteBuffer) {
        let all = token.merging(headers) { $1 }
        let answer = try await HTTPClient.shared.execute(try request(method, path, all, json), timeout: .seconds(20))
        return (answer.status.code, try await answer.body.collect(upTo: 1 << 20))
    }

    func ask<Value: Decodable>(
        _ type: Value.Type, _ method: HTTPMethod, _ path: String, _ json: (any Encodable)? = nil,
        _ headers: [String: String] = [:]
    ) async throws -> Value {
        let (status, body) = try await ask(method, path, json, headers)
        guard (200..<300).contains(status) else { throw KioskPageError(status: status, body: String(buffer: body)) }
        return try WireCoding.decode(type, Array(body.readableBytesView))
    }

    /// A stream of events, each as soon as it has come through the bridge.
    func events(
        _ path: String, _ headers: [String: String] = [:]
    ) async throws -> AsyncThrowingStream<StreamedEvent, any Error> {
        let all = token.merging(headers) { $1 }
        let answer = try await HTTPClient.shared.execute(try request(.GET, path, all, nil), timeout: .minutes(5))
        guard answer.status == .ok else {
            throw KioskPageError(
                status: answer.status.code, body: String(buffer: try await answer.body.collect(upTo: 1 << 20)))
        }
        return AsyncThrowingStream { output in
            let task = Task {
                var parser = EventStreamParser()
                do {
                    for try await piece in answer.body {
                        for event in parser.take(piece.readableBytesView) { output.yield(event) }
                    }
                    output.finish()
                } catch {
                    output.finish(throwing: error)
                }
            }
            output.onTermination = { _ in task.cancel() }
        }
    }
}

struct KioskPageError: Error, CustomStringConvertible {
    let status: UInt
    let body: String
    var description: String { "\(status) \(body)" }
}
