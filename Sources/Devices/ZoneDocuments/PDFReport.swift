/// What pdfinfo(1) of poppler-utils tells about a PDF.
package struct PDFReport: Sendable, Hashable {
    /// In points.
    package struct Size: Sendable, Hashable {
        package var page: Int
        package var width: Double
        package var height: Double
    }

    package var pages: Int
    package var mayPrint: Bool
    package var sizes: [Size]

    /// `nil` when it is not what pdfinfo writes.
    package init?(_ output: [UInt8]) {
        // A title may have line breaks, and then lines that look like these: pdfinfo's own come last.
        let lines = output.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        guard let start = lines.lastIndex(where: { $0.hasPrefix("Pages:") }),
            let pages = Int(PDFReport.value(lines[start])), pages > 0
        else { return nil }
        let own = lines[start...]
        self.pages = pages
        let encrypted = own.first { $0.hasPrefix("Encrypted:") }.map { PDFReport.value($0) } ?? "no"
        mayPrint = !encrypted.contains("print:no")
        sizes = own.compactMap { PDFReport.size($0) }
    }

    private static func value(_ line: String) -> String {
        String(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
    }

    /// `Page    2 size:  595.276 x 841.89 pts (A4)`; what is no number there is no size.
    private static func size(_ line: String) -> Size? {
        let words = line.split(separator: " ")
        guard words.count >= 6, words[0] == "Page", let page = Int(words[1]), words[2] == "size:", words[4] == "x"
        else { return nil }
        return Size(page: page, width: Double(words[3]) ?? 0, height: Double(words[5]) ?? 0)
    }

    /// Why it gave up, by its words on standard error.
    package static func refusal(_ complaint: [UInt8]) -> DocumentRefusal {
        let text = String(decoding: complaint, as: UTF8.self)
        if text.contains("Incorrect password") || text.contains("security handler") { return .encrypted }
        // "… the first page (5) can not be after the last page (3)."
        if let last = text.firstRange(of: "after the last page (")?.upperBound,
            let pages = Int(text[last...].prefix { $0 != ")" }), pages > 0
        {
            return .rangeOutside(pages: pages)
        }
        return .broken("not a PDF that can be opened")
    }
}
