import ZoneModel
import ZoneTime

/// The table: UTF-8 with a byte order mark, which is how the usual spreadsheet knows it, CRLF, one part after the other
/// with a line that has its name (RFC 4180 but for that). Numbers stand alone, with their unit above them, so that they can
/// be summed; times are written as every spreadsheet reads them.
package enum PaperCSV {
    private enum Field {
        case text(String)
        /// Meant to be calculated with.
        case number(String)

        var written: String {
            switch self {
            case .number(let number): number
            // A tab, which nobody sees: else `0012`, `12E5` or `2021-3` becomes a number or a date.
            case .text(let text) where Field.looksNumeric(text): "\t" + text
            case .text(let text): PaperCSV.field(text)
            }
        }

        private static func looksNumeric(_ text: String) -> Bool {
            text.utf8.first.map { (48...57).contains($0) } == true
                && text.utf8.allSatisfy { (48...57).contains($0) || "-/.:eE+".utf8.contains($0) }
        }
    }

    package static func text(_ paper: Paper) -> String {
        var rows: [[Field]] = [[.text(paper.title)]]
        if let banner = paper.banner { rows.append([.text(banner)]) }
        rows += paper.head.map { [.text($0.label), value($0.cell, unit: nil)] }
        for section in paper.sections {
            rows += [[], [.text(section.title)]]
            for part in section.parts { rows += lines(part) }
            rows += section.notes.map { [.text($0)] }
        }
        rows.append([])
        rows += paper.signatures.map { [.text($0), .text("")] }
        if let stamp = paper.stamp { rows.append([.text(stamp.line)]) }
        return "\u{FEFF}" + rows.map { $0.map(\.written).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func lines(_ part: PaperPart) -> [[Field]] {
        switch part {
        case .table(let table): return lines(table)
        case .essay(let label, let text, _):
            let paragraphs = PaperText.paragraphs(text)
            return paragraphs.isEmpty ? [[.text(label), .text("")]] : paragraphs.map { [.text(label), .text($0)] }
        case .poster(let texts): return texts.map { [.text($0)] }
        case .steps(let steps): return steps.enumerated().map { [.number("\($0 + 1)"), .text($1)] }
        }
    }

    private static func lines(_ table: PaperTable) -> [[Field]] {
        let units = table.columns.indices.map { column in
            unit(of: table.rows.filter { column < $0.count }.map { $0[column] })
        }
        let titles = zip(table.columns, units).map { Field.text($0.title + ($1.map { "（\($0)）" } ?? "")) }
        let rows = table.rows.map { row in zip(row, units).map { value($0, unit: $1) } }
        return [titles] + (rows.isEmpty ? [[.text(table.empty)]] : rows)
    }

    /// Of the numbers of a column, such as `分钟` or `次、页`; `nil` where there are none.
    private static func unit(of cells: [SheetCell]) -> String? {
        let units = cells.compactMap { cell -> String? in
            switch cell {
            case .count(_, let unit): unit
            case .span: "分钟"
            case .text, .share, .moment, .date, .blank, .unknown: nil
            }
        }
        let each = units.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return each.isEmpty ? nil : each.joined(separator: "、")
    }

    /// - Parameter unit: stands above it already.
    private static func value(_ cell: SheetCell, unit: String?) -> Field {
        switch cell {
        case .count(let count, _) where unit != nil: .number("\(count)")
        case .span(let seconds) where unit != nil: .number(minutes(seconds))
        case .share: .number(cell.text)
        case .moment(let moment): .number(String(ZoneCivil.text(moment).prefix("2026-03-05 09:12".count)))
        case .date(let date): .number("\(date)")
        case .count, .span, .text, .blank, .unknown: .text(cell.text)
        }
    }

    /// With a decimal for what is no whole minute.
    private static func minutes(_ seconds: Int64) -> String {
        let (whole, rest) = max(0, seconds).quotientAndRemainder(dividingBy: 60)
        return rest == 0 ? "\(whole)" : "\(whole).\(rest * 10 / 60)"
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
