import ZoneModel

/// The page: A4 upright, black on white, one file that needs nothing else. The browser counts the pages.
package enum PaperHTML {
    package static func text(_ paper: Paper) -> String { text([paper]) }

    /// Several papers in one file, each from a new page on.
    package static func text(_ papers: [Paper]) -> String {
        let title = papers.first?.title ?? ""
        return """
            <!doctype html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>\(escaped(title))</title>
            <style>
            \(PaperStyle.css)
            </style>
            </head>
            <body>
            \(papers.map(article).joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private static func article(_ paper: Paper) -> String {
        var lines = ["<article>"]
        if let banner = paper.banner { lines.append("<p class=\"banner\">\(escaped(banner))</p>") }
        lines.append("<h1>\(escaped(paper.title))</h1>")
        if !paper.head.isEmpty { lines.append(head(paper.head)) }
        lines += paper.sections.dropLast().map(section)
        // Who signs does not sign an empty page.
        lines.append("<div class=\"last\">")
        lines += paper.sections.suffix(1).map(section)
        lines += [foot(paper), "</div>", "</article>"]
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// Two fields a row.
    private static func head(_ fields: [PaperField]) -> String {
        let cells = fields.map { field in
            "<th scope=\"row\">\(escaped(field.label))</th><td>\(escaped(field.cell.text))</td>"
        }
        let rows = stride(from: 0, to: cells.count, by: 2).map { start in
            let second = start + 1 < cells.count ? cells[start + 1] : "<th></th><td></td>"
            return "<tr>\(cells[start])\(second)</tr>"
        }
        return "<table class=\"head\"><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table>"
    }

    private static func section(_ section: PaperSection) -> String {
        let title = section.title.isEmpty ? "" : "<h2>\(escaped(section.title))</h2>\n"
        let notes = section.notes.map { "<p class=\"note\">\(escaped($0))</p>" }
        return "<section>\n" + title + (section.parts.map(part) + notes).joined(separator: "\n") + "\n</section>"
    }

    private static func part(_ part: PaperPart) -> String {
        switch part {
        case .table(let table): return self.table(table)
        case .essay(let label, let text, let lines):
            let paragraphs = PaperText.paragraphs(text)
            let body =
                paragraphs.isEmpty
                ? String(repeating: "<p class=\"line\"></p>", count: max(1, min(20, lines)))
                : paragraphs.map { "<p>\(escaped($0))</p>" }.joined()
            return "<div class=\"essay\"><h3>\(escaped(label))</h3>\(body)</div>"
        case .poster(let lines):
            return "<div class=\"poster\">" + lines.map { "<p>\(escaped($0))</p>" }.joined() + "</div>"
        case .steps(let steps):
            return "<ol class=\"steps\">" + steps.map { "<li>\(escaped($0))</li>" }.joined() + "</ol>"
        }
    }

    private static func table(_ table: PaperTable) -> String {
        let widths = table.widths.map { "<col style=\"width:\($0)%\">" }.joined()
        let head = table.columns.map { "<th scope=\"col\">\(escaped($0.title))</th>" }.joined()
        let rows = table.rows.map { row in "<tr>" + row.map(cell).joined() + "</tr>" }
        let none = "<tr><td class=\"none\" colspan=\"\(table.columns.count)\">\(escaped(table.empty))</td></tr>"
        return """
            <table class="grid"><colgroup>\(widths)</colgroup>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows.isEmpty ? none : rows.joined(separator: "\n"))
            </tbody></table>
            """
    }

    private static func cell(_ cell: SheetCell) -> String {
        let text = escaped(cell.text)
        return switch cell {
        case .text, .blank: "<td>\(text)</td>"
        case .unknown: "<td class=\"unknown\">\(text)</td>"
        case .count, .span, .share, .moment, .date: "<td class=\"value\">\(text)</td>"
        }
    }

    private static func foot(_ paper: Paper) -> String {
        guard !paper.signatures.isEmpty || paper.stamp != nil else { return "" }
        let hands = paper.signatures.map { "<p class=\"hand\">\(escaped($0))：<span></span></p>" }.joined()
        let stamp = paper.stamp.map { stamp in
            "<div class=\"stamp\"><p>\(escaped(stamp.line))</p>\(PaperQR.svg(stamp.code))</div>"
        }
        return "<footer><div class=\"hands\">\(hands)</div>\(stamp ?? "")</footer>"
    }

    /// What is text stays text: no mark-up, nothing that cannot be seen.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.cleaned(limit: 4000).unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

/// What people wrote, in paragraphs.
enum PaperText {
    private static let mostParagraphs = 40

    static func paragraphs(_ text: String?) -> [String] {
        (text ?? "").split(whereSeparator: \.isNewline).map { String($0).cleaned(limit: 1000) }
            .filter { !$0.allSatisfy(\.isWhitespace) }.prefix(mostParagraphs).map(\.self)
    }
}

/// A QR code as a drawing.
enum PaperQR {
    /// Empty for what is too long for one.
    static func svg(_ text: String) -> String {
        guard let code = QRCode(Array(text.utf8)) else { return "" }
        let side = code.size + 2 * QRCode.quietZone
        var path = ""
        for (y, row) in code.rows.enumerated() {
            for (x, isDark) in row.enumerated() where isDark {
                path += "M\(x + QRCode.quietZone) \(y + QRCode.quietZone)h1v1h-1z"
            }
        }
        return "<svg class=\"qr\" viewBox=\"0 0 \(side) \(side)\" role=\"img\" aria-label=\"QR\" "
            + "shape-rendering=\"crispEdges\"><path d=\"\(path)\"/></svg>"
    }
}
