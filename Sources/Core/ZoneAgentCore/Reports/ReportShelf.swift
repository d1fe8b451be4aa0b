import ZoneLinux
import ZoneModel
import ZoneSheets

/// The folder of issued sheets: one file for each revision, written whole or not at all, and never written again.
struct ReportShelf: Sendable {
    /// Ten years of months, quarters and years, and a year of days.
    static let mostFiles = 600
    static let mostRevisions = 99

    private let folder: String
    private let lane = BlockingLane(label: "reports")

    /// - Parameter folder: made when the first sheet is issued.
    init(folder: String) { self.folder = folder }

    private struct Name {
        var period: SheetPeriod
        var revision: Int
        var text: String { "\(period).r\(revision).json" }

        init(_ period: SheetPeriod, _ revision: Int) { (self.period, self.revision) = (period, revision) }

        init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2] == "json", parts[1].first == "r",
                let period = SheetPeriod(String(parts[0])),
                let revision = Int(parts[1].dropFirst()), 1...ReportShelf.mostRevisions ~= revision
            else { return nil }
            (self.period, self.revision) = (period, revision)
            // One file has one name.
            guard self.text == text else { return nil }
        }
    }

    private func names() -> [Name] {
        SmallFile.list(folder).compactMap(Name.init).sorted {
            ($0.period.first, $0.period.description, $0.revision) < (
                $1.period.first, $1.period.description, $1.revision
            )
        }
    }

    private func read(_ name: Name) throws -> FrozenSheet {
        let bytes = try SmallFile.readBytes("\(folder)/\(name.text)", limit: FrozenSheet.mostBytes)
        return try FrozenSheet(bytes: bytes)
    }

    /// The last revision of a period.
    /// - Throws: what keeps it from being read: a sheet that was issued and is unreadable is not as good as none.
    func latest(_ period: SheetPeriod) async throws -> FrozenSheet? {
        try await lane.run {
            Result { try names().last { $0.period == period }.map(read) }
        }.get()
    }

    /// Those that can be read.
    func all() async -> [IssuedReport] {
        await lane.run { names().compactMap { name in (try? read(name)).flatMap(IssuedReport.init) } }
    }

    /// - Throws: `SystemError` when there is no room; then nothing was written.
    func add(_ frozen: FrozenSheet) async throws {
        guard let issue = frozen.issue else { return }
        let (name, text) = (
            Name(frozen.facts.period, issue.revision), String(decoding: try frozen.bytes(), as: UTF8.self)
        )
        try await lane.run {
            Result {
                try SmallFile.makeDirectory(folder)
                makeRoom()
                try SmallFile.replace("\(folder)/\(name.text)", with: text)
            }
        }.get()
    }

    /// The oldest sheets of single days go first.
    private func makeRoom() {
        let names = names()
        guard names.count >= ReportShelf.mostFiles else { return }
        let isDay: (Name) -> Bool = { if case .day = $0.period { true } else { false } }
        guard let oldest = names.first(where: isDay) ?? names.first else { return }
        SmallFile.remove("\(folder)/\(oldest.text)")
    }
}
