/// A sheet of paper before it is drawn: what the page, the document and the table have in common.
package struct Paper: Sendable, Hashable {
    package var title: String
    /// Said before everything else, such as 演示数据.
    package var banner: String?
    package var head: [PaperField]
    package var sections: [PaperSection]
    /// Who signs, such as `检查人（签字）`; each with room for a hand.
    package var signatures: [String]
    package var stamp: PaperStamp?

    package init(title: String, head: [PaperField] = [], sections: [PaperSection] = [], signatures: [String] = []) {
        (self.title, self.head, self.sections, self.signatures) = (title, head, sections, signatures)
    }
}

package struct PaperField: Sendable, Hashable {
    package var label: String
    package var cell: SheetCell

    package init(_ label: String, _ cell: SheetCell) { (self.label, self.cell) = (label, cell) }
}

package struct PaperSection: Sendable, Hashable {
    package var title: String
    package var parts: [PaperPart]
    /// Small print below.
    package var notes: [String]

    package init(_ title: String, _ parts: [PaperPart], notes: [String] = []) {
        (self.title, self.parts, self.notes) = (title, parts, notes)
    }
}

package enum PaperPart: Sendable, Hashable {
    case table(PaperTable)
    /// Text of people; where there is none, room for so many written lines.
    case essay(label: String, text: String?, lines: Int)
    /// Read from afar.
    case poster([String])
    case steps([String])
}

package struct PaperTable: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package var title: String
        /// Its part of the width.
        package var weight: Int

        package init(_ title: String, _ weight: Int) { (self.title, self.weight) = (title, weight) }
    }

    package var columns: [Column]
    package var rows: [[SheetCell]]
    /// Instead of rows.
    package var empty: String

    package init(_ columns: [Column], _ rows: [[SheetCell]], empty: String = "本期无") {
        (self.columns, self.rows, self.empty) = (columns, rows, empty)
    }

    /// Whole per cents that sum to 100.
    var widths: [Int] {
        let whole = max(1, columns.reduce(0) { $0 + max(1, $1.weight) })
        var widths = columns.map { max(1, $0.weight) * 100 / whole }
        if let first = widths.indices.first { widths[first] += 100 - widths.reduce(0, +) }
        return widths
    }
}

/// What binds the paper to what was counted.
package struct PaperStamp: Sendable, Hashable {
    /// `第1版 校验码 1A2B-3C4D-5E6F`.
    package var line: String
    /// What the QR code says.
    package var code: String

    package init(line: String, code: String) { (self.line, self.code) = (line, code) }
}
