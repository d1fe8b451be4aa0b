import SuggestionBoxDriver
import ZoneModel
import ZoneTestKit

/// What happens at a box, in milliseconds from its start, and what really went into it. docs/deposits.md has the same
/// names with numbers and reasons.
struct BoxTrace: Sendable {
    struct Span: Sendable {
        var begin: Int64
        var length: Int64

        init(_ begin: Int64, for length: Int64) { (self.begin, self.length) = (begin, length) }

        func contains(_ time: Int64) -> Bool { (begin..<begin + length).contains(time) }
    }

    var name: String
    /// Sheets that fell into the box.
    var truth: Int
    var blocked: [Span]
    var lidOpen: [Span] = []
    /// Times in which nobody looked.
    var blind: [Span] = []
    /// Looks come 6 to 16 ms after each other instead of 10.
    var hasJitter = false
    var end: Int64 = 10_000

    /// What the logic makes of it.
    struct Outcome: Sendable, Hashable {
        var deposits = 0
        var suspicious = 0
        var lidOpenings = 0
        var blockages: [Severity] = []
    }

    /// - Parameter phase: when the first look is; one of ten.
    func outcome(phase: Int64) -> Outcome {
        var logic = DepositLogic(DepositSettings())
        var outcome = Outcome()
        for sample in samples(phase: phase) { outcome.add(logic.take(sample)) }
        outcome.add(logic.flush())
        return outcome
    }

    func samples(phase: Int64) -> [PinSample] {
        var random = SeededGenerator(seed: UInt64(bitPattern: phase))
        var samples: [PinSample] = []
        var now = phase
        while now < end {
            if !blind.contains(where: { $0.contains(now) }) {
                samples.append(
                    PinSample(
                        at: MonoTime(milliseconds: 1_000_000 + now), slotBlocked: blocked.contains { $0.contains(now) },
                        lidOpen: lidOpen.contains { $0.contains(now) }))
            }
            now += hasJitter ? Int64.random(in: 6...16, using: &random) : 10
        }
        return samples
    }
}

extension BoxTrace.Outcome {
    mutating func add(_ events: [BoxEvent]) {
        for event in events {
            switch event {
            case .deposit: deposits += 1
            case .burst(let count): suspicious += count
            case .lidOpened: lidOpenings += 1
            case .slotBlocked(let severity): blockages.append(severity)
            case .lidClosed, .slotCleared, .settled: break
            }
        }
    }
}

extension BoxTrace {
    /// So many blockings, each `period` after the one before.
    static func series(_ count: Int64, from begin: Int64, every period: Int64, for length: Int64) -> [Span] {
        (0..<count).map { Span(begin + $0 * period, for: length) }
    }

    static let all: [BoxTrace] = sheets + oddities + lids + looks

    private static let sheets = [
        BoxTrace(name: "single sheet", truth: 1, blocked: [Span(4000, for: 80)]),
        BoxTrace(name: "slow hand", truth: 1, blocked: [Span(4000, for: 1200)]),
        BoxTrace(name: "fast card", truth: 1, blocked: [Span(4000, for: 12)]),
        BoxTrace(name: "fast sheet", truth: 1, blocked: [Span(4000, for: 20)]),
        BoxTrace(name: "two sheets together", truth: 2, blocked: [Span(4000, for: 110)]),
        BoxTrace(name: "two sheets, 100 ms between", truth: 2, blocked: [Span(4000, for: 80), Span(4180, for: 80)]),
        BoxTrace(name: "two sheets, 300 ms between", truth: 2, blocked: [Span(4000, for: 80), Span(4380, for: 80)]),
        BoxTrace(
            name: "fluttering sheet", truth: 1,
            blocked: [Span(4000, for: 60), Span(4072, for: 40), Span(4147, for: 90)]),
        BoxTrace(
            name: "six people in turn", truth: 6, blocked: series(6, from: 4000, every: 1600, for: 90), end: 20_000),
        BoxTrace(
            name: "seven sheets at once", truth: 7, blocked: series(7, from: 4000, every: 900, for: 90), end: 30_000),
    ]

    private static let oddities = [
        BoxTrace(
            name: "noise", truth: 0,
            blocked: series(40, from: 4000, every: 137, for: 1) + series(40, from: 4050, every: 137, for: 4)),
        BoxTrace(name: "sleeve", truth: 0, blocked: [Span(4000, for: 3000)]),
        BoxTrace(name: "stuck paper", truth: 1, blocked: [Span(4000, for: 70_000)], end: 80_000),
        BoxTrace(
            name: "paper strip in the wind", truth: 0, blocked: series(80, from: 4000, every: 90, for: 30),
            end: 20_000),
        BoxTrace(name: "child waving", truth: 0, blocked: series(20, from: 4000, every: 450, for: 200), end: 40_000),
        BoxTrace(name: "blocked at the start", truth: 0, blocked: [Span(0, for: 4500)]),
        BoxTrace(
            name: "blocked at the start, then a sheet", truth: 1, blocked: [Span(0, for: 4500), Span(6000, for: 80)]),
        BoxTrace(
            name: "both wires cut", truth: 0, blocked: [Span(4000, for: 90_000)], lidOpen: [Span(4000, for: 90_000)],
            end: 90_000),
    ]

    private static let lids = [
        BoxTrace(
            name: "sheet while the lid is open", truth: 1, blocked: [Span(7000, for: 80)],
            lidOpen: [Span(5000, for: 6000)],
            end: 20_000),
        BoxTrace(
            name: "emptying", truth: 0,
            blocked: [Span(6000, for: 300), Span(9000, for: 9000), Span(24_990, for: 100)],
            lidOpen: [Span(5000, for: 20_000)], end: 40_000),
        BoxTrace(
            name: "sheet 1 s after the lid was closed", truth: 1, blocked: [Span(11_000, for: 80)],
            lidOpen: [Span(5000, for: 5000)], end: 20_000),
        BoxTrace(
            name: "sheet 4 s after the lid was closed", truth: 1, blocked: [Span(14_000, for: 80)],
            lidOpen: [Span(5000, for: 5000)], end: 20_000),
        BoxTrace(
            name: "sheet in the first 3 s", truth: 1, blocked: [Span(1500, for: 80)]),
        BoxTrace(
            name: "flickering reed contact", truth: 1, blocked: [Span(6000, for: 80)],
            lidOpen: series(60, from: 3500, every: 97, for: 20)),
    ]

    private static let looks = [
        BoxTrace(
            name: "uneven looks", truth: 3, blocked: series(3, from: 4000, every: 400, for: 80), hasJitter: true),
        BoxTrace(
            name: "the PC stalls for 120 ms during a sheet", truth: 1, blocked: [Span(4000, for: 80)],
            blind: [Span(4030, for: 120)]),
        BoxTrace(
            name: "the PC stalls for 300 ms over a sheet", truth: 1, blocked: [Span(4100, for: 80)],
            blind: [Span(4000, for: 300)]),
        BoxTrace(
            name: "noise while the PC is slow", truth: 0, blocked: series(30, from: 4000, every: 60, for: 5),
            blind: (0..<30).map { Span(4005 + $0 * 60, for: 55) }),
        BoxTrace(
            name: "the PC sleeps, a sheet lies in the slot", truth: 0, blocked: [Span(6000, for: 3_600_000)],
            blind: [Span(5000, for: 3_599_000)], end: 3_620_000),
    ]
}
