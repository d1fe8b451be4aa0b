// Purpose: YAML files written by people, read into types with file, line and field in every complaint.
// The only importer of Yams.
import Yams
import ZoneModel

/// One mistake in a file, in both languages.
package struct FileComplaint: Error, Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let line: Int
    /// Dotted path of the key, for example `devices[2].uri`; empty for the file as a whole.
    package let field: String
    package let expected: String
    private let expectedInChinese: String

    package init(file: String, line: Int, field: String, expected: String, zh: String? = nil) {
        (self.file, self.line, self.field, self.expected) = (file, line, field, expected)
        expectedInChinese = zh ?? expected
    }

    package var zh: String { "\(file):\(line): \(subject)有误，应为：\(expectedInChinese)" }
    package var english: String { "\(file):\(line): \(subject)is wrong, expected: \(expected)" }
    package var description: String { "\(zh)。 \(subject)is wrong, expected: \(expected)." }
    private var subject: String { field.isEmpty ? "" : "“\(field)” " }
}

/// What should stand somewhere, in both languages.
package struct Expected: Sendable, Hashable {
    package let zh: String
    package let en: String

    package init(_ zh: String, _ en: String) { (self.zh, self.en) = (zh, en) }
}

/// A value with the place it came from.
package struct Sourced<Value> {
    package let value: Value
    package let file: String
    package let line: Int

    package init(_ value: Value, file: String, line: Int) { (self.value, self.file, self.line) = (value, file, line) }
}

extension Sourced: Sendable where Value: Sendable {}
extension Sourced: Equatable where Value: Equatable {}

