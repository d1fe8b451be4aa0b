/// A function, initializer, subscript or computed property with a body.
struct FunctionBody: Equatable {
    let name: String
    let line: Int
    /// From the keyword to the closing brace.
    let lineCount: Int
}

extension SwiftFile {
    private static let keywords: Set = ["func", "init", "deinit", "subscript", "var"]

    /// What may stand behind a declaration that has no body, as in a protocol.
    private static let nextDeclarations: Set = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "static", "class", "struct", "enum", "actor",
        "protocol", "extension", "typealias", "associatedtype", "private", "fileprivate", "internal", "package",
        "public",
        "mutating", "nonmutating", "override", "import", "return", "guard", "in",
    ]

    /// Every body, in order; inner ones also count as part of the outer.
    var functions: [FunctionBody] {
        words.indices.compactMap { index in
            let word = words[index]
            guard SwiftFile.keywords.contains(word.text), !isMember(word), !(word.text == "init" && isLabel(word)),
                let open = bodyStart(after: index), let close = bodyEnd(from: open)
            else { return nil }
            let named = word.text == "func" || word.text == "var"
            let name = named && index + 1 < words.count ? words[index + 1].text : word.text
            return FunctionBody(name: name, line: word.line, lineCount: line(at: close) - word.line + 1)
        }
    }

    private func isLabel(_ word: Word) -> Bool { next(word) == UInt8(ascii: ":") }

    /// The brace that opens the body of the declaration at a word.
    private func bodyStart(after index: Int) -> Int? {
        let isProperty = words[index].text == "var"
        var (place, depth, following, hasType) = (words[index].end, 0, index + 1, false)
        while place < code.count {
            if following < words.count, words[following].start == place {
                if depth == 0, SwiftFile.nextDeclarations.contains(words[following].text), !isMember(words[following]) {
                    return nil
                }
                place = words[following].end
                following += 1
                continue
            }
            switch code[place] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return isProperty && !hasType ? nil : place
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "=") where depth == 0 && isProperty: return nil
            case UInt8(ascii: ":") where depth == 0: hasType = true
            default: break
            }
            if depth < 0 { return nil }
            place += 1
        }
        return nil
    }

    private func bodyEnd(from open: Int) -> Int? {
        var depth = 0
        for place in open..<code.count {
            if code[place] == UInt8(ascii: "{") { depth += 1 }
            if code[place] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }
}

/// How long a file and a function may be.
enum SizeRules {
    static let fileLimit = 400
    static let functionLimit = 60
    static let programLimit = 60

    static func findings(inFile path: String, lines: Int) -> [Finding] {
        if path.hasPrefix("Sources/Programs/"), lines > programLimit {
            return [
                Finding(
                    path, lines, "\(lines) lines: a program only wires, at most \(programLimit); move work to Core/")
            ]
        }
        guard lines > fileLimit else { return [] }
        return [Finding(path, lines, "\(lines) lines, at most \(fileLimit): split the file by what it is about")]
    }

    static func findings(in file: SwiftFile) -> [Finding] {
        file.functions.filter { $0.lineCount > functionLimit }.map {
            Finding(
                file.path, $0.line,
                "\($0.name) has \($0.lineCount) lines, at most \(functionLimit): give its parts names")
        }
    }

    static func longest(_ count: Int, of files: [SwiftFile]) -> String {
        let all = files.flatMap { file in
            file.functions.map { (lines: $0.lineCount, "\(file.path):\($0.line) \($0.name)") }
        }
        let rows = all.sorted { $0.lines > $1.lines }.prefix(count).map { "  \($0.lines) lines: \($0.1)" }
        return (["The \(count) longest:"] + rows).joined(separator: "\n")
    }
}
