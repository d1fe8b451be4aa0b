import ZoneDocuments
import ZoneModel
import ZoneWire

extension FuzzEntry {
    /// A document from a citizen's stick, and what pdfinfo says about one; the first byte says in which pieces it is
    /// read.
    static let documents = FuzzEntry("documents", longest: 8192) { bytes in
        let piece = Int(bytes.first ?? 0) + 1
        try promiseSame(bytes, piece, "text") { (run) throws(DocumentRefusal) in try TextMeasure.pages(&run) }
        try promiseSame(bytes, piece, "raster") { (run) throws(DocumentRefusal) in
            try RasterMeasure.pages(&run, .standard)
        }
        try promiseSame(bytes, piece, "JPEG") { (run) throws(DocumentRefusal) in
            try JPEGMeasure.check(&run, .standard)
            return 1
        }
        try promiseText(bytes)
        try promiseReport(bytes)
        if let range = PageRange(String(decoding: bytes, as: UTF8.self)) {
            try promise(PageRange(range.description) == range, "other pages: \(range)")
        }
    }

    private typealias Measure = (inout ByteRun) throws(DocumentRefusal) -> Int?

    private static func promiseSame(_ bytes: [UInt8], _ piece: Int, _ what: String, _ measure: Measure) throws {
        let whole = try outcome(ByteRun(bytes), bytes, what, measure)
        let pieces = ByteRun(size: bytes.count) { offset, count throws(DocumentRefusal) in
            Array(bytes.dropFirst(offset).prefix(min(count, piece)))
        }
        let again = try outcome(pieces, bytes, what, measure)
        try promise(again == whole, "pieces of \(piece) bytes change the \(what)")
    }

    private static func outcome(
        _ run: ByteRun, _ bytes: [UInt8], _ what: String, _ measure: Measure
    ) throws -> Result<Int?, DocumentRefusal> {
        var run = run
        let count: Int?
        do throws(DocumentRefusal) {
            count = try measure(&run)
        } catch {
            try promiseClean(error.message + error.chinese, "refusal of a \(what)")
            return .failure(error)
        }
        try promise(count.map { (1...bytes.count + 1).contains($0) } ?? true, "a \(what) of \(count ?? 0) pages")
        return .success(count)
    }

    /// A second opinion on what a text is.
    private static func promiseText(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else { return }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control || ["\n", "\r", "\t", "\u{C}"].contains($0)
        }
        guard isPlain else { return }
        var run = ByteRun(bytes)
        try promise(try TextMeasure.pages(&run) != nil, "UTF-8 without control characters is no text")
    }

    private static func promiseReport(_ bytes: [UInt8]) throws {
        let refusal = PDFReport.refusal(bytes)
        try promiseClean(refusal.message + refusal.chinese, "refusal of a PDF")
        guard let report = PDFReport(bytes) else { return }
        try promise(report.pages > 0, "a PDF of \(report.pages) pages")
        for size in report.sizes {
            do throws(DocumentRefusal) {
                try DocumentLimits.standard.checkPage(size.page, width: size.width, height: size.height)
            } catch {
                try promiseClean(error.message + error.chinese, "refusal of a page")
                continue
            }
            try promise((0...1400).contains(size.width) && (0...1400).contains(size.height), "a page of \(size)")
        }
    }
}
