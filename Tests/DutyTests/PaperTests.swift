import Testing
import ZoneModel
import ZoneTestKit

@testable import ZoneSheets

@Suite("Paper takes any text and stays paper")
struct PaperTests {
    /// Names as hostile people would register them.
    private static let nasty = [
        "<script>alert(1)</script>", "\"><b>", "O'Brien & Söhne", "=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)",
        "＝1＋1",
        " =1", "a\u{202E}b\u{200F}", "a\u{0}b\u{7}c", "逗号,引号\"换行\n第二行", "]]>", "\u{FFFE}", "𠀀㐀",
    ]

    private func paper(_ text: String) -> Paper {
        var paper = Paper(
            title: text, head: [PaperField(text, .text(text))],
            sections: [
                PaperSection(
                    text,
                    [
                        .table(PaperTable([.init(text, 1), .init("b", 2)], [[.text(text), .unknown(text)]])),
                        .essay(label: text, text: text, lines: 2), .poster([text]), .steps([text]),
                    ], notes: [text])
            ], signatures: [text])
        paper.banner = text
        paper.stamp = PaperStamp(line: text, code: "code")
        return paper
    }

    @Test("no mark-up, no formula, nothing invisible gets through", arguments: nasty)
    func hostile(_ text: String) {
        let page = PaperHTML.text(paper(text))
        #expect(!page.contains("<script") && !page.contains("<b>"))
        for sheet in [page, PaperCSV.text(paper(text))] {
            let hidden = sheet.unicodeScalars.filter {
                switch $0.value {
                case 0x0A, 0x0D: false
                case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
                default: false
                }
            }
            #expect(hidden.isEmpty)
        }
        for line in PaperCSV.text(paper(text)).dropFirst().split(separator: "\r\n") {
            let field = line.drop { $0 == "\"" || $0 == " " }
            #expect(!["=", "+", "-", "@", "＝"].contains(field.first.map(String.init) ?? ""), "\(line)")
        }
    }

    @Test("a field is what it was after a round through the rules of CSV", arguments: Seeds.first(100))
    func fields(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters: [Character] = ["a", "中", ",", "\"", "=", "+", ";", " ", "'", "1"]
        let text = String(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        var field = PaperCSV.field(text)
        if field.hasPrefix("\"") {
            #expect(field.hasSuffix("\"") && field.count >= 2)
            field = String(field.dropFirst().dropLast()).replacing("\"\"", with: "\"")
        } else {
            #expect(!field.contains(",") && !field.contains("\""))
        }
        #expect(field == text || field == "'" + text)
    }

    @Test("a table is for a spreadsheet here: mark, CRLF, one part after the other")
    func csv() throws {
        let text = PaperCSV.text(try Sheet(try ExampleMonth.facts()).paper)
        #expect(text.unicodeScalars.first == "\u{FEFF}")
        #expect(!text.replacing("\r\n", with: "").contains { $0 == "\n" || $0 == "\r" })
        for part in ["一、三项保障", "二、设备清单", "三、故障台账", "四、日常管理", "五、使用情况", "六、存在问题和改进意见", "七、整改落实"] {
            #expect(text.contains("\r\n\r\n\(part)\r\n"), "\(part)")
        }
    }

    @Test("a document is a ZIP whose entries are what they say")
    func document() throws {
        let bytes = PaperDocument.bytes(try Sheet(try ExampleMonth.facts()).paper)
        #expect(
            Array(bytes.prefix(4)) == [0x50, 0x4B, 3, 4] && Array(bytes.suffix(22).prefix(4)) == [0x50, 0x4B, 5, 6])
        #expect(PaperDocument.bytes(try Sheet(try ExampleMonth.facts()).paper) == bytes, "the same bytes each time")
        // RFC 3720, appendix B.4 has other polynomials; this value is the one of ISO 3309 for the usual nine digits.
        #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    }

    @Test("widths are whole per cents and sum to 100", arguments: Seeds.first(50))
    func widths(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let columns = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            PaperTable.Column("x", Int.random(in: 0...20, using: &random))
        }
        let widths = PaperTable(columns, []).widths
        #expect(widths.reduce(0, +) == 100 && widths.allSatisfy { $0 >= 0 })
    }

    @Test("each small paper has its name and what is known", arguments: SmallPaper.allCases)
    func small(_ kind: SmallPaper) throws {
        let facts = try ExampleMonth.facts()
        let paper = kind.paper(
            SmallPaperFacts(
                head: facts.head, today: ExampleMonth.period.last, devices: facts.devices.value ?? [],
                notice: "触摸屏暂停使用", open: ["打印机（printer-1）：打印机卡纸，暂时不能打印；按图开盖"]))
        #expect(paper.title == kind.title)
        let text = PaperHTML.text(paper)
        #expect(text.contains("示例镇政务公开专区"))
        #expect(kind != .faultNotice || text.contains("触摸屏暂停使用"))
        #expect(kind != .rectification || text.contains("打印机卡纸"))
        #expect(!PaperDocument.bytes(paper).isEmpty)
    }
}
