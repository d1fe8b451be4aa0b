import Testing
import ZoneModel

/// What the three texts of a condition must be like.
enum TextRules {
    /// A citizen is told what to do, not what broke.
    private static let parts = [
        "墨", "硒鼓", "粉盒", "纸盒", "盖板", "传感器", "主板", "硬盘", "磁盘", "内存", "网线", "路由器", "交换机", "域名", "触摸屏", "读卡器",
    ]

    static func complaints(headline: String, nextStep: String, citizen: String, english: String) -> [String] {
        var found: [String] = []
        for (name, text) in [
            ("headline", headline), ("nextStep", nextStep), ("citizen", citizen), ("english", english),
        ]
        where text.trimmed.isEmpty {
            found.append("\(name) is empty")
        }
        for (name, text) in [("headline", headline), ("nextStep", nextStep), ("citizen", citizen)]
        where !text.contains(where: isChinese) {
            found.append("\(name) is not Chinese")
        }
        if citizen.count > 20 { found.append("citizen has \(citizen.count) characters, at most 20") }
        if citizen.contains(where: { $0.isNumber || $0.isASCII && $0.isLetter }) {
            found.append("citizen has digits or Latin letters: no address, no brand")
        }
        found += parts.filter { citizen.contains($0) }.map { "citizen names a part (\($0))" }
        if english.contains(where: isChinese) { found.append("english has Chinese characters") }
        return found
    }

    /// In two or more pieces with dots between: small letters, and capitals where another word begins.
    static func isCode(_ name: String) -> Bool {
        let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
        return pieces.count > 1
            && pieces.allSatisfy { piece in
                guard let first = piece.first, ("a"..."z").contains(first) else { return false }
                return piece.allSatisfy { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
            }
    }

    private static func isChinese(_ character: Character) -> Bool {
        character.unicodeScalars.contains {
            (0x3400...0x9FFF).contains($0.value) || (0x20000...0x3FFFF).contains($0.value)
        }
    }
}

@Suite("Every condition speaks to staff, citizens and developers")
struct TextTests {
    @Test(arguments: ConditionCode.allCases)
    func theThreeTextsAreFit(_ code: ConditionCode) {
        let texts = code.texts
        let complaints = TextRules.complaints(
            headline: texts.headline, nextStep: texts.nextStep, citizen: texts.citizen, english: texts.english)
        expectNone(complaints.map { place(of: code, "\(code.rawValue): \($0)") })
    }

    @Test(arguments: ConditionCode.allCases)
    func theCodeIsWellFormed(_ code: ConditionCode) {
        #expect(TextRules.isCode(code.rawValue), "\(place(of: code, "write it as small.letters.with.dots"))")
    }

    /// Where the code's texts, or at least the code, are written.
    private func place(of code: ConditionCode, _ advice: String) -> Finding {
        let path = "Sources/Base/ZoneModel/ConditionTexts.swift"
        let line = Repository.read(path).lines.lastIndex { $0.contains("case .\(code):") }
        return Finding(path, (line ?? 0) + 1, advice)
    }

    @Test func poorTextsAreSeen() {
        func count(_ headline: String, _ nextStep: String, _ citizen: String, _ english: String) -> Int {
            TextRules.complaints(headline: headline, nextStep: nextStep, citizen: citizen, english: english).count
        }
        #expect(count("打印机没纸了", "加A4纸", "打印暂停使用", "Out of paper") == 0)
        #expect(count("", "加纸", "打印暂停使用", "Out of paper") == 2)
        #expect(count("Out of paper", "加纸", "打印暂停使用", "Out of paper") == 1)
        #expect(count("打印机没纸了", "加纸", String(repeating: "停", count: 21), "Out of paper") == 1)
        #expect(count("打印机没纸了", "加纸", "请到3号机", "Out of paper") == 1)
        #expect(count("打印机没纸了", "加纸", "HP打印暂停", "Out of paper") == 1)
        #expect(count("打印机没纸了", "加纸", "硒鼓已空", "缺纸") == 2)
    }

    @Test(arguments: ["prn", "prn.", ".prn", "prn..out", "Prn.out", "prn.out2", "prn out.low"])
    func poorCodesAreSeen(_ name: String) {
        #expect(!TextRules.isCode(name))
        #expect(TextRules.isCode("prn.paper.out"))
    }
}
