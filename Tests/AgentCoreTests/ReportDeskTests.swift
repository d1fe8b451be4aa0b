import Synchronization
import Testing
import ZoneAccess
import ZoneDays
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneSheets
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneAgentCore

@Suite("Sheets that an agent issues")
struct ReportDeskTests {
    /// What other parts of the agent deliver; a test makes some of it late.
    private final class Ledger: Sendable {
        let fees = Mutex("免费")
        let days = Mutex<[SheetDay]>([])

        /// Well all day, eight hours each.
        func close(_ dates: [CivilDate]) throws {
            let well = DayBuckets(up: 28_800)
            let closed = try dates.map { date in
                try SheetDay(
                    DayTotals(
                        date: "\(date)", published: 28_800, groups: .init(network: well, query: well, print: well),
                        devices: [], counts: [:], through: 1))
            }
            days.withLock { $0 += closed }
        }
    }

    private struct Bench {
        let root: TemporaryRoot
        let journal: Journal
        let ledger: Ledger
        let desk: ReportDesk
        var folder: String { root.path + "/reports" }
    }

    private static let caller = Caller(door: .admin, uid: 7, role: .technician)
    /// 1 April 2026, 01:00 in the zone.
    private static let april = WallTime(milliseconds: 1_774_976_400_000)

    private func withDesk(at now: WallTime = april, _ story: (Bench) async throws -> Void) async throws {
        let root = try TemporaryRoot()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
        let ledger = Ledger()
        let desk = ReportDesk(
            shelf: ReportShelf(folder: root.path + "/reports"),
            source: {
                var source = SheetSource(zone: "z", head: SheetHead(name: "示例专区", type: "hall"))
                source.fees = { _ in .value(ledger.fees.withLock { $0 }) }
                source.days = { _ in
                    let days = ledger.days.withLock { $0 }
                    return days.isEmpty ? .unknown(SheetFacts.noDays) : .value(days)
                }
                source.devices = { _ in .value([SheetDevice(id: "printer-1", kind: "printer", state: "故障")]) }
                return source
            }, notices: { _ in "打印暂停使用" }, openConditions: { ["打印机没纸了"] }, journal: journal,
            clock: ManualClock(wall: now))
        let bench = Bench(root: root, journal: journal, ledger: ledger, desk: desk)
        do {
            try await story(bench)
            await journal.close()
        } catch {
            await journal.close()
            throw error
        }
    }

