import Testing
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Thinning the journal", .serialized, .timeLimit(.minutes(10)))
struct ThinningTests {
    @Test("what must stay stays, the least goes first, and every loss is declared", arguments: Seeds.first(16))
    func histories(_ seed: UInt64) async throws {
        let root = try TemporaryRoot()
        var history = try RandomHistory(root, seed: seed)
        for _ in 0..<2 {
            try await history.grow()
            try await history.thin()
        }
        let last = history.journal.lastSeq
        await history.journal.close()
        let again = try Journal(path: root.path + "/journal.db", boot: "boot", clock: ManualClock())
        #expect(
            try await again.write([RandomHistory.entry(.a, at: 0)], .now).first?.seq == last + 1, "a number came again")
        await again.close()
    }

    @Test("a row stays seven days after its acknowledgement, however old it is; a restored hub takes that back")
    func settlement() async throws {
        let root = try TemporaryRoot()
        let clock = ManualClock()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: clock)
        func acknowledge(_ seq: Int64) async throws {
            try await journal.write([Entry(nil, [.acknowledged(seq: seq, at: clock.wall())])], .now)
        }
        func left(after hours: Int64) async throws -> [Int64] {
            clock.advance(by: .seconds(hours * 3600))
            _ = try await journal.thin(JournalLimits())
            return try await journal.page(after: 0, limit: 10).map(\.seq)
        }
        let old = clock.wall().milliseconds - 450 * RandomHistory.day
        try await journal.write([EventClass.a, .b, .a, .b, .b].map { RandomHistory.entry($0, at: old) }, .now)
        try await acknowledge(4)
        #expect(try await left(after: 7 * 24 - 1) == [1, 2, 3, 4, 5])
        try await acknowledge(2)
        #expect(try await left(after: 2).suffix(3) == [3, 4, 5], "3 and 4 are not acknowledged any more")
        try await acknowledge(5)
        #expect(try await left(after: 7 * 24 - 1).suffix(3) == [3, 4, 5])
        #expect(try await left(after: 1) == [])
        await journal.close()
    }

    @Test("while nobody vouches for the clock nothing goes by age")
    func unsyncedClock() async throws {
        let root = try TemporaryRoot()
        let clock = AdriftClock()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: clock)
        let rows = [EventClass.a, .b, .c, .d].map { RandomHistory.entry($0, at: 0) }
        let heal = HealCount(device: DeviceID(.touchPanel, 1), step: "reset", date: "1970-01-01", count: 3)
        let asked = RememberedRequest(
            user: 1, route: "r", key: "k", bodyHash: "h", made: "m", at: .init(milliseconds: 0))
        let acts = Entry(nil, [.acknowledged(seq: 3, at: .init(milliseconds: 0)), .healed(heal), .remembered(asked)])
        try await journal.write(rows + [acts], .now)
        #expect(try await journal.thin(JournalLimits()).removed == 0)
        #expect(journal.lastSeq == 4)
        let restored = try journal.restore()
        #expect(restored.heals == [heal] && restored.remembered == [asked], "budgets and requests are not forgotten")
        await journal.close()
    }

    @Test("rows that were written while nobody vouched for the clock do not go by age")
    func unsyncedRows() async throws {
        let root = try TemporaryRoot()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: ManualClock())
        let rows = [EventClass.a, .b, .c, .d].map { RandomHistory.entry($0, at: 0, .unsynced) }
        try await journal.write(rows + [Entry(nil, [.acknowledged(seq: 3, at: .init(milliseconds: 0))])], .now)
        #expect(try await journal.thin(JournalLimits()).removed == 0)
        await journal.close()
    }

    @Test("a zone without a hub is not filled by what it says of its losses")
    func gapsAreFew() async throws {
        let root = try TemporaryRoot()
        let clock = ManualClock()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: clock)
        let start = clock.wall().milliseconds - 90 * RandomHistory.day
        try await journal.write((1...100).map { RandomHistory.entry(.d, at: start + $0 * 1_800_000) }, .now)
        for _ in 0..<100 {
            clock.advance(by: .seconds(1800))
            _ = try await journal.thin(JournalLimits())
        }
        let gaps = try await journal.page(after: 100, limit: 200)
        #expect(gaps.count <= 4, "two days of losses")
        await journal.close()
    }

    @Test("finished commands and jobs go after seven days, unfinished ones never")
    func acts() async throws {
        let root = try TemporaryRoot()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: ManualClock())
        var random = SeededGenerator(seed: 5)
        let states = [CommandState.accepted, .running, .succeeded, .failed, .cancelled, .expired, .interrupted]
        let jobStates = [JobState.accepted, .started, .printed, .failed, .cancelled, .unknown]
        var stay: [String: Bool] = [:]
        for number in 0..<100 {
            let at = ManualClock().wall().advanced(
                byMilliseconds: -.random(in: 0...14 * RandomHistory.day, using: &random))
            let isYoung = at.milliseconds >= ManualClock().wall().milliseconds - 7 * RandomHistory.day
            var command = Act.command("\(number)", at)
            command.state = states.randomElement(using: &random) ?? .running
            var record = Act.job("\(number)", at)
            record.job.state = jobStates.randomElement(using: &random) ?? .started
            try await journal.write([Entry(nil, [.command(command), .job(record)])], .now)
            stay["c\(number)"] = isYoung || !command.state.isOver
            stay["j\(number)"] = isYoung || !record.job.state.isOver
        }
        _ = try await journal.thin(JournalLimits())
        for number in 0..<100 {
            #expect((try await journal.command("\(number)") != nil) == stay["c\(number)"])
            #expect((try await journal.job("\(number)") != nil) == stay["j\(number)"])
        }
        await journal.close()
    }
}

private enum Act {
    static func command(_ id: String, _ at: WallTime) -> CommandJSON {
        CommandJSON(
            id: id, device: DeviceID(.printer, 1), verb: "probe", args: nil, state: .running, actor: "uid 0",
            requestedAt: at)
    }

    static func job(_ id: String, _ at: WallTime) -> JobRecord {
        let job = JobJSON(
            id: id, device: DeviceID(.printer, 1), format: "f", bytes: 1, copies: 1, actor: "uid 0", requestedAt: at)
        return JobRecord(job: job, user: 0, boot: "boot", expires: 0)
    }
}

/// A clock with an empty battery: nobody vouches for it, and it runs in the next century.
private struct AdriftClock: ZoneClock {
    func mono() -> MonoTime { MonoTime(milliseconds: 1) }
    func wall() -> WallTime { WallTime(milliseconds: 4_000_000_000_000) }
    func quality() -> ClockQuality { .unsynced }
    func sleep(until deadline: MonoTime) async throws { try await SystemClock().sleep(for: .milliseconds(1)) }
}
