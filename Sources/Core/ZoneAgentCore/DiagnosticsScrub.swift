import ZoneModel

/// Takes out of texts what must not leave the PC with a bundle of diagnostics: keys, tokens, PINs, numbers and addresses
/// of people, names of files. Texts get into a bundle by a list of what may (`DiagnosticsEvents`, `DiagnosticsParts`);
/// this is the second fence, for what devices and libraries say in their own words.
enum DiagnosticsScrub {
    static let removed = "<removed>"
    private static let longest = 200
    private static let deepest = 8
    /// Members of `details` that are, or may be, in somebody's words. `message` is the printer's console: it shows
    /// names of jobs and users (RFC 8011, 5.4.13).
    private static let wordy: Set = [
        "message", "name", "text", "title", "document", "job", "jobs", "user", "owner", "contact", "contacts", "note",
        "reason", "setter", "token", "key", "pin", "password", "secret",
    ]
    private static let documents: Set = [
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "dps", "ofd", "txt", "rtf", "csv", "odt",
        "ods",
        "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "heic", "zip", "rar", "7z", "mp4", "mov",
        "pem",
        "crt", "p12",
    ]

    /// Numbers and words; of texts only what is clean.
    static func value(_ value: JSONValue, depth: Int = 0) -> JSONValue {
        guard depth < deepest else { return .string(removed) }
        switch value {
        case .null, .bool, .integer, .number: return value
        case .string(let text): return .string(self.text(text))
        case .array(let items): return .array(items.map { self.value($0, depth: depth + 1) })
        case .object(let members):
            return .object(
                members.reduce(into: [:]) { kept, member in
                    // Names of members come from devices, too.
                    guard !wordy.contains(member.key.lowercased()), text(member.key) == member.key else { return }
                    kept[member.key] = self.value(member.value, depth: depth + 1)
                })
        }
    }

    static func text(_ text: String) -> String {
        let clean: String = text.cleaned(limit: longest)
        // Ids of commands, jobs and streams; a key has at least twice as many digits.
        if HexID(clean) != nil { return clean }
        guard !clean.contains("-----BEGIN") else { return removed }
        let words = clean.split(separator: " ", omittingEmptySubsequences: false)
        // A name may have spaces: whoever finds the end of one does not know where it begins.
        guard !words.contains(where: namesDocument) else { return removed }
        return words.map { word($0) }.joined(separator: " ")
    }

    /// The address without user, password, path, query and fragment; a queue's path stays (`/printers/hall`).
    static func address(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return self.text(text) }
        let rest = Substring(text[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" })
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        // Behind the last @: whatever is before it is not the host.
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let parts = path.split(separator: "/").map { "/" + self.text(String($0)) }.joined()
        let front = String(text[text.startIndex..<scheme.upperBound])
        return "\(front)\(host)".cleaned(limit: longest) + parts.cleaned(limit: longest)
    }

    private static func word(_ word: Substring) -> String {
        if word.contains("://") { return address(String(word)) }
        let isAddressOfSomebody = word.contains("@")
        return isAddressOfSomebody || word.hasPrefix("za1.") || hasSecret(word) ? removed : String(word)
    }

    /// Whether an ending of a document stands anywhere in the word, whatever is around it.
    private static func namesDocument(_ word: Substring) -> Bool {
        word.split(separator: ".", omittingEmptySubsequences: false).dropFirst().contains { piece in
            documents.contains(piece.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }.lowercased())
        }
    }

    /// Six digits in a row are a PIN, a telephone or an identity card; sixteen letters and digits mixed are a
    /// key, and so is whatever has no end.
    private static func hasSecret(_ word: Substring) -> Bool {
        let pieces = word.split { !$0.isASCII || !($0.isLetter || $0.isNumber || "+=_".contains($0)) }
        return pieces.contains { piece in
            let digits = piece.count(where: \.isNumber)
            return piece.split { !$0.isNumber }.contains { $0.count >= 6 }
                || piece.count >= 32 || piece.count >= 16 && digits > 0 && digits < piece.count
        } || word.split { !$0.isNumber }.contains { $0.count >= 6 }
    }
}
