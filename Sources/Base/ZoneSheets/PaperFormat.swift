/// In which form a paper is wanted.
package enum PaperFormat: String, Sendable, CaseIterable {
    case html, csv, docx, json

    package var contentType: String {
        switch self {
        case .html: "text/html; charset=utf-8"
        case .csv: "text/csv; charset=utf-8"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .json: "application/json; charset=utf-8"
        }
    }
}

extension Paper {
    /// - Returns: `nil` for JSON, which is not a picture of the paper but what it is drawn from.
    package func bytes(as format: PaperFormat) -> [UInt8]? {
        switch format {
        case .html: Array(PaperHTML.text(self).utf8)
        case .csv: Array(PaperCSV.text(self).utf8)
        case .docx: PaperDocument.bytes(self)
        case .json: nil
        }
    }
}

extension FrozenSheet {
    package func bytes(as format: PaperFormat) throws -> [UInt8] {
        try sheet().paper.bytes(as: format) ?? bytes()
    }
}

/// A file that is handed to somebody.
package struct PaperFile: Sendable, Hashable {
    /// ASCII, such as `hall-1-2026-03-r1.html`.
    package var name: String
    package var contentType: String
    package var bytes: [UInt8]

    package init(name: String, contentType: String, bytes: [UInt8]) {
        (self.name, self.contentType, self.bytes) = (name, contentType, bytes)
    }

    package init(_ frozen: FrozenSheet, as format: PaperFormat) throws {
        let revision = frozen.issue.map { "r\($0.revision)" } ?? "draft"
        self.init(
            name: "\(frozen.facts.zone)-\(frozen.facts.period)-\(revision).\(format.rawValue)",
            contentType: format.contentType, bytes: try frozen.bytes(as: format))
    }

    /// - Parameter name: without its ending.
    package init?(_ paper: Paper, named name: String, as format: PaperFormat) {
        guard let bytes = paper.bytes(as: format) else { return nil }
        self.init(name: "\(name).\(format.rawValue)", contentType: format.contentType, bytes: bytes)
    }
}
