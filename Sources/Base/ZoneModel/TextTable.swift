/// Columns for a terminal, where a Chinese character is two cells wide.
package struct TextTable: Sendable {
    private var rows: [[String]] = []

    package init(header: [String]) { rows = [header] }

    package mutating func add(_ row: [String]) { rows.append(row.map { $0.cleaned(limit: 300) }) }

    package var text: String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0.indices.contains(column) ? TextTable.width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - TextTable.width(cell))
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n") + "\n"
    }

    /// Cells of `text` in a terminal: wide and full-width forms count two (Unicode Standard Annex 11).
    package static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + (isWide($1.value) ? 2 : $1.properties.isGraphemeExtend ? 0 : 1) }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
