import Synchronization
import Testing
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("Writers and the thinner at the same time", .serialized, .timeLimit(.minutes(5)))
struct CommitterTests {
    private func entry(_ eventClass: EventClass, _ data: JSONValue = [:], at: WallTime) -> Entry {
        Entry(
            EventDraft(
                .deviceState, eventClass, subject: "x", at: at, clockQuality: .synced, mono: MonoTime(milliseconds: 2),
                data: data))
    }

    @Test("in a storm every event is committed once, numbers have no hole without a reason, order is kept")
    func storm() async throws {
        let root = try TemporaryRoot()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: StormClock())
        let (order, heard) = (Notes<Int>(), Notes<Int64>())
        let listener = Task { for await seq in journal.commits() { heard.add(seq) } }
        let old = StormClock().wall().advanced(byMilliseconds: -200 * 86_400_000)
        let events = try await withThrowingTaskGroup(of: [Event].self) { group in
            for writer in 0..<12 {
                group.addTask {
                    var tickets: [Ticket] = []
                    for number in writer * 40..<(writer + 1) * 40 {
                        let entries = [EventClass.b, .c, .d].map { entry($0, ["n": .integer(Int64(number))], at: old) }
                        let urgency = number.isMultiple(of: 3) ? Urgency.now : .byClass
                        let ticket = journal.submit(entries, urgency) { order.add(number) }
                        tickets.append(ticket)
                        if number.isMultiple(of: 5) { _ = try await ticket.committed() }
                    }
                    return try await tickets.asyncFlatMap { try await $0.committed() }
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    var limits = JournalLimits()
                    limits.slice = 3
                    for _ in 0..<8 { _ = try await journal.thin(limits) }
                    return []
                }
            }
            return try await group.reduce([]) { $0 + $1 }
        }
        let last = journal.lastSeq
        try await eventuallyTrue("the last commit is heard of") { heard.all.last == last }
        listener.cancel()
        #expect(zip(heard.all, heard.all.dropFirst()).allSatisfy { $0 <= $1 }, "an older number after a newer one")
        try await judge(journal, events, order.all)
        await journal.close()
    }

    private func judge(_ journal: Journal, _ events: [Event], _ order: [Int]) async throws {
        #expect(events.count == 12 * 40 * 3)
        let held = try await journal.page(after: 0, limit: .max)
        let gaps = held.filter { $0.name == .journalGap }
        let numbers = (events + gaps).map(\.seq).sorted()
        #expect(numbers == Array(1...journal.lastSeq), "a number twice, or one that nobody got")
        let lost = gaps.compactMap { $0.data["count"]?.integerValue }.reduce(0, +)
        #expect(Set(held).isSubset(of: Set(events + gaps)) && held.count + Int(lost) == numbers.count)
        #expect(events.filter { $0.class == .b }.allSatisfy(Set(held).contains))
        let bySeq = events.filter { $0.class == .b }.sorted { $0.seq < $1.seq }
        #expect(order.map { Int64($0) } == bySeq.compactMap { $0.data["n"]?.integerValue }, "onCommit out of order")
    }

    @Test("who waits for an answer does not wait for a whole round of thinning")
    func fairness() async throws {
        let root = try TemporaryRoot()
        let clock = StormClock()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: clock)
        let old = clock.wall().advanced(byMilliseconds: -200 * 86_400_000)
        try await journal.write((0..<1500).map { _ in entry(.d, at: old) }, .now)
        var limits = JournalLimits()
        limits.slice = 1
        let (start, bounds) = (journal.lastSeq, limits)
        let thinning = Task { try await journal.thin(bounds) }
        try await eventuallyTrue("thinning is under way") { journal.lastSeq > start }
        var slices: [Int64] = []
        for _ in 0..<20 {
            // Each slice writes a gap: numbers count the slices that came first.
            let before = journal.lastSeq
            let event = try await journal.write([entry(.a, at: clock.wall())], .now).first
            slices.append(try #require(event).seq - before)
        }
        #expect(slices.sorted()[10] < 5, "slices of thinning before each answer: \(slices)")
        #expect(try await thinning.value.lost == 1500)
        await journal.close()
    }

    @Test("an entry that cannot be written does not take its company along")
    func poison() async throws {
        let root = try TemporaryRoot()
        let clock = ManualClock()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: clock)
        let tickets = [.integer(1), .number(.nan), .integer(2)].map { (value: JSONValue) in
            journal.submit([entry(.b, ["n": value], at: clock.wall())])
        }
        try await eventuallyTrue("the flush is due") { clock.sleeperCount > 0 }
        clock.advance(by: .milliseconds(20))
        #expect(try await tickets[0].committed().map(\.seq) == [1])
        await #expect(throws: (any Error).self) { try await tickets[1].committed() }
        #expect(try await tickets[2].committed().map(\.seq) == [2])
        await journal.close()
    }
}

/// What was seen, in order, from any thread.
private final class Notes<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
}

/// The real clock, vouched for wherever the test runs.
private struct StormClock: ZoneClock {
    private let clock = SystemClock()
    func mono() -> MonoTime { clock.mono() }
    func wall() -> WallTime { clock.wall() }
    func quality() -> ClockQuality { .synced }
    func sleep(until deadline: MonoTime) async throws { try await clock.sleep(until: deadline) }
}

extension Sequence {
    fileprivate func asyncFlatMap<Element>(_ transform: (Self.Element) async throws -> [Element]) async rethrows
        -> [Element]
    {
        var result: [Element] = []
        for element in self { result += try await transform(element) }
        return result
    }
}
