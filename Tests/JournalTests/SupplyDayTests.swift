import GRDB
import Testing
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("What a day began and ended with, in the journal")
struct SupplyDayTests {
    private let root: TemporaryRoot

    init() throws { root = try TemporaryRoot() }

    private var path: String { root.path + "/journal.db" }

    private func day(_ date: String, _ name: String = "black", last: Int = 60) throws -> SupplyDay {
        SupplyDay(
            device: DeviceID(.printer, 1), date: try #require(CivilDate(date)), part: .supply, name: name,
            serial: "A1", first: 80, last: last)
    }

    private func open() throws -> Journal { try Journal(path: path, boot: "boot", clock: ManualClock()) }

    @Test("a day has one row per thing, the newest word counts, and a restart reads it back")
    func rows() async throws {
        var journal = try open()
        var unnumbered = try day("2026-11-20", "")
        (unnumbered.part, unnumbered.serial) = (.pages, nil)
        try await journal.write([Entry(nil, [.supplyDays([try day("2026-11-20"), unnumbered])])], .now)
        try await journal.write([Entry(nil, [.supplyDays([try day("2026-11-20", last: 55)])])], .now)
        await journal.close()
        journal = try open()
        let newest = try day("2026-11-20", last: 55)
        #expect(try Set(journal.restore().supplyDays) == [newest, unnumbered])
        #expect(journal.lastSeq == 0, "a level is no event")
        await journal.close()
    }

    @Test("sixty days are kept; what a clock that was ahead has dated goes, too")
    func forgotten() async throws {
        let journal = try open()
        let today = CivilDate(of: ManualClock().wall())
        func dates(_ days: Int...) -> [String] { days.map { today.advanced(byDays: $0).description } }
        let (kept, gone) = (dates(0, 1, -60), dates(-61, 2, 4000))
        let days = try (kept + gone).map { try day($0) }
        try await journal.write([Entry(nil, [.supplyDays(days)])], .now)
        _ = try await journal.thin(JournalLimits())
        #expect(try Set(journal.restore().supplyDays.map(\.date.description)) == Set(kept))
        await journal.close()
    }

    @Test("an older agent's file gets the table, and a row that is not ours is left out")
    func migrated() async throws {
        try await open().close()
        let file = try DatabaseQueue(path: path)
        try await file.write { db in
            try db.execute(sql: "DROP TABLE supplyDay")
            try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '4 supplies'")
        }
        try file.close()
        let journal = try open()
        try await journal.write([Entry(nil, [.supplyDays([try day("2026-09-20")])])], .now)
        await journal.close()
        let again = try DatabaseQueue(path: path)
        try await again.write { db in
            try db.execute(sql: "INSERT INTO supplyDay VALUES ('printer-1', '2026-02-31', 'supply', 'x', NULL, 1, 2)")
            try db.execute(sql: "INSERT INTO supplyDay VALUES ('printer-1', x'00', 'soup', 'x', NULL, 'a', 2)")
        }
        try again.close()
        let last = try open()
        let ours = try day("2026-09-20")
        #expect(try last.restore().supplyDays == [ours])
        await last.close()
    }
}
