import HTTPTypes

/// What goes with a printable file: shown where a browser can, kept from loading or running anything.
package enum PaperHeaders {
    private static let contentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// - Parameter name: ASCII without quotes.
    package static func fields(name: String, contentType: String) -> HTTPFields {
        let isPage = contentType.hasPrefix("text/html") || contentType.hasPrefix("application/json")
        return [
            .contentType: contentType, .cacheControl: "no-store",
            .contentDisposition: "\(isPage ? "inline" : "attachment"); filename=\"\(name)\"",
            .contentSecurityPolicy: contentSecurityPolicy, .xContentTypeOptions: "nosniff",
        ]
    }
}
