import ZoneModel

/// The document that people go on writing in (ECMA-376, WordprocessingML): A4, 宋体 and 黑体, tables with repeated heads,
/// the page's number in the foot.
package enum PaperDocument {
    /// Twentieths of a point between the margins of an A4 page: 182 mm.
    private static let width = 10_318

    package static func bytes(_ paper: Paper) -> [UInt8] {
        var archive = ZipArchive()
        archive.add("[Content_Types].xml", DocumentParts.contentTypes)
        archive.add("_rels/.rels", DocumentParts.relations)
        archive.add("docProps/core.xml", DocumentParts.core(title: escaped(paper.title)))
        archive.add("word/document.xml", document(paper))
        archive.add("word/_rels/document.xml.rels", DocumentParts.documentRelations)
        archive.add("word/styles.xml", DocumentParts.styles)
        archive.add("word/header1.xml", DocumentParts.header(escaped(paper.title)))
        archive.add("word/footer1.xml", DocumentParts.footer(escaped(paper.stamp?.line ?? "")))
        return archive.file
    }

    private static func document(_ paper: Paper) -> String {
        var body = paper.banner.map { paragraph($0, "Banner") } ?? ""
        body += paragraph(paper.title, "Title")
        if !paper.head.isEmpty { body += head(paper.head) }
        for section in paper.sections {
            if !section.title.isEmpty { body += paragraph(section.title, "Heading1") }
            body += section.parts.map(part).joined()
            body += section.notes.map { paragraph($0, "Note") }.joined()
        }
        if !paper.signatures.isEmpty {
            body += paragraph("", "Note")
            body += paragraph(paper.signatures.map { "\($0)：＿＿＿＿＿＿" }.joined(separator: "　"), "Normal")
        }
        // A body never ends with a table.
        body += paragraph(paper.stamp?.line ?? "", "Note")
        return DocumentParts.prolog + "<w:document \(DocumentParts.namespaces)><w:body>" + body
            + DocumentParts.page + "</w:body></w:document>"
    }

    private static func head(_ fields: [PaperField]) -> String {
        let rows = stride(from: 0, to: fields.count, by: 2).map { start -> [String] in
            let pair = fields[start..<min(start + 2, fields.count)]
            let cells = pair.flatMap { [$0.label, $0.cell.text] }
            return cells + Array(repeating: "", count: 4 - cells.count)
        }
        return grid(widths: [22, 28, 24, 26], head: nil, rows: rows, style: "Normal") + paragraph("", "Note")
    }

    private static func part(_ part: PaperPart) -> String {
        switch part {
        case .table(let table):
            let rows = table.rows.map { $0.map(\.text) }
            let none = [[table.empty] + Array(repeating: "", count: max(0, table.columns.count - 1))]
            return grid(
                widths: table.widths, head: table.columns.map(\.title), rows: rows.isEmpty ? none : rows,
                isMerged: rows.isEmpty, style: "Cell") + paragraph("", "Note")
        case .essay(let label, let text, let lines):
            let paragraphs = PaperText.paragraphs(text)
            let empty = Array(repeating: "", count: max(1, min(20, lines)))
            let content = paragraphs.isEmpty ? empty : paragraphs
            let inner = paragraph(label, "Label") + content.map { paragraph($0, "Normal") }.joined()
            return table([100], "<w:tr>" + cell(inner, width) + "</w:tr>")
        case .poster(let lines): return lines.map { paragraph($0, "Poster") }.joined()
        case .steps(let steps):
            return steps.enumerated().map { paragraph("\($0 + 1)．\($1)", "Step") }.joined()
        }
    }

    private static func grid(
        widths: [Int], head: [String]?, rows: [[String]], isMerged: Bool = false, style: String
    ) -> String {
        let spans = widths.map { $0 * width / 100 }
        var text = ""
        if let head {
            let cells = zip(head, spans).map { cell(paragraph($0, "CellHead"), $1) }.joined()
            text += "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>\(cells)</w:tr>"
        }
        for row in rows {
            let cells =
                isMerged
                ? cell(paragraph(row.first ?? "", style), width, span: widths.count)
                : zip(row, spans).map { cell(paragraph($0, style), $1) }.joined()
            text += "<w:tr><w:trPr><w:cantSplit/></w:trPr>\(cells)</w:tr>"
        }
        return table(widths, text)
    }

    private static func table(_ widths: [Int], _ rows: String) -> String {
        let columns = widths.map { "<w:gridCol w:w=\"\($0 * width / 100)\"/>" }.joined()
        return "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"\(width)\" w:type=\"dxa\"/>"
            + "<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>\(columns)</w:tblGrid>\(rows)</w:tbl>"
    }

    private static func cell(_ content: String, _ width: Int, span: Int = 1) -> String {
        let merged = span > 1 ? "<w:gridSpan w:val=\"\(span)\"/>" : ""
        return "<w:tc><w:tcPr><w:tcW w:w=\"\(width)\" w:type=\"dxa\"/>\(merged)<w:vAlign w:val=\"center\"/></w:tcPr>"
            + "\(content)</w:tc>"
    }

    private static func paragraph(_ text: String, _ style: String) -> String {
        let run = text.isEmpty ? "" : "<w:r><w:t xml:space=\"preserve\">\(escaped(text))</w:t></w:r>"
        return "<w:p><w:pPr><w:pStyle w:val=\"\(style)\"/></w:pPr>\(run)</w:p>"
    }

    /// The same escapes as a page; XML 1.0 also knows no U+FFFE, U+FFFF.
    private static func escaped(_ text: String) -> String {
        PaperHTML.escaped(String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value & 0xFFFE != 0xFFFE })))
    }
}
