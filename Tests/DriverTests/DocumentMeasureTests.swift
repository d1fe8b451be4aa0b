import FoundationEssentials
import Testing
import ZoneDocuments
import ZoneTestKit

@Suite("A document is what its bytes are, and only as large as a kiosk prints")
struct DocumentMeasureTests {
    private let limits = DocumentLimits.standard

    private func refusal(_ measure: () throws(DocumentRefusal) -> Void) -> DocumentRefusal? {
        do { try measure() } catch { return error }
        return nil
    }

    private func pages(ofRaster bytes: [UInt8]) throws(DocumentRefusal) -> Int {
        var run = ByteRun(bytes)
        return try RasterMeasure.pages(&run, limits)
    }

    private func check(jpeg bytes: [UInt8]) -> DocumentRefusal? {
        refusal { () throws(DocumentRefusal) in
            var run = ByteRun(bytes)
            try JPEGMeasure.check(&run, limits)
        }
    }

    private func pages(ofText bytes: [UInt8]) throws(DocumentRefusal) -> Int? {
        var run = ByteRun(bytes)
        return try TextMeasure.pages(&run)
    }

    @Test("sniffed by the first bytes; a PDF may begin a little later, a text has no mark")
    func sniff() {
        #expect(DocumentKind.sniff(SampleDocument.pdf()) == .pdf)
        #expect(DocumentKind.sniff([UInt8](repeating: 0, count: 1019) + Array("%PDF-1".utf8)) == .pdf)
        #expect(DocumentKind.sniff([UInt8](repeating: 0, count: 1020) + Array("%PDF-1".utf8)) == nil)
        #expect(DocumentKind.sniff(SampleDocument.jpeg(width: 1, height: 1)) == .jpeg)
        #expect(DocumentKind.sniff(SampleDocument.raster()) == .pwgRaster)
        for other in ["", "hello", "PK\u{3}\u{4}", "GIF89a", "2SaR", "UNIRAST"] {
            #expect(DocumentKind.sniff(Array(other.utf8)) == nil, "\(other)")
        }
    }

    @Test("a raster's pages are counted through their compressed lines")
    func raster() throws {
        #expect(try pages(ofRaster: SampleDocument.raster(pages: 3)) == 3)
        #expect(try pages(ofRaster: SampleDocument.raster(pages: 2, width: 842, height: 595)) == 2, "on its side")
        #expect(try pages(ofRaster: SampleDocument.raster(width: 4961, height: 7016, dpi: 600)) == 1)
    }

