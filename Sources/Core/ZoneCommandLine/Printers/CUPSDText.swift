import ZoneModel

/// What makes a file of cupsd one that nobody should read settings from, or change.
package struct CUPSDComplaint: Error, Sendable, Hashable, CustomStringConvertible {
    package let saying: Saying
    package var description: String { "\(saying.zh) \(saying.en)" }

    init(_ place: String, _ zh: String, _ en: String) {
        saying = Saying("\(place)：\(zh)。", "\(place): \(en).").cleaned
    }
}

/// A line of cupsd.conf or cups-files.conf.
package struct CUPSDLine: Sendable, Hashable {
    package let number: Int
    /// With its end.
    package let bytes: [UInt8]
    /// The sections that it stands in, `<Policy default>` as `policy default`.
    package let sections: [String]
    /// Lower case; empty for a comment or an empty line.
    package let name: String
    package let value: String?

    /// What ends it; empty at the end of a file.
    package var end: ArraySlice<UInt8> { bytes[(bytes.lastIndex { !CUPSDText.isEnd($0) } ?? -1) + 1..<bytes.count] }
    package var isTop: Bool { sections.isEmpty }
}

/// cupsd's own files, cut into lines as cupsd cuts them (cups/file.c, cupsFileGetConf and cupsFileGets): a carriage
/// return alone ends a line, a `#` begins a comment anywhere unless there is a backslash before it, and what is longer
/// than 2047 bytes goes on as another line. As bytes: what is put back must be what was there.
package struct CUPSDText: Sendable, Hashable {
    /// Debian's has 7 KiB.
    package static let limit = 256 * 1024
    /// Below cupsd's 2047 also when it was commented out.
    static let longestLine = 1024

    package let file: String
    package let lines: [CUPSDLine]

    package init(_ bytes: [UInt8], file: String) throws(CUPSDComplaint) {
        guard bytes.count <= CUPSDText.limit else {
            throw CUPSDComplaint(file, "太大（\(bytes.count) 字节）", "too large (\(bytes.count) bytes)")
        }
        self.file = file
        var sections: [String] = []
        var lines: [CUPSDLine] = []
        for (index, raw) in CUPSDText.cut(bytes).enumerated() {
            let place = "\(file):\(index + 1)"
            guard raw.count <= CUPSDText.longestLine, !raw.contains(0) else {
                throw CUPSDComplaint(place, "不是正常的一行配置", "not a line of a configuration")
            }
            let (name, value) = CUPSDText.parts(raw)
            if name.hasPrefix("</"), sections.popLast() == nil {
                throw CUPSDComplaint(place, "\(name) 没有开头", "\(name) without a beginning")
            }
            lines.append(
                CUPSDLine(number: index + 1, bytes: Array(raw), sections: sections, name: name, value: value))
            if name.hasPrefix("<"), !name.hasPrefix("</") {
                sections.append("\(name.dropFirst())\(value.map { " \($0)" } ?? "")")
            }
        }
        guard sections.isEmpty else {
            throw CUPSDComplaint(file, "<\(sections[0])> 没有结尾", "<\(sections[0])> without an end")
        }
        self.lines = lines
    }

    static func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// Lines with their ends.
    static func cut(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard isEnd(byte) else { continue }
            if byte == UInt8(ascii: "\r"), index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
            lines.append(bytes[start..<index])
            start = index
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }

    /// The directive's name in lower case, and its value. By bytes: a space with an accent on it is a space to cupsd.
    private static func parts(_ raw: ArraySlice<UInt8>) -> (String, String?) {
        let line = withoutComment(raw.prefix { !isEnd($0) }).drop(while: isSpace)
        let name = line.prefix { !isSpace($0) }
        var value = line.dropFirst(name.count).drop(while: isSpace)
        let isSection = name.first == UInt8(ascii: "<")
        while let last = value.last, isSpace(last) || isSection && last == UInt8(ascii: ">") { value.removeLast() }
        let words = [name, value].map { String(decoding: $0, as: UTF8.self) }
        return (words[0].lowercased().cleaned(limit: 80), value.isEmpty ? nil : words[1].cleaned(limit: 300))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0B || byte == 0x0C }

    private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let sign = line.firstIndex(of: UInt8(ascii: "#")) else { return line }
        // cupsd looks at the first one only, and takes all of the line when that is quoted.
        let isQuoted = sign > line.startIndex && line[sign - 1] == UInt8(ascii: "\\")
        return isQuoted ? line : line[..<sign]
    }

    /// The lines outside sections that set something, the last one in force.
    package func all(_ name: String) -> [CUPSDLine] {
        let name = name.lowercased()
        return lines.filter { $0.isTop && $0.name == name }
    }

    /// The beginnings of all `<Policy …>`.
    var policies: [CUPSDLine] { lines.filter { $0.isTop && $0.name == "<policy" } }

    /// The lines of a section itself, without those of the sections in it.
    func inside(_ section: CUPSDLine) -> [CUPSDLine] {
        lines.drop { $0.number <= section.number }.prefix { !$0.isTop && $0.name != "</policy>" }
            .filter { $0.sections.count == 1 }
    }
}
