import FoundationEssentials
import SuggestionBoxDriver
import Testing
import ZoneModel
import ZoneTestKit

@Suite("Suggestion box: from samples to detected deposits")
struct SuggestionBoxDepositTests {
    /// docs/deposits.md: case, what happens, true, detected, suspicious, why.
    private static func table() throws -> [String: [String]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/deposits.md")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        var rows: [String: [String]] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            guard cells.count == 6, cells[2].first?.isNumber == true else { continue }
            rows[cells[0]] = cells
        }
        return rows
    }

    @Test("the table of docs/deposits.md is what the logic does", arguments: BoxTrace.all.map(\.name))
    func tableIsTrue(_ name: String) throws {
        let trace = try #require(BoxTrace.all.first { $0.name == name })
        let row = try #require(try Self.table()[name], "docs/deposits.md has no row “\(name)”")
        let outcomes = (0..<10).map { trace.outcome(phase: $0) }
        #expect(row[2] == "\(trace.truth)", "\(name): true")
        #expect(row[3] == range(outcomes.map(\.deposits)), "\(name): detected")
        #expect(row[4] == range(outcomes.map(\.suspicious)), "\(name): suspicious")
    }

    @Test("the table has no row that nothing shows")
    func noStrangers() throws {
        #expect(Set(try Self.table().keys) == Set(BoxTrace.all.map(\.name)))
        #expect(Set(BoxTrace.all.map(\.name)).count == BoxTrace.all.count)
    }

    /// One number, or the least and the most of the ten phases.
    private func range(_ counts: [Int]) -> String {
        let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
        return least == most ? "\(least)" : "\(least)–\(most)"
    }

    private func outcome(_ name: String) throws -> BoxTrace.Outcome {
        try #require(BoxTrace.all.first { $0.name == name }).outcome(phase: 3)
    }

    @Test("an opened lid is told once, a flickering contact never, a contact open from the start never")
    func lidOpenings() throws {
        #expect(try outcome("emptying").lidOpenings == 1)
        #expect(try outcome("flickering reed contact").lidOpenings == 0)
        #expect(try outcome("both wires cut").lidOpenings == 1)
        let open = BoxTrace(name: "", truth: 0, blocked: [], lidOpen: [.init(0, for: 10_000)])
        #expect(open.outcome(phase: 0).lidOpenings == 0)
    }

    @Test("a lid that was closed before a time without looks and is open after it has been opened; once, and only then")
    func openedUnseen() {
        func openings(before: Bool, after: Bool) -> Int {
            var logic = DepositLogic(DepositSettings())
            let times = Array(stride(from: Int64(0), to: 1000, by: 10)) + Array(stride(from: 3000, to: 5000, by: 10))
            return times.flatMap { time in
                logic.take(
                    PinSample(
                        at: MonoTime(milliseconds: time), slotBlocked: false, lidOpen: time < 2000 ? before : after))
            }.count { $0 == .lidOpened }
        }
        #expect(openings(before: false, after: true) == 1)
        #expect(openings(before: true, after: true) == 0)
        #expect(openings(before: false, after: false) == 0)
        #expect(openings(before: true, after: false) == 0)
    }

    @Test("a blocked slot is a warning after 5 s, a fault after 60 s, and over when it is clear")
    func blockage() throws {
        #expect(try outcome("stuck paper").blockages == [.warning, .fault])
        #expect(try outcome("sleeve").blockages == [])
        #expect(try outcome("blocked at the start").blockages == [])
        #expect(try outcome("paper strip in the wind").blockages == [.warning])
        #expect(try outcome("the PC sleeps, a sheet lies in the slot").blockages == [])
        var logic = DepositLogic(DepositSettings())
        let trace = BoxTrace(name: "", truth: 0, blocked: [.init(100, for: 5500)])
        var told: [(Int64, BoxEvent)] = []
        for sample in trace.samples(phase: 0) {
            for event in logic.take(sample) where event != .settled {
                told.append((sample.at.milliseconds - 1_000_000, event))
            }
        }
        #expect(told.map(\.1) == [.slotBlocked(.warning), .slotCleared])
        #expect(told.first?.0 == 5100)
        #expect(told.last?.0 == 5750)
        #expect(logic.blockage == nil)
    }

    @Test("hands in an open box do not block its slot; a blocked slot counts from the lid's closing")
    func blockedWhileOpen() throws {
        #expect(try outcome("emptying").blockages == [])
        #expect(try outcome("both wires cut").blockages == [])
        let trace = BoxTrace(
            name: "", truth: 0, blocked: [.init(100, for: 20_000)], lidOpen: [.init(50, for: 9_950)], end: 15_500)
        #expect(trace.outcome(phase: 0).blockages == [.warning])
        var shorter = trace
        shorter.end = 14_900
        #expect(shorter.outcome(phase: 0).blockages == [])
    }

    @Test("a blockage outlasts a stall, and ends when it was seen to end")
    func blockageAndGap() {
        var trace = BoxTrace(
            name: "", truth: 0, blocked: [.init(100, for: 9000)],
            blind: [.init(7000, for: 90), .init(8000, for: 3000)],
            end: 12_000)
        #expect(trace.outcome(phase: 0).blockages == [.warning])
        trace.blind = [.init(4000, for: 90)]
        #expect(trace.outcome(phase: 0).blockages == [.warning])
        var logic = DepositLogic(DepositSettings())
        trace.blind = [.init(8000, for: 3000)]
        var last: [BoxEvent] = []
        for sample in trace.samples(phase: 0) { last += logic.take(sample) }
        #expect(logic.blockage == nil)
        #expect(last == [.settled, .slotBlocked(.warning), .slotCleared, .settled])
    }

    /// Of a box without lid contact, for whom nothing else forbids a deposit.
    private func deposits(blocked: Range<Int64>, blind: Range<Int64> = 0..<0) -> Int {
        var logic = DepositLogic(DepositSettings())
        var outcome = BoxTrace.Outcome()
        for time in stride(from: Int64(0), to: 1000, by: 10) where !blind.contains(time) {
            outcome.add(
                logic.take(
                    PinSample(at: MonoTime(milliseconds: time), slotBlocked: blocked.contains(time), lidOpen: nil)))
        }
        #expect(logic.lidIsOpen == nil)
        return outcome.deposits
    }

    @Test("after a second without a look: a lid that is open now was opened, and the lid's 3 s begin anew")
    func afterSilence() {
        var trace = BoxTrace(
            name: "", truth: 0, blocked: [], lidOpen: [.init(5500, for: 9000)], blind: [.init(5000, for: 1000)])
        #expect(trace.outcome(phase: 0).lidOpenings == 1)
        trace.lidOpen = []
        trace.blocked = [.init(8000, for: 80)]
        #expect(trace.outcome(phase: 0).deposits == 0)
        trace.blocked = [.init(9100, for: 80)]
        #expect(trace.outcome(phase: 0).deposits == 1)
    }

    @Test("a box without lid contact counts from the first moment")
    func noLid() { #expect(deposits(blocked: 100..<180) == 1) }

    @Test("a blocking whose beginning may have been missed is not counted: at the start, and after a gap")
    func unseenBeginning() {
        #expect(deposits(blocked: 0..<80) == 0)
        #expect(deposits(blocked: 20..<100) == 0)
        #expect(deposits(blocked: 30..<100) == 1)
        #expect(deposits(blocked: 350..<430, blind: 300..<360) == 0)
        #expect(deposits(blocked: 370..<430, blind: 300..<360) == 0)
        #expect(deposits(blocked: 390..<430, blind: 300..<360) == 1)
        // Five looks that did not come are 60 ms, four are 50: still in time.
        #expect(deposits(blocked: 290..<430, blind: 310..<350) == 1)
        #expect(deposits(blocked: 290..<430, blind: 310..<360) == 0)
    }

    @Test("two blockings 148 ms apart are one passage, however fast one looks")
    func fastLooks() {
        var logic = DepositLogic(DepositSettings())
        var outcome = BoxTrace.Outcome()
        for time in stride(from: Int64(0), to: 1000, by: 2) {
            let isBlocked = (100..<180).contains(time) || (328..<400).contains(time)
            outcome.add(
                logic.take(PinSample(at: MonoTime(milliseconds: time), slotBlocked: isBlocked, lidOpen: nil)))
        }
        #expect(outcome.deposits == 1)
    }

    @Test("when every look is late nothing is counted, but lid and slot are still seen")
    func alwaysLate() {
        var logic = DepositLogic(DepositSettings())
        var outcome = BoxTrace.Outcome()
        for (number, time) in stride(from: Int64(0), to: 40_000, by: 90).enumerated() {
            let isBlocked = (6000..<6300).contains(time) || time > 20_000
            // Before 10 s a contact that flickers, each second look.
            let isOpen = time < 10_000 ? number % 2 == 1 : (10_000..<11_000).contains(time)
            outcome.add(
                logic.take(PinSample(at: MonoTime(milliseconds: time), slotBlocked: isBlocked, lidOpen: isOpen)))
        }
        #expect(outcome.deposits == 0)
        #expect(outcome.lidOpenings <= 1)
        #expect(outcome.blockages == [.warning])
        #expect(logic.lidIsOpen == false)
        #expect(logic.lateCount == logic.sampleCount - 1)
    }

    @Test("an opening of the lid is seen by late looks; three must agree")
    func lateLid() {
        func openings(_ levels: [Bool]) -> Int {
            var logic = DepositLogic(DepositSettings())
            var outcome = BoxTrace.Outcome()
            for (number, isOpen) in ([false, false, false] + levels).enumerated() {
                outcome.add(
                    logic.take(
                        PinSample(
                            at: MonoTime(milliseconds: Int64(number) * 90), slotBlocked: false, lidOpen: isOpen)))
            }
            return outcome.lidOpenings
        }
        #expect(openings([true, true, true]) == 1)
        #expect(openings([true, true, false, true, true, false]) == 0)
    }

    @Test("late samples are counted")
    func lateSamples() throws {
        let trace = try #require(BoxTrace.all.first { $0.name.contains("120 ms during") })
        var logic = DepositLogic(DepositSettings())
        for sample in trace.samples(phase: 0) { _ = logic.take(sample) }
        #expect(logic.lateCount == 1)
        #expect(logic.sampleCount == Int64(trace.samples(phase: 0).count))
    }

    @Test("a burst is told when it is over, and in pieces when it does not end")
    func burstInPieces() {
        let trace = BoxTrace(
            name: "", truth: 0, blocked: BoxTrace.series(400, from: 4000, every: 500, for: 100), end: 250_000)
        var logic = DepositLogic(DepositSettings())
        var bursts: [Int] = []
        var deposits = 0
        for sample in trace.samples(phase: 0) {
            for event in logic.take(sample) {
                if case .burst(let count) = event { bursts.append(count) }
                if case .deposit = event { deposits += 1 }
            }
        }
        #expect(deposits == 6)
        #expect(bursts.reduce(0, +) == 394)
        #expect(bursts.count == 4)
        #expect(logic.flush() == [])
    }
}