/// A mapping in a YAML file. Reading a key marks it as known; `finish()` complains about the others.
package struct YAMLSection {
    package let file: String
    package let path: String
    package let line: Int
    private let members: [(key: String, node: Node)]
    private(set) var known: Set<String> = []
    /// libyaml finds what is unfinished at the end of a file on the line behind the last.
    private let lastLine: Int

    /// The whole file. An empty one is an empty mapping.
    /// - Throws: `FileComplaint` for a syntax error, a duplicate key, or a file that is not a mapping.
    package init(text: String, file: String) throws(FileComplaint) {
        let shape = YAMLShape(text)
        if let line = shape.firstAlias {
            throw FileComplaint(file: file, line: line, field: "", expected: "the value again, not an alias (*name)")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw YAMLSection.complaint(about: error, file: file, lastLine: shape.lineCount)
        }
        try self.init(node: root ?? Node.mapping([:]), file: file, path: "", lastLine: shape.lineCount)
    }

    private init(node: Node, file: String, path: String, lastLine: Int) throws(FileComplaint) {
        let line = min(node.mark?.line ?? 1, lastLine)
        guard case .mapping(let mapping) = node else {
            throw FileComplaint(file: file, line: line, field: path, expected: "keys and values (key: value)")
        }
        var (members, seen): ([(String, Node)], Set<String>) = ([], [])
        for (key, value) in mapping {
            // A key becomes part of paths, complaints and tables.
            guard let name = key.string, name == name.cleaned(), seen.insert(name).inserted else {
                throw FileComplaint(
                    file: file, line: min(key.mark?.line ?? line, lastLine), field: path,
                    expected: "each key once, as text of at most 200 characters, no control characters among them")
            }
            members.append((name, value))
        }
        (self.file, self.path, self.line, self.members, self.lastLine) = (file, path, line, members, lastLine)
    }

    private static func complaint(about error: any Error, file: String, lastLine: Int) -> FileComplaint {
        if case .parser(_, let problem, let mark, _) = error as? YamlError {
            return FileComplaint(
                file: file, line: min(mark.line, lastLine), field: "", expected: "YAML (\(problem.cleaned()))")
        }
        if case .scanner(_, let problem, let mark, _) = error as? YamlError {
            return FileComplaint(
                file: file, line: min(mark.line, lastLine), field: "", expected: "YAML (\(problem.cleaned()))")
        }
        if case .duplicatedKeysInMapping(let keys, let context) = error as? YamlError {
            let names = keys.joined(separator: ", ").cleaned()
            return FileComplaint(
                file: file, line: min(context.mark.line, lastLine), field: names, expected: "each key once")
        }
        return FileComplaint(file: file, line: 1, field: "", expected: "YAML (\("\(error)".cleaned()))")
    }

    package var keys: [String] { members.map(\.key) }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private mutating func node(_ key: String) -> Node? {
        known.insert(key)
        guard let node = members.first(where: { $0.key == key })?.node else { return nil }
        if case .scalar(let scalar) = node, scalar.isNothing { return nil }
        return node
    }

    package func complaint(
        _ key: String, line: Int? = nil, expected: String, zh: String? = nil
    ) -> FileComplaint {
        let own = members.first(where: { $0.key == key })?.node.mark?.line
        return FileComplaint(
            file: file, line: min(line ?? own ?? self.line, lastLine), field: name(key), expected: expected, zh: zh)
    }

    /// The text at `key`, or `nil` when the key is absent or empty.
    package mutating func text(_ key: String) throws(FileComplaint) -> Sourced<String>? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let scalar) = node else { throw complaint(key, expected: "one value") }
        return Sourced(scalar.string.cleaned(limit: 1000), file: file, line: min(node.mark?.line ?? line, lastLine))
    }

    /// A value that `parse` makes of the text; `expected` is for the complaint.
    package mutating func value<Value>(
        _ key: String, expected: String, _ parse: (String) -> Value?
    ) throws(FileComplaint) -> Sourced<Value>? {
        try value(key, expecting: { _ in Expected(expected, expected) }, parse)
    }

    /// - Parameter expecting: for the complaint about a text.
    package mutating func value<Value>(
        _ key: String, expecting: (String) -> Expected, _ parse: (String) -> Value?
    ) throws(FileComplaint) -> Sourced<Value>? {
        guard let text = try text(key) else { return nil }
        guard let value = parse(text.value) else {
            let expected = expecting(text.value)
            throw complaint(key, expected: expected.en, zh: expected.zh)
        }
        return Sourced(value, file: text.file, line: text.line)
    }

    package mutating func required<Value>(
        _ key: String, expected: String, _ parse: (String) -> Value?
    ) throws(FileComplaint) -> Value {
        guard let found = try value(key, expected: expected, parse) else {
            throw complaint(key, expected: expected)
        }
        return found.value
    }

    package mutating func section(_ key: String) throws(FileComplaint) -> YAMLSection? {
        guard let node = node(key) else { return nil }
        return try YAMLSection(node: node, file: file, path: name(key), lastLine: lastLine)
    }

    package mutating func sections(_ key: String) throws(FileComplaint) -> [YAMLSection] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let items) = node else {
            throw complaint(key, expected: "a list (lines that begin with -)")
        }
        var result: [YAMLSection] = []
        for (index, item) in items.enumerated() {
            result.append(try YAMLSection(node: item, file: file, path: "\(name(key))[\(index)]", lastLine: lastLine))
        }
        return result
    }

    /// Marks a key as known without reading it.
    package mutating func know(_ key: String) { known.insert(key) }

    /// What a key holds.
    enum Form: Sendable { case text, mapping, list }

    /// `nil` when the key is absent or empty.
    func form(_ key: String) -> Form? {
        switch members.first(where: { $0.key == key })?.node {
        case .scalar(let scalar): scalar.isNothing ? nil : .text
        case .mapping: .mapping
        case .sequence: .list
        default: nil
        }
    }

    /// The texts of a plain list.
    package mutating func texts(_ key: String) throws(FileComplaint) -> [String] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let items) = node else {
            throw complaint(key, expected: "a list (lines that begin with -, or [a, b])")
        }
        var result: [String] = []
        for item in items {
            guard case .scalar(let scalar) = item else { throw complaint(key, expected: "a list of plain values") }
            result.append(scalar.string.cleaned(limit: 200))
        }
        return result
    }

    /// - Throws: a complaint about the first key nobody asked for.
    package func finish() throws(FileComplaint) { try finish(known: known) }

    func finish(known: Set<String>) throws(FileComplaint) {
        guard let stranger = members.first(where: { !known.contains($0.key) }) else { return }
        throw complaint(stranger.key, expected: "one of the keys " + known.sorted().joined(separator: ", "))
    }
}

extension Node.Scalar {
    /// YAML's own words for nothing (YAML 1.2.2, 10.2.1.1); in quotes they are texts.
    fileprivate var isNothing: Bool {
        ["", "~", "null", "Null", "NULL"].contains(string) && (style == .any || style == .plain)
    }
}

/// For a closed set of words in a file.
package func words<Value: RawRepresentable & CaseIterable>(
    _ type: Value.Type
) -> String where Value.RawValue == String {
    "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")
}
