import HTTPTypes
import Hummingbird
import NIOCore

/// A file of a page, kept inside the program.
package struct WebAsset: Sendable {
    /// No inline script or style, nothing from elsewhere, no frames.
    private static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    package enum Kind: String, Sendable {
        case html = "text/html; charset=utf-8"
        case css = "text/css; charset=utf-8"
        case script = "text/javascript; charset=utf-8"
    }

    private let kind: Kind
    private let bytes: [UInt8]

    package init(_ kind: Kind, _ bytes: [UInt8]) { (self.kind, self.bytes) = (kind, bytes) }

    /// With the headers that keep a browser from more.
    package var response: Response {
        Response(
            status: .ok,
            headers: [
                .contentType: kind.rawValue, .cacheControl: "no-cache",
                .contentSecurityPolicy: WebAsset.contentSecurityPolicy, .xContentTypeOptions: "nosniff",
            ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
