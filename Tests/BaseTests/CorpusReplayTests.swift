import FoundationEssentials
import Testing
import ZoneFuzzEntries

/// What fuzzers found, and what they began with, through the same functions (Tests/Fuzz/README.md).
@Suite("Inputs that were found by fuzzing")
struct CorpusReplayTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Corpus")

    private static func files(_ entry: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: entry).path).sorted()
            .map { folder.appending(path: "\(entry)/\($0)") }
    }

    @Test("keep every promise", arguments: FuzzEntry.all.map(\.name))
    func replay(_ name: String) throws {
        let entry = try #require(FuzzEntry.all.first { $0.name == name })
        let files = try Self.files(name)
        #expect(!files.isEmpty)
        for file in files {
            do {
                try entry.take(Array(try Data(contentsOf: file)))
            } catch {
                Issue.record("\(name)/\(file.lastPathComponent): \(error)")
            }
        }
    }

    @Test("belong to an entry each")
    func noStrangers() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(folders) == Set(FuzzEntry.all.map(\.name)).union(FuzzEntry.absent))
    }
}
