// Purpose: the pages of the hub as bytes inside the program, with the headers that keep a browser from more.
import Hummingbird

package enum HubAssets {
    /// No inline script or style, nothing from elsewhere, no frames.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    package static let wall = Asset(type: "text/html; charset=utf-8", bytes: PackageResources.wall_html)

    package static let named: [String: Asset] = [
        "wall.css": Asset(type: "text/css; charset=utf-8", bytes: PackageResources.wall_css),
        "wall.js": Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.wall_js),
        "wall-text.js": Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.wall_text_js),
        "wall-zone.js": Asset(type: "text/javascript; charset=utf-8", bytes: PackageResources.wall_zone_js),
    ]

    package struct Asset: Sendable {
        package let type: String
        package let bytes: [UInt8]

        package var response: Response {
            Response(
                status: .ok,
                headers: [
                    .contentType: type, .cacheControl: "no-cache", .contentSecurityPolicy: contentSecurityPolicy,
                    .xContentTypeOptions: "nosniff",
                ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        }
    }
}
