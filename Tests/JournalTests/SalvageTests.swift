import GRDB
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import ZoneJournal

@Suite("A damaged journal", .serialized, .timeLimit(.minutes(10)))
struct SalvageTests {
    @Test("what a damage left is saved as it was written, once, under its numbers", arguments: Seeds.first(12))
    func salvage(_ seed: UInt64) async throws {
        let root = try TemporaryRoot()
        let path = root.path + "/journal.db"
        var random = SeededGenerator(seed: seed)
        let written = try await WrittenJournal(path, &random)
        let harm = try Harm(path, &random)
        let journal = try Journal(path: path, boot: "boot", clock: ManualClock())
        let saved = try await journal.page(after: 0, limit: .max)
        try await harm.judge(journal, saved, written)
        let next = try #require(try await journal.write([WrittenJournal.entry(0, &random)], .now).first?.seq)
        #expect(next > saved.last?.seq ?? 0, "\(harm)")
        try await journal.write([Entry(nil, [.salvageTold])], .now)
        await journal.close()
        let again = try Journal(path: path, boot: "boot", clock: ManualClock())
        #expect(again.quarantined == nil && again.lastSeq == next && again.stream == journal.stream)
        #expect(try await again.page(after: 0, limit: .max).dropLast() == saved[...], "\(harm)")
        await again.close()
    }

    @Test("a damaged write-ahead log costs its end, never its middle", arguments: Seeds.first(4))
    func log(_ seed: UInt64) async throws {
        let root = try TemporaryRoot()
        var random = SeededGenerator(seed: seed)
        let written = try await WrittenJournal(root.path + "/journal.db", &random, crashes: true)
        let path = root.path + "/journal.db.crashed"
        let wal = try SmallFile.readBytes(path + "-wal", limit: 16 << 20)
        try Harm(bytes: wal, firstPage: 0, &random).save(path + "-wal")
        let journal = try Journal(path: path, boot: "boot", clock: ManualClock())
        let saved = try await journal.page(after: 0, limit: .max)
        #expect(saved == Array(written.events.prefix(saved.count)))
        #expect(journal.quarantined == nil && journal.lastSeq == saved.last?.seq ?? 0)
        await journal.close()
    }

    @Test("a lost stream name costs the history only")
    func lostName() async throws {
        let root = try TemporaryRoot()
        let path = root.path + "/journal.db"
        var random = SeededGenerator(seed: 1)
        let written = try await WrittenJournal(path, &random)
        _ = try Harm(path, on: written.stream.text)
        let journal = try Journal(path: path, boot: "boot", clock: ManualClock())
        #expect(journal.quarantined != nil && journal.stream != written.stream && journal.lastSeq == 0)
        let restored = try journal.restore()
        #expect(restored.holds == [Present.hold] && restored.heals == [Present.heal])
        #expect(restored.remembered == [Present.remembered] && restored.bindings == [Present.binding])
        #expect(restored.commands == [Present.command] && restored.jobs == [Present.job])
        #expect(restored.acknowledged == 0)
        await journal.close()
    }

    @Test("a history of millions whose root is broken is given up in time")
    func brokenRoot() async throws {
        let root = try TemporaryRoot()
        let path = root.path + "/journal.db"
        var random = SeededGenerator(seed: 2)
        let written = try await WrittenJournal(path, &random)
        let page = try await grownOld(path, by: 60_000)
        _ = try Harm(path, page: page)
        let journal = try Journal(path: path, boot: "boot", clock: ManualClock())
        #expect(journal.salvaged?.events == 0 && journal.lastSeq == 60_000 && journal.stream == written.stream)
        #expect(try journal.restore().holds == [Present.hold])
        await journal.close()
    }

    /// - Returns: the page of the root of the table of events.
    private func grownOld(_ path: String, by last: Int64) async throws -> Int {
        let journal = try Journal(path: path, boot: "boot", clock: ManualClock())
        let page = try await journal.writer.write { db in
            try Rows.setMeta(db, MetaKey.lastSeq, String(last))
            return try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_schema WHERE name = 'event'")
        }
        await journal.close()
        return try #require(page) - 1
    }
}

extension Harm {
    fileprivate func judge(_ journal: Journal, _ saved: [Event], _ written: WrittenJournal) async throws {
        let restored = try journal.restore()
        // Damage that the quick check does not see is in the middle of a text.
        guard let name = journal.quarantined, let report = journal.salvaged else { return }
        #expect(SmallFile.exists(name))
        #expect(Set(saved).isSubset(of: written.events), "\(self)")
        #expect(Set(saved.map(\.seq)).count == saved.count && report.events == saved.count, "\(self)")
        let isReadable = isWhole("CREATE TABLE") && isWhole("CREATE INDEX") && isWhole(written.stream.text)
        guard isReadable || journal.stream == written.stream else {
            #expect(saved.isEmpty && journal.lastSeq == 0, "\(self)")
            return
        }
        #expect(journal.stream == written.stream, "\(self)")
        guard isReadable else { return }
        #expect(journal.lastSeq == written.events.last?.seq, "\(self)")
        let lost = Set(written.events.map(\.seq)).subtracting(saved.map(\.seq)).filter { $0 > written.acknowledged }
        #expect(report.missing == lost.count, "\(self)")
        #expect(restored.acknowledged == written.acknowledged, "\(self)")
        if isWhole("marker-of-hold") { #expect(restored.holds == [Present.hold], "\(self)") }
        if isWhole("marker-of-heal") { #expect(restored.heals == [Present.heal], "\(self)") }
        if isWhole("marker-of-remembered") { #expect(restored.remembered == [Present.remembered], "\(self)") }
        if isWhole("marker-of-binding") { #expect(restored.bindings == [Present.binding], "\(self)") }
        if isWhole("marker-of-command") { #expect(restored.commands == [Present.command], "\(self)") }
        if isWhole("marker-of-job") { #expect(restored.jobs == [Present.job], "\(self)") }
        if isWhole("2026-11-22") { #expect(restored.flaps == [Present.flap], "\(self)") }
    }
}

extension SalvageTests {
    @Test("an agent that is killed before it has told what the damage took reads the damaged file again")
    func killedWhileSalvaging() async throws {
        let root = try TemporaryRoot()
        let path = root.path + "/journal.db"
        var random = SeededGenerator(seed: 3)
        let written = try await WrittenJournal(path, &random)
        try Harm.save(Array(try SmallFile.readBytes(path, limit: 16 << 20).dropLast(Harm.page)), path)
        let first = try Journal(path: path, boot: "boot", clock: ManualClock())
        let saved = try await first.page(after: 0, limit: .max)
        await first.close()
        let second = try Journal(path: path, boot: "boot", clock: ManualClock())
        #expect(second.quarantined == first.quarantined && second.quarantined != nil)
        #expect(second.salvaged?.missing == first.salvaged?.missing)
        #expect(try await second.page(after: 0, limit: .max) == saved && second.stream == written.stream)
        try await second.write([Entry(nil, [.salvageTold])], .now)
        await second.close()
        let third = try Journal(path: path, boot: "boot", clock: ManualClock())
        #expect(third.quarantined == nil)
        await third.close()
    }
}
