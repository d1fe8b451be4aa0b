/// Tells code, comments and literals of a Swift file apart. Knows nested comments, raw and many-line strings,
/// interpolations (they are code) and regular expressions between slashes.
struct SwiftScanner {
    private let bytes: [UInt8]
    private var index = 0
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        code = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        comments = code
    }

    /// Up to the end, or up to the parenthesis that ends an interpolation.
    mutating func scanCode(insideInterpolation: Bool = false) {
        var depth = 0
        while index < bytes.count {
            if sees("//") {
                scanLineComment()
            } else if sees("/*") {
                scanBlockComment()
            } else if let hashes = openingHashes(before: UInt8(ascii: "\"")) {
                scanString(hashes: hashes)
            } else if let length = regexLength() {
                index += length
            } else {
                if sees("(") { depth += 1 }
                if sees(")") {
                    if insideInterpolation, depth == 0 { return }
                    depth -= 1
                }
                keepCode()
            }
        }
    }

    private mutating func scanLineComment() {
        while index < bytes.count, !sees("\n") { keepComment() }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if sees("/*") { depth += 1 }
            let ends = sees("*/")
            if ends { depth -= 1 }
            if ends || sees("/*") { keepComment() }
            keepComment()
        } while depth > 0 && index < bytes.count
    }

    private mutating func scanString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        for _ in 0..<hashes { keepCode() }
        let quotes = sees("\"\"\"") ? 3 : 1
        let end = String(repeating: "\"", count: quotes) + fence
        for _ in 0..<quotes { keepCode() }
        while index < bytes.count, !sees(end) {
            if sees("\\" + fence) {
                index += 1 + hashes
                if sees("(") { scanInterpolation() } else { index += 1 }
            } else if quotes == 1, sees("\n") {
                return
            } else {
                index += 1
            }
        }
        for _ in 0..<(quotes + hashes) { keepCode() }
    }

    private mutating func scanInterpolation() {
        keepCode()
        scanCode(insideInterpolation: true)
        keepCode()
    }

    /// How many `#` stand here before the wanted byte; `nil` when something else follows.
    private func openingHashes(before wanted: UInt8) -> Int? {
        let hashes = bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
        return index + hashes < bytes.count && bytes[index + hashes] == wanted ? hashes : nil
    }

    /// A regular expression between slashes, which ends in its own line and stands where a value may begin.
    private func regexLength() -> Int? {
        guard let hashes = openingHashes(before: UInt8(ascii: "/")) else { return nil }
        let body = index + hashes + 1
        guard body < bytes.count, hashes > 0 || (valueMayBegin && !" ),\n".utf8.contains(bytes[body])) else {
            return nil
        }
        let end = Array("/".utf8) + Array(repeating: UInt8(ascii: "#"), count: hashes)
        var place = body
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") {
            if bytes[place...].starts(with: end) { return place + end.count - index }
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private var valueMayBegin: Bool {
        guard let last = code[..<index].last(where: { $0 != UInt8(ascii: " ") }) else { return true }
        return "(,=:[{;!&|?\n".utf8.contains(last)
    }

    private func sees(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private mutating func keepCode() {
        if index < bytes.count { code[index] = bytes[index] }
        index += 1
    }

    private mutating func keepComment() {
        if index < bytes.count { comments[index] = bytes[index] }
        index += 1
    }
}
