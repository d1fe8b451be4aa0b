import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ZoneHTTP
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// Remembers the connection, because the caller's identity belongs to it.
struct OfficeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        (coreContext, channel) = (CoreRequestContextStorage(source: source), source.channel)
    }

    /// A roster of a province is below 1 MiB; what is imported is a stream and has limits of its own.
    var maxUploadSize: Int { 4 << 20 }

    /// The kernel's word for who calls, as it stands in the audit.
    func caller() async throws -> String {
        let peer = try await PeerCredentials(of: channel)
        return "uid \(peer.uid) via office.sock"
    }

    /// A part of the path, as it was meant.
    func parameter(_ name: String) throws -> String {
        guard let text = PathSegment.decode(try parameters.require(name)) else {
            throw OfficeError.invalid("\(name): broken percent-encoding")
        }
        return text
    }
}

/// Who may work at the office: root and the hub's own user. No group: from within the unit's PrivateUsers none could be
/// given the socket.
package struct OfficeStaff: Sendable, Hashable {
    package var users: Set<UInt32>

    package init(users: Set<UInt32>) { self.users = users }

    package static func ofThisMachine() -> OfficeStaff { OfficeStaff(users: [0, UserDatabase.ownUID]) }

    func includes(_ peer: PeerCredentials) -> Bool { users.contains(peer.uid) }
}

/// An error with its HTTP status; the body is always `{"code","message","zh","fixer"}`.
struct OfficeError: Error {
    var status: HTTPResponse.Status
    var body: ErrorJSON

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, zh: String) {
        (self.status, body) = (status, ErrorJSON(code: code, message: message, zh: zh))
    }

    static func invalid(_ detail: String) -> OfficeError {
        OfficeError(.badRequest, "request.invalid", detail, zh: "请求内容有误：\(detail)")
    }

    static func notFound(_ what: String, zh: String) -> OfficeError {
        OfficeError(.notFound, "not.found", what, zh: zh)
    }
}

extension Request {
    /// - Throws: `OfficeError` that names the field.
    func decode<Value: Decodable>(_ type: Value.Type, _ context: OfficeContext) async throws -> Value {
        let bytes = Array(try await body.collect(upTo: context.maxUploadSize).readableBytesView)
        do {
            return try WireCoding.decode(type, bytes)
        } catch {
            throw OfficeError.invalid(WireCoding.explain(error))
        }
    }

    /// - Parameter most: what is more is taken for it.
    func limit(_ usual: Int, most: Int) throws -> Int {
        guard let text = uri.queryParameters["limit"] else { return usual }
        guard let value = Int(text), value > 0 else { throw OfficeError.invalid("limit: expected a number from 1") }
        return min(value, most)
    }

    func zone() throws -> ZoneID? {
        guard let text = uri.queryParameters["zone"] else { return nil }
        guard let zone = Slug(String(text)) else { throw OfficeError.invalid("zone: expected a zone's id") }
        return zone
    }
}
