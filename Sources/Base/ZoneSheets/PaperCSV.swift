import ZoneModel

/// The table: UTF-8 with a byte order mark, which is how the usual spreadsheet knows it, CRLF, one part after the other
/// with a line that has its name (RFC 4180 but for that).
package enum PaperCSV {
    package static func text(_ paper: Paper) -> String {
        var rows: [[String]] = [[paper.title]]
        if let banner = paper.banner { rows.append([banner]) }
        rows += paper.head.map { [$0.label, $0.cell.text] }
        for section in paper.sections {
            rows.append([])
            rows.append([section.title])
            for part in section.parts { rows += lines(part) }
            rows += section.notes.map { [$0] }
        }
        rows.append([])
        rows += paper.signatures.map { [$0, ""] }
        if let stamp = paper.stamp { rows.append([stamp.line]) }
        return "\u{FEFF}" + rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func lines(_ part: PaperPart) -> [[String]] {
        switch part {
        case .table(let table):
            let rows = table.rows.map { $0.map(\.text) }
            return [table.columns.map(\.title)] + (rows.isEmpty ? [[table.empty]] : rows)
        case .essay(let label, let text, _):
            let paragraphs = PaperText.paragraphs(text)
            return paragraphs.isEmpty ? [[label, ""]] : paragraphs.map { [label, $0] }
        case .poster(let texts): return texts.map { [$0] }
        case .steps(let steps): return steps.enumerated().map { ["\($0 + 1)", $1] }
        }
    }

    /// What a spreadsheet would take for a formula, also in its full-width forms.
    private static let starters: Set<Unicode.Scalar> = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"]

    static func field(_ text: String) -> String {
        var text = text.cleaned(limit: 4000)
        // Blanks before it do not keep a spreadsheet from calculating.
        if let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }), starters.contains(first) {
            text = "'" + text
        }
        let needsQuotes = text.contains { ",\"\n\r;".contains($0) } || text.first == " " || text.last == " "
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
