import Crypto
import Hummingbird
import NIOCore
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneWire

/// What all routes do alike: find the device, read the body, make the key of a repeated request.
struct RouteHelp: Sendable {
    static let pageLimit = 1000
    static let keyLimit = 128

    let backend: any ControlBackend

    func device(_ context: ControlContext) throws -> DeviceJSON { try device(parameter("id", context)) }

    /// A part of the path, as it was meant: `%E9%97%A8` is a character of a name.
    func parameter(_ name: String, _ context: ControlContext) throws -> String {
        let raw = try context.parameters.require(name)
        guard let text = PathSegment.decode(raw) else { throw APIError.badRequest("\(name): broken percent-encoding") }
        return text
    }

    func device(_ id: String) throws -> DeviceJSON {
        guard let found = backend.devices().devices.first(where: { $0.id.text == id }) else {
            let name = id.cleaned(limit: 40)
            throw APIError.notFound(
                "device \(name): see zonectl status", zh: "没有编号为“\(name)”的设备，用 zonectl status 查看全部设备")
        }
        return found
    }

    /// - Throws: `APIError` that names the field.
    func body<Value: Decodable>(_ type: Value.Type, _ request: Request, _ context: ControlContext) async throws -> Value
    {
        try RouteHelp.decode(type, try await bytes(request, context))
    }

    func bytes(_ request: Request, _ context: ControlContext) async throws -> [UInt8] {
        Array(try await request.body.collect(upTo: context.maxUploadSize).readableBytesView)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        do {
            return try WireCoding.decode(type, bytes)
        } catch {
            throw APIError.badRequest(WireCoding.explain(error))
        }
    }

    func number(_ request: Request, _ name: String) throws -> Int64? {
        guard let text = request.uri.queryParameters[Substring(name)] else { return nil }
        guard let value = Int64(text), value >= 0 else { throw APIError.badRequest("\(name): expected a whole number") }
        return value
    }

    func limit(_ request: Request) throws -> Int {
        min(max(1, Int(clamping: try number(request, "limit") ?? 200)), RouteHelp.pageLimit)
    }

    func key(_ request: Request, _ caller: Caller, bodyHash: String) throws -> RequestKey? {
        guard let text = request.headers[.idempotencyKey] else { return nil }
        guard (1...RouteHelp.keyLimit).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw APIError.badRequest("Idempotency-Key: expected 1 to 128 visible ASCII characters") }
        // Another device or number of copies is another request, though the document is the same.
        let whole = bodyHash + (request.uri.query.map { "?\($0)" } ?? "")
        return RequestKey(user: caller.uid, route: request.uri.path, key: text, bodyHash: whole)
    }

    static func hash(_ bytes: [UInt8]) -> String { Hex.text(SHA256.hash(data: bytes)) }
}
