/// Reads the few forms of Package.swift that `Manifest` knows.
struct ManifestReader {
    /// A piece of Package.swift: a string's content, a name, or a sign.
    enum Token: Equatable { case string(String), name(String), sign(Character) }

    private let tokens: [(token: Token, line: Int)]
    private let helpers = ["shelf", "program", "tests", "library"]
    private let declarations = ["target", "executableTarget", "testTarget", "systemLibrary"]

    init(_ text: String) { tokens = ManifestReader.tokens(of: text) }

    func targets() -> [Manifest.Target] {
        let aliases = aliases()
        return tokens.indices.compactMap { index -> Manifest.Target? in
            guard case .name(let call) = tokens[index].token, sign("(", at: index + 1) else { return nil }
            let arguments = arguments(from: index + 2)
            let line = tokens[index].line
            if helpers.contains(call), token(at: index - 1) != .name("func") {
                return helperTarget(call, arguments, aliases, line)
            }
            guard declarations.contains(call), sign(".", at: index - 1) else { return nil }
            return plainTarget(arguments, aliases, line)
        }
    }

    private func helperTarget(
        _ call: String, _ arguments: [[Token]], _ aliases: [String: Set<String>], _ line: Int
    ) -> Manifest.Target? {
        guard case .string(let first)? = arguments.first?.first else { return nil }
        let plain = arguments.filter { label($0) == nil }
        switch call {
        case "shelf":
            guard arguments.count > 1, case .string(let name)? = arguments[1].first else { return nil }
            let needs = names(plain.dropFirst(2).joined(), aliases)
            return .init(name: name, folder: "Sources/\(first)", needs: needs, line: line)
        case "program":
            let needs = names(plain.dropFirst().joined(), aliases)
            return .init(name: first, folder: "Sources/Programs/\(first)", needs: needs, line: line)
        case "tests":
            let needs = names(plain.dropFirst().joined(), aliases).union(["ZoneTestKit"])
            return .init(name: first, folder: "Tests/\(first)", needs: needs, line: line)
        default:
            return .init(name: first, folder: "Sources/C/\(first)", needs: [], line: line)
        }
    }

    private func plainTarget(
        _ arguments: [[Token]], _ aliases: [String: Set<String>], _ line: Int
    ) -> Manifest.Target? {
        func argument(_ name: String) -> [Token] { arguments.first { label($0) == name } ?? [] }
        guard case .string(let name)? = argument("name").last, case .string(let folder)? = argument("path").last,
            !folder.contains("\\(")
        else { return nil }
        return .init(
            name: name, folder: folder, needs: names(argument("dependencies").dropFirst(2), aliases), line: line)
    }

    /// Strings name themselves; a name stands for what its `let` holds.
    private func names(_ tokens: some Sequence<Token>, _ aliases: [String: Set<String>]) -> Set<String> {
        Set(
            tokens.flatMap { token -> Set<String> in
                switch token {
                case .string(let text): [text]
                case .name(let name): aliases[name] ?? []
                case .sign: []
                }
            })
    }

    /// `let log: Target.Dependency = .product(name: "Logging", …)`: the products behind each name; and the targets behind
    /// `let base: [Target.Dependency] = ["ZoneModel", …]`.
    private func aliases() -> [String: Set<String>] {
        var (found, open): ([String: Set<String>], String?) = ([:], nil)
        for index in tokens.indices {
            if token(at: index) == .name("let"), case .name(let name)? = token(at: index + 1) {
                open = name
                found[name] = listed(from: index + 2)
            }
            guard let alias = open, token(at: index) == .name("product") else { continue }
            guard case .string(let product)? = token(at: index + 4) else { continue }
            found[alias, default: []].insert(product)
        }
        return found
    }

    /// The strings of `: [Target.Dependency] = ["…", …]`; `nil` where something else is declared.
    private func listed(from start: Int) -> Set<String>? {
        let type: [Token] = [
            .sign(":"), .sign("["), .name("Target"), .sign("."), .name("Dependency"), .sign("]"), .sign("="),
            .sign("["),
        ]
        guard tokens.dropFirst(start).prefix(type.count).map(\.token) == type else { return nil }
        let list = tokens.dropFirst(start + type.count).prefix { $0.token != .sign("]") }.map(\.token)
        guard case .string? = list.first else { return nil }
        return Set(list.compactMap { if case .string(let text) = $0 { text } else { nil } })
    }

    private func token(at index: Int) -> Token? { tokens.indices.contains(index) ? tokens[index].token : nil }

    private func sign(_ sign: Character, at index: Int) -> Bool { token(at: index) == .sign(sign) }

    private func label(_ argument: [Token]) -> String? {
        guard argument.count > 1, case .name(let name) = argument[0], argument[1] == .sign(":") else { return nil }
        return name
    }

    /// The arguments of a call, from behind its parenthesis to the one that closes it.
    private func arguments(from start: Int) -> [[Token]] {
        var (found, depth): ([[Token]], Int) = ([[]], 0)
        for (token, _) in tokens[start...] {
            if token == .sign("(") || token == .sign("[") { depth += 1 }
            if token == .sign(")") || token == .sign("]") { depth -= 1 }
            if depth < 0 { break }
            if depth == 0, token == .sign(",") { found.append([]) } else { found[found.count - 1].append(token) }
        }
        return found
    }

    /// Spaces and comments fall away; what a string interpolates stays in its text.
    private static func tokens(of text: String) -> [(token: Token, line: Int)] {
        var found: [(token: Token, line: Int)] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var rest = line
            while let first = rest.first, !rest.hasPrefix("//") {
                if first.isWhitespace {
                    rest = rest.dropFirst()
                } else if first == "\"" {
                    let content = rest.dropFirst().prefix { $0 != "\"" }
                    found.append((.string(String(content)), number + 1))
                    rest = rest.dropFirst(content.count + 2)
                } else if first.isLetter || first == "_" {
                    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                    found.append((.name(String(name)), number + 1))
                    rest = rest.dropFirst(name.count)
                } else {
                    found.append((.sign(first), number + 1))
                    rest = rest.dropFirst()
                }
            }
        }
        return found
    }
}
