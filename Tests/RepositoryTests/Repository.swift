import FoundationEssentials
import Testing

/// One broken rule: where, and what to do about it.
struct Finding: Hashable, CustomStringConvertible {
    let file: String
    let line: Int
    let advice: String

    init(_ file: String, _ line: Int, _ advice: String) { (self.file, self.line, self.advice) = (file, line, advice) }

    var description: String { "\(file):\(line): \(advice)" }
}

/// Fails once, with every finding on a line of its own.
func expectNone(_ findings: [Finding], note: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    guard !findings.isEmpty else { return }
    let lines = findings.map(\.description).sorted() + (note.isEmpty ? [] : [note])
    Issue.record(Comment(rawValue: lines.joined(separator: "\n")), sourceLocation: sourceLocation)
}

/// A file below the repository's root.
struct RepositoryFile {
    let path: String
    let bytes: [UInt8]

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// As `wc -l` counts.
    var lineCount: Int { bytes.count { $0 == UInt8(ascii: "\n") } }

    /// What is not UTF-8, or has a zero byte in front.
    var isBinary: Bool { bytes.prefix(8192).contains(0) || String(validating: bytes, as: UTF8.self) == nil }
}

/// The tree these tests are part of.
enum Repository {
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    static let manifest = Manifest(read("Package.swift").text)

    /// Every Swift file of Sources/ and Tests/, read and scanned once.
    static let swiftFiles: [SwiftFile] = files(below: "Sources", "Tests").filter { $0.path.hasSuffix(".swift") }
        .map { SwiftFile(path: $0.path, text: $0.text) }

    static var sources: [SwiftFile] { swiftFiles.filter { $0.path.hasPrefix("Sources/") } }

    static func read(_ path: String) -> RepositoryFile {
        RepositoryFile(path: path, bytes: [UInt8](FileManager.default.contents(atPath: "\(root)/\(path)") ?? Data()))
    }

    /// Regular files in order of their path, without what .gitignore names and without build and demo folders.
    static func files(below folders: String...) -> [RepositoryFile] {
        folders.flatMap {
            walk($0, ignoring: ["", "Tests/Machine/"].flatMap { ignored(read("\($0).gitignore").text) })
        }
    }

    private static func walk(_ folder: String, ignoring: [String]) -> [RepositoryFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.sorted().flatMap { name -> [RepositoryFile] in
            if isIgnored(name, ignoring) { return [] }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            switch try? FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")[.type] as? FileAttributeType {
            case .typeDirectory: return walk(path, ignoring: ignoring)
            case .typeRegular: return [read(path)]
            default: return []
            }
        }
    }

    private static func isIgnored(_ name: String, _ patterns: [String]) -> Bool {
        name == ".git" || [".build", ".demo", ".swiftpm"].contains { name.hasPrefix($0) }
            || patterns.contains { $0.hasPrefix("*") ? name.hasSuffix($0.dropFirst()) : name == $0 }
    }

    /// The two plain forms this repository uses: a name, and `*` with an ending.
    private static func ignored(_ text: String) -> [String] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.hasSuffix("/") ? String($0.dropLast()) : String($0) }
    }
}
