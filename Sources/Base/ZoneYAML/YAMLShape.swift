/// What must be known of a file before it is given to Yams.
struct YAMLShape {
    /// As people count: an empty line behind the last break is none.
    let lineCount: Int
    /// The line of the first alias of an anchor. Aliases of aliases have no end when one of them is a key: Yams hashes
    /// keys, and 430 bytes keep it busy for ever. Nobody needs aliases in these files.
    let firstAlias: Int?

    /// Line breaks of YAML 1.1.
    private static let breaks: Set<Character> = ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"]
    /// What may stand in front of an anchor or alias.
    private static let openings: Set<Character> = [" ", "\t", "-", "?", ":", ",", "[", "{"]

    init(_ text: String) {
        var (line, alias, previous): (Int, Int?, Character) = (1, nil, "\n")
        var anchors: Set<Substring> = []
        for index in text.indices {
            let sign = text[index]
            let opens = YAMLShape.openings.contains(previous) || YAMLShape.breaks.contains(previous)
            if opens, sign == "&" || sign == "*" {
                let name = text[text.index(after: index)...].prefix(while: YAMLShape.isNamed)
                if sign == "&", !name.isEmpty { anchors.insert(name) }
                if sign == "*", alias == nil, anchors.contains(name) { alias = line }
            }
            if YAMLShape.breaks.contains(sign) { line += 1 }
            previous = sign
        }
        firstAlias = alias
        lineCount = YAMLShape.breaks.contains(previous) ? max(1, line - 1) : line
    }

    private static func isNamed(_ sign: Character) -> Bool {
        sign.isASCII && (sign.isLetter || sign.isNumber || sign == "_" || sign == "-")
    }
}
