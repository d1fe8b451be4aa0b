/// A Swift file split into what the compiler reads and what people read. Both views keep the file's lines and columns:
/// what belongs to the other view is blank. The text of strings and regular expressions is in neither.
struct SwiftFile: Sendable {
    let path: String
    let code: [UInt8]
    let comments: [UInt8]
    let words: [Word]
    /// Where each line begins.
    private let lineStarts: [Int]

    /// A name, keyword or number of the code.
    struct Word: Sendable {
        let text: String
        let start: Int
        let line: Int
        var end: Int { start + text.utf8.count }
    }

    init(path: String, text: String) {
        let bytes = [UInt8](text.utf8)
        var scanner = SwiftScanner(bytes)
        scanner.scanCode()
        self.path = path
        (code, comments) = (scanner.code, scanner.comments)
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        words = SwiftFile.findWords(scanner.code)
    }

    /// As `wc -l` counts, and one more for a last line without its end.
    var lineCount: Int { (lineStarts.last ?? 0) < code.count ? lineStarts.count : lineStarts.count - 1 }

    /// The code of a line, counted from 1.
    func codeLine(_ line: Int) -> String { slice(code, line) }

    /// The comments of a line, counted from 1; nothing beyond the ends of the file.
    func comment(_ line: Int) -> String { slice(comments, line).trimmed }

    func hasOnlyComment(_ line: Int) -> Bool { !comment(line).isEmpty && codeLine(line).trimmed.isEmpty }

    private func slice(_ bytes: [UInt8], _ line: Int) -> String {
        guard line >= 1, line <= lineStarts.count else { return "" }
        let end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
        return String(decoding: bytes[lineStarts[line - 1]..<end], as: UTF8.self)
    }

    /// The line number of a place in the code.
    func line(at offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    private static func findWords(_ code: [UInt8]) -> [Word] {
        var words: [Word] = []
        var (index, line) = (0, 1)
        while index < code.count {
            guard code[index].isWordByte else {
                if code[index] == UInt8(ascii: "\n") { line += 1 }
                index += 1
                continue
            }
            let start = index
            while index < code.count, code[index].isWordByte { index += 1 }
            words.append(Word(text: String(decoding: code[start..<index], as: UTF8.self), start: start, line: line))
        }
        return words
    }
}

extension SwiftFile {
    /// The byte right behind a word.
    func next(_ word: Word) -> UInt8 { word.end < code.count ? code[word.end] : 0 }

    /// The byte right before a word.
    func previous(_ word: Word) -> UInt8 { word.start > 0 ? code[word.start - 1] : 0 }

    func isCall(_ word: Word) -> Bool { next(word) == UInt8(ascii: "(") }

    func isMember(_ word: Word) -> Bool { previous(word) == UInt8(ascii: ".") }

    /// The code from a word's end on, up to the end of its line.
    func rest(after word: Word) -> String {
        String(decoding: code[word.end...].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}

extension UInt8 {
    /// Letters, digits, underscore, and every byte of a letter beyond ASCII.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}

extension StringProtocol {
    /// Without the white space at both ends.
    var trimmed: String {
        let front = drop { $0.isWhitespace }
        return String(
            front.prefix(
                front.lastIndex { !$0.isWhitespace }.map { front.distance(from: front.startIndex, to: $0) + 1 } ?? 0))
    }
}