    @Test("libcups writes the same format", arguments: [("grey", 2), ("rgb", 3), ("black", 1)])
    func libcups(_ name: String, _ count: Int) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzz/Corpus/documents/libcups-\(name).pwg")
        #expect(try pages(ofRaster: Array(try Data(contentsOf: file))) == count)
    }

    @Test("a raster with absurd sizes is refused by its header, before anything is counted")
    func absurdRaster() {
        let sync = Array("RaS2".utf8)
        func code(_ width: UInt32, _ height: UInt32, _ dpi: UInt32) -> String? {
            refusal { () throws(DocumentRefusal) in
                _ = try pages(ofRaster: sync + SampleDocument.rasterHeader(width, height, dpi))
            }?.code
        }
        #expect(code(.max, 842, 72) == "document.pageTooLarge")
        #expect(code(595, .max, 72) == "document.pageTooLarge")
        #expect(code(.max, .max, .max) == "document.tooLarge")
        #expect(code(595, 842, 0) == "document.broken")
        #expect(code(0, 842, 72) == "document.broken")
        #expect(code(595, 842, 72) == "document.broken", "its lines are missing")
    }

    @Test("a raster that is cut off anywhere is broken, at the ends of pages it is shorter", arguments: Seeds.first(3))
    func cutRaster(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = SampleDocument.raster(pages: 3, width: 40, height: 31)
        let page = (whole.count - 4) / 3
        for _ in 0..<200 {
            let cut = Int.random(in: 0..<whole.count, using: &random)
            let count = try? pages(ofRaster: Array(whole.prefix(cut)))
            let isEdge = cut >= 4 + page && (cut - 4) % page == 0
            #expect(count == (isEdge ? (cut - 4) / page : nil), "\(cut) of \(whole.count)")
        }
    }

    @Test("a raster line that is longer than it says, or repeated beyond the page, is broken")
    func crookedRaster() {
        let start = Array("RaS2".utf8) + SampleDocument.rasterHeader(8, 2, 72)
        #expect(throws: Never.self) { try pages(ofRaster: start + [1, 7, 0]) }
        #expect(throws: Never.self) { try pages(ofRaster: start + [1, 3, 0, 253, 1, 2, 3, 4]) }
        #expect(throws: Never.self) { try pages(ofRaster: start + [1, 128]) }
        for wrong: [UInt8] in [
            [1, 8, 0], [2, 7, 0], [1, 3, 0, 252, 1, 2, 3, 4, 5], [1, 253, 1, 2, 3], [1, 7, 0, 9],
        ] {
            #expect(throws: DocumentRefusal.self) { try pages(ofRaster: start + wrong) }
        }
    }

    @Test("a picture is measured by its head: 60000 by 60000 is a bomb")
    func jpeg() {
        #expect(check(jpeg: SampleDocument.jpeg(width: 10_000, height: 10_000)) == nil)
        #expect(check(jpeg: SampleDocument.jpeg(width: 60_000, height: 60_000))?.code == "document.tooLarge")
        #expect(check(jpeg: SampleDocument.jpeg(width: 10_000, height: 0))?.code == "document.broken")
        let whole = SampleDocument.jpeg(width: 100, height: 100)
        let scan = whole.lastIndex(of: 0xDA) ?? 0
        for cut in 0...scan {
            #expect(check(jpeg: Array(whole.prefix(cut)))?.code == "document.broken", "\(cut)")
        }
        #expect(check(jpeg: Array(whole.prefix(scan + 1))) == nil)
    }

    @Test("a text is one in UTF-8 or in GB 18030, without control characters")
    func text() throws {
        // 打印 in GB 18030; the third is a character of four bytes.
        for text: [UInt8] in [
            Array("hello\r\n\tworld\u{C}".utf8), Array("政务公开 é 🖨".utf8), [0xB4, 0xF2, 0xD3, 0xA1],
            [0x81, 0x30, 0x81, 0x30], [0xEF, 0xBB, 0xBF, 0x41],
        ] {
            #expect(try pages(ofText: text) == (text.contains(0x0C) ? 2 : 1), "\(text)")
        }
        for other: [UInt8] in [
            [], [0x00], [0x1B, 0x45], [0x7F], [0xB4], [0xB4, 0xF2, 0xD3], [0xFF, 0xFE, 0x41, 0x00],
            [0x80], [0x81, 0x30, 0x81], [0xE6, 0x94, 0x0A, 0x80], [0xC2, 0x85, 0x80],
        ] {
            #expect(try pages(ofText: other) == nil, "\(other)")
        }
    }

    @Test("what is UTF-8 to the standard library is UTF-8 here", arguments: Seeds.first(20))
    func utf8(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Of three bytes that are wide enough apart GB 18030 makes nothing: F0 … with 0x80…0xBF between them and 'A'.
        for _ in 0..<300 {
            let scalars = (0..<Int.random(in: 1...9, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0xA0...0x10FFFF, using: &random))
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            guard !scalars.isEmpty else { continue }
            #expect(try pages(ofText: Array(String(text).utf8)) == 1, "\(scalars)")
        }
    }

    @Test("a text comes to so many pages of 60 lines with 80 columns")
    func textLength() throws {
        func count(_ text: String) throws -> Int? { try pages(ofText: Array(text.utf8)) }
        #expect(try count(String(repeating: "a\n", count: 59)) == 1)
        #expect(try count(String(repeating: "a\n", count: 600)) == 11)
        #expect(try count(String(repeating: "a", count: 80 * 60)) == 1)
        #expect(try count(String(repeating: "a", count: 80 * 60 + 1)) == 2)
        #expect(try count(String(repeating: "印", count: 40 * 60 + 1)) == 2)
        #expect(try count(String(repeating: "\u{C}", count: 9)) == 10)
    }

    struct Wanted: Sendable, CustomTestStringConvertible {
        var pages: Int?
        var range: ClosedRange<Int>?
        var copies = 1
        var code: String?
        var testDescription: String { "\(pages ?? -1) pages, \(range.map { "\($0)" } ?? "all") x \(copies)" }
    }

    @Test(
        "pages and copies have limits; what counts is what is printed",
        arguments: [
            Wanted(pages: 50), Wanted(pages: 51, code: "document.tooManyPages"), Wanted(pages: 50, copies: 2),
            Wanted(pages: 50, copies: 3, code: "document.tooManyPages"), Wanted(pages: 9999, range: 9998...9999),
            Wanted(pages: 9999, range: 1...51, code: "document.tooManyPages"), Wanted(pages: 1, copies: 99),
            Wanted(pages: 3, range: 2...4, code: "document.range"), Wanted(pages: 3, range: 3...3, copies: 99),
            Wanted(pages: nil, range: 7...8, copies: 50), Wanted(pages: nil, copies: 99),
            Wanted(pages: nil, range: 1...51, code: "document.tooManyPages"),
        ])
    func counts(_ wanted: Wanted) {
        let found = refusal { () throws(DocumentRefusal) in
            let wish = DocumentWish(declared: "", pages: wanted.range, copies: wanted.copies)
            try limits.checkCount(wanted.pages, isExact: true, wish)
        }
        #expect(found?.code == wanted.code)
    }
}