@Suite("Suggestion box: whatever the sensors say")
struct SuggestionBoxPropertyTests {
    private func randomTrace(_ random: inout SeededGenerator) -> BoxTrace {
        var trace = BoxTrace(name: "random", truth: 0, blocked: [], end: 60_000)
        var now: Int64 = 0
        while now < trace.end {
            let length = Int64.random(in: 1...(Bool.random(using: &random) ? 30 : 4000), using: &random)
            trace.blocked.append(.init(now, for: length))
            now += length + Int64.random(in: 1...(Bool.random(using: &random) ? 40 : 3000), using: &random)
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            trace.lidOpen.append(
                .init(Int64.random(in: 0..<60_000, using: &random), for: Int64.random(in: 1...8000, using: &random)))
        }
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            trace.blind.append(
                .init(Int64.random(in: 0..<60_000, using: &random), for: Int64.random(in: 1...2000, using: &random)))
        }
        trace.hasJitter = Bool.random(using: &random)
        return trace
    }

    @Test("never more deposits than blockings, none with the lid open, none longer than a sheet takes")
    func deposits() {
        for seed in Seeds.first(60) {
            var random = SeededGenerator(seed: seed)
            let trace = randomTrace(&random)
            var logic = DepositLogic(DepositSettings())
            var outcome = BoxTrace.Outcome()
            for sample in trace.samples(phase: Int64(seed % 10)) {
                let events = logic.take(sample)
                outcome.add(events)
                for case .deposit(let length) in events {
                    #expect(sample.lidOpen == false, "seed \(seed)")
                    #expect(logic.lidIsOpen == false, "seed \(seed)")
                    #expect((15...2000).contains(length), "seed \(seed)")
                }
            }
            #expect(outcome.deposits + outcome.suspicious <= trace.blocked.count, "seed \(seed)")
            #expect(outcome.lidOpenings <= trace.lidOpen.count, "seed \(seed)")
        }
    }

    @Test("any samples at any times, also backwards, do no harm")
    func anySamples() {
        for seed in Seeds.first(40) {
            var random = SeededGenerator(seed: seed)
            var logic = DepositLogic(DepositSettings())
            var now: Int64 = 0
            for _ in 0..<2000 {
                switch Int.random(in: 0..<50, using: &random) {
                case 0: now = Int64.random(in: .min ... .max, using: &random)
                case 1: now = [.min, .max, 0].randomElement(using: &random) ?? 0
                default: now &+= Int64.random(in: 0...40, using: &random)
                }
                let lid: Bool? = [true, false, nil].randomElement(using: &random) ?? nil
                _ = logic.take(
                    PinSample(at: MonoTime(milliseconds: now), slotBlocked: Bool.random(using: &random), lidOpen: lid))
            }
            #expect(logic.sampleCount == 2000)
        }
    }
}
