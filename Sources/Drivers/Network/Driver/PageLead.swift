/// Where a page sends a browser on by itself, without a redirect: `meta refresh`, or a script that sets the location. Pages
/// of logins do it with status 200.
enum PageLead {
    /// What only sends on is short; a real page's scripts name many places, for buttons that somebody may press.
    private static let most = 8 * 1024
    /// From `location` to the quotation mark: `.href = `, `.replace( `.
    private static let gap = 24

    /// The first place outside the site.
    static func away(_ body: [UInt8], from here: WebAddress, site: WebAddress) -> WebAddress? {
        // Only hosts are compared, and those are written in any letters.
        let text = String(decoding: body.prefix(most), as: UTF8.self).lowercased()
        let places = refreshes(text) + (body.count <= most ? scripts(text) : [])
        return places.lazy.compactMap { here.following($0) }.first { !$0.isSameSite(as: site) }
    }

    /// `<meta http-equiv="refresh" content="0; url=…">`
    private static func refreshes(_ text: String) -> [String] {
        text.ranges(of: "<meta").compactMap { range in
            let tag = text[range.upperBound...].prefix { $0 != ">" }
            guard tag.contains("refresh"), let found = tag.firstRange(of: "url=") else { return nil }
            let quotes: Set<Character> = [" ", "'", "\""]
            return String(tag[found.upperBound...].drop { quotes.contains($0) }.prefix { !quotes.contains($0) })
        }
    }

    /// `location='…'`, `top.self.location.href="…"`, `location.replace('…')`; a comparison (`==`) leads nowhere.
    private static func scripts(_ text: String) -> [String] {
        text.ranges(of: "location").compactMap { range in
            let rest = text[range.upperBound...]
            let between = rest.prefix(gap).prefix { $0 != "'" && $0 != "\"" }
            let isSetting = between.contains("=") || between.contains("(")
            guard isSetting, !between.contains("=="),
                between.allSatisfy({ $0.isLetter || $0.isWhitespace || $0 == "." || $0 == "=" || $0 == "(" }),
                between.endIndex < rest.endIndex
            else { return nil }
            let quote = rest[between.endIndex]
            return String(rest[between.endIndex...].dropFirst().prefix { $0 != quote })
        }
    }
}
