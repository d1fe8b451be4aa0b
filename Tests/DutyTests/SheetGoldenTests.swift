import Glibc
import Testing
import ZoneLinux
import ZoneSheets

/// What is sent to people and kept for years must not change by chance: these files are also what `Tests/Sheets` prints.
@Suite("The example's files")
struct SheetGoldenTests {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Sheets/Golden"
    }()

    private static func frozen() throws -> FrozenSheet {
        FrozenSheet(
            try Sheet(try ExampleMonth.facts(), issue: SheetIssue(revision: 1, issuedAt: ExampleMonth.issuedAt)))
    }

    @Test("page, table and frozen sheet are those of the repository", arguments: [PaperFormat.html, .csv, .json])
    func month(_ format: PaperFormat) throws {
        try compare(try Self.frozen().bytes(as: format), "example-month.\(format.rawValue)")
    }

    @Test("the district's overview is that of the repository")
    func district() throws {
        try compare(try #require(ExampleDistrict.sheet().paper.bytes(as: .html)), "example-district.html")
    }

    private func compare(_ made: [UInt8], _ name: String) throws {
        let file = "\(Self.folder)/\(name)"
        if getenv("ZONE_WRITE_GOLDEN") != nil {
            try SmallFile.replace(file, with: String(decoding: made, as: UTF8.self), mode: 0o644)
        }
        let same = try SmallFile.readBytes(file, limit: 4 << 20) == made
        #expect(same, "if it is meant to change: ZONE_WRITE_GOLDEN=1 swift test --filter SheetGoldenTests")
    }

    @Test("the frozen sheet of the repository still verifies and draws the same page")
    func still() throws {
        let bytes = try SmallFile.readBytes("\(Self.folder)/example-month.json", limit: 4 << 20)
        let frozen = try FrozenSheet(bytes: bytes)
        #expect(try SheetVerifier.findings(frozen).isEmpty)
        #expect(try frozen.bytes(as: .html) == Self.frozen().bytes(as: .html))
    }
}
