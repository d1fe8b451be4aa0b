import Testing
import ZoneCommandLine
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("zonectl touch test: what a run has seen")
struct TouchTestGlassTests {
    private typealias Change = ContactFrameJSON.Change
    private let now = MonoTime(milliseconds: 1_000_000)

    private func frame(_ changes: [Change], us: Int64 = 0, resync: Bool = false) -> ContactFrameJSON {
        ContactFrameJSON(us: us, resync: resync, changes: changes)
    }

    /// One finger from place to place, a report each `step` µs, from 0 on.
    private func slide(_ glass: inout TestedGlass, reports: Int, every step: Int64) {
        glass.take(frame([Change(phase: .down, id: 1, x: 0, y: 0)]), at: now)
        for report in 1...reports {
            let x = Double(report) / Double(reports)
            glass.take(frame([Change(phase: .move, id: 1, x: x, y: 0)], us: Int64(report) * step), at: now)
        }
    }

    @Test("fingers have small numbers that are free again when they lift; touches are counted on")
    func numbers() {
        var glass = TestedGlass()
        glass.take(frame([1, 2, 3].map { Change(phase: .down, id: $0, x: 0.5, y: 0.5) }), at: now)
        glass.take(frame([Change(phase: .up, id: 2, x: 0.5, y: 0.5)]), at: now)
        glass.take(frame([Change(phase: .down, id: 4, x: nil, y: nil)]), at: now)
        #expect(glass.fingers.mapValues(\.number) == [1: 1, 3: 3, 4: 2])
        #expect((glass.fingersMost, glass.touches) == (3, 4))
        glass.take(frame([Change(phase: .move, id: 4, x: 0.1, y: nil)]), at: now)
        #expect(glass.fingers[4]?.x == 0.1 && glass.fingers[4]?.y == nil && glass.map.touchedCount == 1)
    }

    @Test("a dead strip stays untouched when a finger is dragged over it")
    func strip() {
        var glass = TestedGlass()
        for row in 0..<TouchedCells.rows {
            let y = (Double(row) + 0.5) / Double(TouchedCells.rows)
            for id in [2 * row, 2 * row + 1] {
                // Lost at the strip's edge, found behind it.
                let part = id.isMultiple(of: 2) ? 0.0...0.374 : 0.5...1.0
                glass.take(frame([Change(phase: .down, id: id, x: part.lowerBound, y: y)]), at: now)
                for x in stride(from: part.lowerBound, through: part.upperBound, by: 0.02) {
                    glass.take(frame([Change(phase: .move, id: id, x: x, y: y)]), at: now)
                }
                glass.take(frame([Change(phase: .up, id: id, x: part.upperBound, y: y)]), at: now)
            }
        }
        #expect(glass.map.untouchedColumns == [12...15])
        #expect(glass.map.untouchedRows == [])
        #expect(glass.map.touchedCount == 28 * 18)
    }

    @Test("what lies beyond the declared range is counted apart, its edges belong to the glass")
    func outside() {
        var glass = TestedGlass()
        for (id, x) in [-0.0001, 0, 1, 1.0001, 1e300].enumerated() {
            glass.take(frame([Change(phase: .down, id: id, x: x, y: 1)]), at: now)
        }
        #expect((glass.reportsOutside, glass.map.touchedCount) == (3, 2))
        #expect(glass.map[0, 17] == 1 && glass.map[31, 17] == 1)
    }

    @Test("the rate is that of the kernel's stamps, and unknown when nothing moves")
    func rate() {
        var glass = TestedGlass()
        #expect(glass.hertz(at: now) == nil && glass.rate.range == nil)
        slide(&glass, reports: 300, every: 8000)
        #expect(glass.hertz(at: now) == 125)
        #expect(glass.rate.range.map { [$0.min, $0.median, $0.max] } == [125, 125, 125])
        #expect(glass.hertz(at: now.advanced(by: .seconds(1))) == nil)
        // Slow from here on: the slowest second is told, and the run's middle stays what it was.
        for report in 0..<20 {
            let us = 2_400_000 + Int64(report + 1) * 125_000
            glass.take(frame([Change(phase: .move, id: 1, x: 0.5, y: 0.5)], us: us), at: now)
        }
        #expect(glass.hertz(at: now) == 8 && glass.rate.range?.min == 8 && glass.rate.range?.max == 125)
    }

    @Test("a finger that rests makes no panel slow, and lost frames no panel fast")
    func rests() {
        var glass = TestedGlass()
        slide(&glass, reports: 50, every: 10_000)
        for report in 1...3 {
            glass.take(frame([Change(phase: .move, id: 1, x: 0, y: 0)], us: 500_000 + Int64(report) * 400_000), at: now)
        }
        for report in 1...50 {
            let resync = frame([Change(phase: .move, id: 1, x: 0, y: 0)], us: 1_700_000 + Int64(report), resync: true)
            glass.take(resync, at: now)
        }
        #expect(glass.rate.range.map { [$0.min, $0.max] } == [100, 100])
    }

    @Test(
        "whatever comes in whatever order: a contact that has ended is gone, a picture has its size",
        arguments: Seeds.first(200))
    func hostile(_ seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let places: [Double?] = [nil, 0, 1, 0.5, -0.0, -5, 1.0001, 1e300, -1e300, .infinity, .nan]
        let stamps: [Int64] = [.min, .max, 0, -1, 1_000_000, 1_010_000, 1_500_000]
        var session = TouchTestSession(device: "touch-1", seconds: 60, now: now)
        var (glass, present): (TestedGlass, Set<Int>) = (TestedGlass(), [])
        for _ in 0..<60 {
            let changes = (0..<Int.random(in: 0...6, using: &dice)).map { _ in
                Change(
                    phase: ContactFrameJSON.Phase.allCases.randomElement(using: &dice) ?? .up,
                    id: Int.random(in: -2...9, using: &dice), x: places.randomElement(using: &dice) ?? nil,
                    y: places.randomElement(using: &dice) ?? nil)
            }
            let next = frame(changes, us: stamps.randomElement(using: &dice) ?? 0, resync: Bool.random(using: &dice))
            glass.take(next, at: now)
            // JSON has no words for numbers that are none: these frames end the session, all others reach it.
            if let text = try? WireCoding.text(next) {
                _ = session.take(Array("event: frame\ndata: \(text)\n\n".utf8), at: now)
            }
            for change in changes {
                if change.phase == .up {
                    present.remove(change.id)
                } else if change.phase == .down {
                    present.insert(change.id)
                }
            }
            #expect(Set(glass.fingers.keys) == present, "seed \(seed)")
            #expect(Set(glass.fingers.values.map(\.number)).count == present.count, "seed \(seed)")
        }
        let size = GlassPicture.Size(
            columns: Int.random(in: -5...300, using: &dice), rows: Int.random(in: -5...99, using: &dice))
        let lines = GlassPicture.lines(session, size, now: now)
        #expect(lines.count == size.rows && lines.allSatisfy { TextTable.width($0) == size.columns }, "seed \(seed)")
        #expect(glass.rate.range.map { $0.min <= $0.median && $0.median <= $0.max && $0.min > 0 } ?? true)
    }

    @Test("more fingers than any panel has are not kept")
    func bounded() {
        var glass = TestedGlass()
        glass.take(frame((1...500).map { Change(phase: .down, id: $0, x: 0.5, y: 0.5) }), at: now)
        #expect((glass.fingers.count, glass.fingersMost) == (100, 100))
        glass.take(frame((1...500).map { Change(phase: .up, id: $0, x: 0.5, y: 0.5) }), at: now)
        #expect(glass.fingers.isEmpty)
    }
}
