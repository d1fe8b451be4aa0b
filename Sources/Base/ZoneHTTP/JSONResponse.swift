// Purpose: what both HTTP servers of the product share: JSON answers, bounded bodies, readers that do not read.
import HTTPTypes
import Hummingbird
import NIOCore
import ZoneWire

/// JSON answers: sorted keys, never cached.
package enum JSONResponse {
    package static func make(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes = try WireCoding.encode(value) + [UInt8(ascii: "\n")]
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension HTTPField.Name {
    /// The name is a constant of the SSE standard (WHATWG HTML, 9.2.4) and a valid token.
    package static var lastEventID: HTTPField.Name { HTTPField.Name("Last-Event-ID") ?? .ifMatch }
}