    private func month(_ text: String = "2026-03") throws -> SheetPeriod { try #require(SheetPeriod(text)) }

    @Test("a draft is what is known now; without days it says so")
    func draft() async throws {
        try await withDesk { bench in
            let draft = try await bench.desk.sheet(month(), isDraft: false)
            #expect(draft.issue == nil && draft.groups.map(\.verdict) == ["数据不足", "数据不足", "数据不足"])
            #expect(await bench.desk.issued().isEmpty)
            #expect(SmallFile.list(bench.folder).isEmpty)
        }
    }

    @Test("a sheet whose file is lost is still known by its row in the journal, and said to be lost")
    func lost() async throws {
        try await withDesk { bench in
            let first = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            bench.ledger.fees.withLock { $0 = "按价目表" }
            let second = try await bench.desk.issue(month(), SheetRemarks(problems: "卡纸"), by: Self.caller)
            let held = await bench.desk.issued()
            #expect(held.map(\.revision) == [1, 2] && held.allSatisfy { $0.isLost == nil })
            SmallFile.remove(bench.folder + "/2026-03.r1.json")
            let after = await bench.desk.issued()
            #expect(after.map(\.revision) == [1, 2] && after.map(\.isLost) == [true, nil])
            #expect(after.map(\.sha256) == [first.sha256, second.sha256])
            #expect(after[0].through == first.through && after[0].issuedAt == first.issuedAt)
            SmallFile.remove(bench.folder + "/2026-03.r2.json")
            let third = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            #expect(third.revision == 3, "a number that is on paper somewhere is not given again")
            #expect(try await bench.desk.sheet(month(), isDraft: false).replaces == second.sha256)
        }
    }

    @Test("issued it is an event and a file, and stays as it was; the same facts make no second one")
    func issue() async throws {
        try await withDesk { bench in
            let first = try await bench.desk.issue(month(), SheetRemarks(problems: "卡纸"), by: Self.caller)
            #expect(first.revision == 1 && first.isNew == true && first.issuedAt == Self.april)
            let again = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            #expect(again.isNew == false && again.sha256 == first.sha256, "what was written stays written")
            let events = try await bench.journal.rows(.reportIssued)
            #expect(events.count == 1 && events[0].class == .a)
            #expect(events[0].data["sha256"]?.stringValue == first.sha256)
            #expect(events[0].data["period"]?.stringValue == "2026-03")
            #expect(events[0].data["actor"]?.stringValue == "technician, uid 7 via admin.sock")
            #expect(SmallFile.list(bench.folder) == ["2026-03.r1.json"])
            let frozen = try await bench.desk.sheet(month(), isDraft: false)
            #expect(frozen.facts.remarks.problems == "卡纸")
            #expect(try SheetVerifier.findings(frozen).isEmpty)
        }
    }

    @Test("late data makes revision 2, which names what it replaces; revision 1 stays")
    func late() async throws {
        try await withDesk { bench in
            let first = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            bench.ledger.fees.withLock { $0 = "每页0.2元" }
            // What is shown is the issued one until somebody issues anew.
            let shown = try await bench.desk.sheet(month(), isDraft: false)
            let now = try await bench.desk.sheet(month(), isDraft: true)
            #expect(shown.seal.sha256 == first.sha256 && now.seal.sha256 != first.sha256)
            let second = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            #expect(second.revision == 2 && second.isNew == true)
            #expect(try await bench.desk.sheet(month(), isDraft: false).replaces == first.sha256)
            #expect(await bench.desk.issued().map(\.revision) == [1, 2])
        }
    }

    @Test("a date that is closed after the sheet was issued is late data, too: the PC was off on the 31st")
    func lateDay() async throws {
        try await withDesk { bench in
            let dates = try month().dates(through: month().last)
            try bench.ledger.close(dates.dropLast())
            let first = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            #expect(try await bench.desk.sheet(month(), isDraft: false).sheet().missingDates == dates.suffix(1))
            try bench.ledger.close(dates.suffix(1))
            let second = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            #expect(first.revision == 1 && second.revision == 2 && second.isNew == true)
            #expect(try await bench.desk.sheet(month(), isDraft: false).sheet().missingDates.isEmpty)
        }
    }

    @Test("ten people at once issue one revision")
    func together() async throws {
        try await withDesk { bench in
            let period = try month()
            let revisions = try await withThrowingTaskGroup(of: IssuedReport.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await bench.desk.issue(period, SheetRemarks(), by: Self.caller) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(revisions.map(\.revision)) == [1] && revisions.count { $0.isNew == true } == 1)
            #expect(try await bench.journal.rows(.reportIssued).count == 1)
        }
    }

    @Test("what is not over is not issued")
    func running() async throws {
        try await withDesk { bench in
            for text in ["2026-04", "2026-Q2", "2026", "2026-04-01"] {
                await #expect(throws: ErrorJSON.self, "\(text)") {
                    try await bench.desk.issue(month(text), SheetRemarks(), by: Self.caller)
                }
            }
            _ = try await bench.desk.issue(month("2026-03-31"), SheetRemarks(), by: Self.caller)
        }
    }

    @Test("an issued sheet that cannot be read is not as good as none")
    func unreadable() async throws {
        try await withDesk { bench in
            _ = try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            try SmallFile.replace(bench.folder + "/2026-03.r1.json", with: "{")
            let error = await #expect(throws: ErrorJSON.self) { try await bench.desk.sheet(month(), isDraft: false) }
            #expect(error?.code == "report.unreadable")
            await #expect(throws: ErrorJSON.self) {
                try await bench.desk.issue(month(), SheetRemarks(), by: Self.caller)
            }
            #expect(try await bench.desk.sheet(month(), isDraft: true).issue == nil)
        }
    }

    @Test("what does not lie there as an issued sheet is not taken for one")
    func strangers() async throws {
        try await withDesk { bench in
            try SmallFile.makeDirectory(bench.folder)
            for name in ["2026-03.r0.json", "2026-03.json", "x.r1.json", "2026-13.r1.json", "2026-03.r1.json.new"] {
                try SmallFile.replace("\(bench.folder)/\(name)", with: "{}")
            }
            #expect(await bench.desk.issued().isEmpty)
            #expect(try await bench.desk.sheet(month(), isDraft: false).issue == nil)
        }
    }

    @Test("a notice for a device has its citizens' words; the office's papers have what is open")
    func papers() async throws {
        try await withDesk { bench in
            let notice = try await bench.desk.paper(.faultNotice, about: DeviceID(.printer, 1))
            #expect(PaperHTML.text(notice).contains("打印机") && PaperHTML.text(notice).contains("打印暂停使用"))
            let order = try await bench.desk.paper(.rectification, about: nil)
            #expect(PaperHTML.text(order).contains("打印机没纸了"))
        }
    }
}
