import Testing
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

/// A random life of a journal, up to 500 days long, with what must be true after each round of thinning.
struct RandomHistory {
    static let day: Int64 = 86_400_000
    private static let now = ManualClock().wall().milliseconds

    let journal: Journal
    private let seed: String
    private var random: SeededGenerator
    private var limits = JournalLimits()
    /// What the hub said, less what a restored hub took back.
    private var acks: [(seq: Int64, at: Int64)] = []
    private var time = RandomHistory.now - 500 * RandomHistory.day

    init(_ root: TemporaryRoot, seed: UInt64) throws {
        (self.seed, random) = ("seed \(seed)", SeededGenerator(seed: seed))
        journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: ManualClock())
    }

    static func entry(
        _ eventClass: EventClass, at: Int64, _ quality: ClockQuality = .synced, text: String = ""
    ) -> Entry {
        Entry(
            EventDraft(
                .deviceState, eventClass, subject: "x", at: WallTime(milliseconds: at), clockQuality: quality,
                mono: MonoTime(milliseconds: 2), data: ["text": .string(text)]))
    }

    /// Some more rows, and now and then word from the hub.
    mutating func grow() async throws {
        for part in (0..<Int.random(in: 2...7, using: &random)).reversed() {
            let end = RandomHistory.now - Int64(part) * .random(in: 0...100 * RandomHistory.day, using: &random)
            var entries: [Entry] = []
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                time = .random(in: min(time, end)...end, using: &random)
                let text = String(repeating: "x", count: .random(in: 0...900, using: &random))
                let eventClass = [EventClass.a, .b, .b, .c, .c, .c, .d, .d, .d, .d].randomElement(using: &random) ?? .d
                entries.append(RandomHistory.entry(eventClass, at: time, text: text))
            }
            try await journal.write(entries, .now)
            try await acknowledge()
        }
    }

    private mutating func acknowledge() async throws {
        guard Int.random(in: 0..<3, using: &random) > 0 else { return }
        let earliest = max(acks.map(\.at).max() ?? 0, time) + 3_600_000
        let (at, floor) = (earliest + .random(in: 0...5 * RandomHistory.day, using: &random), acks.last?.seq ?? 0)
        guard at <= RandomHistory.now else { return }
        // One time in ten the hub was restored from a backup.
        let isRestored = Int.random(in: 0..<10, using: &random) == 0
        let seq = Int64.random(in: (isRestored ? 0 : floor)...journal.lastSeq, using: &random)
        try await journal.write([Entry(nil, [.acknowledged(seq: seq, at: WallTime(milliseconds: at))])], .now)
        acks.removeAll { $0.seq >= seq }
        acks.append((seq, at))
    }

    /// One round under new bounds.
    mutating func thin() async throws {
        limits.days = .random(in: 20...120, using: &random)
        limits.slice = [2, 7, 50, 500].randomElement(using: &random) ?? 7
        let used = try await journal.usedBytes()
        limits.bytes = used * .random(in: 40...110, using: &random) / 100
        let before = try await journal.page(after: 0, limit: .max)
        let report = try await journal.thin(limits)
        let after = try await journal.page(after: 0, limit: .max)
        let round = Round(
            before: before, after: after, report: report, limits: limits, now: RandomHistory.now, context: seed,
            settled: acks.filter { $0.at <= RandomHistory.now - 7 * RandomHistory.day }.map(\.seq).max() ?? 0)
        round.judge(wasOver: used > limits.bytes, used: try await journal.usedBytes())
    }
}

/// What one round did.
private struct Round {
    let before: [Event]
    let after: [Event]
    let report: ThinningReport
    let limits: JournalLimits
    let now: Int64
    let context: String
    /// Up to here the hub has had everything for seven days.
    let settled: Int64
    private var left: [Event] = []
    private var gone: [Event] = []

    init(
        before: [Event], after: [Event], report: ThinningReport, limits: JournalLimits, now: Int64, context: String,
        settled: Int64
    ) {
        (self.before, self.after, self.report, self.limits) = (before, after, report, limits)
        (self.now, self.context, self.settled) = (now, context, settled)
        let numbers = Set(after.map(\.seq))
        (left, gone) = (before.filter { numbers.contains($0.seq) }, before.filter { !numbers.contains($0.seq) })
    }

    private func days(_ event: Event) -> Double { Double(now - event.at.milliseconds) / Double(RandomHistory.day) }
    private func isSettled(_ event: Event) -> Bool { event.seq <= settled }
    private func isYoung(_ event: Event) -> Bool { days(event) < Double(limits.days) }

    func judge(wasOver: Bool, used: Int64) {
        #expect(Array(after.prefix(left.count)) == left, "rows were changed: \(context)")
        let mayGo = gone.allSatisfy { event in
            switch event.class {
            case .a: isSettled(event) && days(event) > 400
            case .b: isSettled(event)
            case .c, .d: true
            }
        }
        #expect(mayGo, "\(context)")
        #expect(report.removed == gone.count && report.isOver == (used > limits.bytes), "\(context)")
        #expect(wasOver || !gone.contains(where: isYoung), "there was room: \(context)")
        judgeGaps()
        judgeOrder()
        judgeRest()
    }

    /// Each loss is declared once, in the class it was of.
    private func judgeGaps() {
        let gaps = after.dropFirst(left.count)
        #expect(gaps.allSatisfy { $0.name == .journalGap && $0.class == .a }, "\(context)")
        for eventClass in [EventClass.a, .b, .c, .d] {
            let lost = gone.filter { $0.class == eventClass && !isSettled($0) }.map(\.seq)
            let declared = gaps.filter { $0.data["class"] == .string(eventClass.rawValue) }
            let ends = declared.map { ($0.data["from"]?.integerValue ?? 0, $0.data["to"]?.integerValue ?? 0) }
            #expect(lost.allSatisfy { seq in ends.contains { $0 <= seq && seq <= $1 } }, "\(context)")
            #expect(declared.compactMap { $0.data["count"]?.integerValue }.reduce(0, +) == lost.count, "\(context)")
        }
        #expect(report.lost == gone.count { !isSettled($0) }, "\(context)")
    }

    /// For want of room: what the hub has goes first (D, C, B), then what it has not (D, C).
    private func judgeOrder() {
        let order: [(EventClass, Bool)] = [(.d, true), (.c, true), (.b, true), (.d, false), (.c, false)]
        let ranks = gone.filter(isYoung).map { event in
            order.firstIndex { $0 == event.class && $1 == isSettled(event) } ?? order.count
        }
        guard let worst = ranks.max() else { return }
        for (eventClass, settled) in order.prefix(worst) {
            #expect(!left.contains { $0.class == eventClass && isSettled($0) == settled }, "\(context)")
        }
    }

    /// Nothing is left that is too old, and over the bound nothing that may go.
    private func judgeRest() {
        let tooOld = left.contains { event in
            switch event.class {
            case .a: isSettled(event) && days(event) > 400
            case .b: isSettled(event) && !isYoung(event)
            // What the hub lacks may wait a day, so that a day's rows share one gap.
            case .c, .d: days(event) > Double(limits.days) + (isSettled(event) ? 0 : 1)
            }
        }
        #expect(!tooOld, "\(context)")
        let couldGo = left.contains { $0.class >= .c || ($0.class == .b && isSettled($0)) }
        #expect(!report.isOver || !couldGo, "\(context)")
    }
}
