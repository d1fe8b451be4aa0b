import Testing
import ZoneAgentCore
import ZoneProfiles

@Suite("Shipped hardware profiles are sound")
struct ShippedProfileTests {
    private let shelf = ProfileShelf(folders: [Repository.root + "/hw-profiles"])
    private let files = Repository.files(below: "hw-profiles")

    @Test func lintFindsNothing() {
        let complaints = shelf.lint(drivers: DriverRegistry.shippedFacts).map { "\($0)" }
        #expect(complaints.isEmpty, Comment(rawValue: "\n" + complaints.joined(separator: "\n")))
    }

    @Test func everyFileIsRead() {
        #expect(!files.isEmpty)
        let read = Set(shelf.files.map(\.path))
        expectNone(
            files.filter { !read.contains("\(Repository.root)/\($0.path)") }.map {
                Finding(
                    $0.path, 1, "is not read: it must be correct, end in .yaml and lie in a folder such as 10-generic")
            })
    }

    @Test func everyFileBeginsWithItsReason() {
        expectNone(
            files.filter { !ShippedProfileTests.givesReason($0) }.map {
                Finding($0.path, 1, "begin with a comment: why this file is")
            })
    }

    @Test func everyFileGivesItsEvidence() {
        expectNone(
            shelf.files.filter { $0.evidence == nil }.map {
                Finding(String($0.path.dropFirst(Repository.root.count + 1)), 1, "add evidence: how do we know this")
            })
    }

    /// A comment of at least three words, or of some Chinese.
    private static func givesReason(_ file: RepositoryFile) -> Bool {
        guard let first = file.lines.first, first.hasPrefix("#") else { return false }
        let comment = first.drop { $0 == "#" || $0 == " " }
        return comment.split(separator: " ").count > 2 || comment.utf8.count > 20
    }

    @Test func aMissingReasonIsSeen() {
        func givesReason(_ text: String) -> Bool {
            ShippedProfileTests.givesReason(RepositoryFile(path: "a.yaml", bytes: Array(text.utf8)))
        }
        #expect(givesReason("# Any printer with an ipp: address.\nkind: printer\n"))
        #expect(!givesReason("kind: printer\n# Any printer with an ipp: address.\n"))
        #expect(!givesReason("# printer\nkind: printer\n"))
        #expect(!givesReason(""))
    }
}
