import Testing
import ZoneTestKit
import ZoneTouch

@Suite("Touch: the straight map and libinput's matrix")
struct AffineFitTests {
    private func number(_ range: ClosedRange<Double>, _ random: inout SeededGenerator) -> Double {
        Double.random(in: range, using: &random)
    }

    private func map(_ random: inout SeededGenerator) -> AffineMap {
        while true {
            let numbers = (0..<6).map { _ in number(-1.5...1.5, &random) }
            let map = AffineMap(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
            if abs(map.determinant) > 0.2 { return map }
        }
    }

    @Test("any map is found again from nine points, and from three that are no line")
    func recovered() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let map = map(&random)
            for points in [
                CheckTargets.grid(9), [.init(x: 0.1, y: 0.1), .init(x: 0.9, y: 0.2), .init(x: 0.4, y: 0.9)],
            ] {
                let found = try #require(AffineFit.map(points.map { ($0, map.place(of: $0)) }))
                for (is_, was) in zip(found.numbers, map.numbers) { #expect(abs(is_ - was) < 1e-9) }
            }
        }
    }

    @Test("fingers that tremble by a hundredth leave an error of less than that at every mark")
    func noise() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<300 {
            let map = map(&random)
            let pairs = CheckTargets.grid(25).map { target in
                let place = map.place(of: target)
                let trembled = GlassPoint(
                    x: place.x + number(-0.01...0.01, &random), y: place.y + number(-0.01...0.01, &random))
                return (from: target, to: trembled)
            }
            let found = try #require(AffineFit.map(pairs))
            for target in CheckTargets.grid(25) {
                let (is_, was) = (found.place(of: target), map.place(of: target))
                #expect(abs(is_.x - was.x) < 0.01 && abs(is_.y - was.y) < 0.01)
            }
        }
    }

    @Test("two points, a line, and one place touched nine times are no map")
    func degenerate() {
        let line = (1...9).map { GlassPoint(x: Double($0) / 10, y: Double($0) / 20 + 0.1) }
        #expect(AffineFit.map(line.map { ($0, $0) }) == nil)
        #expect(AffineFit.map(line.prefix(2).map { ($0, $0) }) == nil)
        #expect(AffineFit.map(CheckTargets.grid(9).map { (GlassPoint(x: 0.5, y: 0.5), $0) }) == nil)
        #expect(AffineFit.map([]) == nil)
    }

    @Test("the text is six plain decimals, and is read back as it was written")
    func matrixText() throws {
        #expect(CalibrationMatrix(.identity)?.text == "1.000000 0.000000 0.000000 0.000000 1.000000 0.000000")
        // libinput's own example of a quarter turn clockwise.
        let turned = try #require(CalibrationMatrix(text: "0 -1 1 1 0 0"))
        #expect(turned.map.place(of: GlassPoint(x: 0.2, y: 0.3)) == GlassPoint(x: 0.7, y: 0.2))
        var random = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            guard let matrix = CalibrationMatrix(map(&random)) else { continue }
            #expect(!matrix.text.contains("e"))
            #expect(CalibrationMatrix(text: matrix.text)?.numbers == matrix.numbers)
        }
        let tiny = try #require(CalibrationMatrix(AffineMap(1, 1e-9, -4e-7, 0, 1, 0.05)))
        #expect(tiny.text == "1.000000 0.000000 0.000000 0.000000 1.000000 0.050000")
    }

    @Test(
        "what is no matrix is refused",
        arguments: [
            "", "1 0 0 0 1", "1 0 0 0 1 0 0", "1  0 0 0 1 0", "a b c d e f", "nan 0 0 0 1 0", "0 0 0 0 0 0",
            "9 0 0 0 1 0",
        ])
    func refused(_ text: String) { #expect(CalibrationMatrix(text: text) == nil) }
}

@Suite("Touch: what a check finds")
struct CheckJudgeTests {
    private let ruler = CheckRuler(size: (940, 530))
    private let targets = CheckTargets.grid(9)

    private func judge(_ places: (GlassPoint) -> GlassPoint?) -> CheckFinding {
        CheckJudge.judge(targets: targets, places: targets.map(places), by: ruler)
    }

    @Test("fingers that are a few millimetres off are in place")
    func fits() {
        let found = judge { GlassPoint(x: $0.x + 0.004, y: $0.y - 0.005) }
        #expect(found.isPassed && found.verdict.shape == .fits && found.corners.count == 4)
        #expect(found.residualMm.map { $0 < 0.001 } == true)
    }

    @Test("swapped, mirrored, turned, shifted and stretched are told apart, and the matrix puts each right")
    func shapes() throws {
        let cases: [(AffineMap, TouchCheckVerdict.Shape)] = [
            (AffineMap(0, 1, 0, 1, 0, 0), .axes(swapped: true, invertedX: false, invertedY: false)),
            (AffineMap(-1, 0, 1, 0, 1, 0), .axes(swapped: false, invertedX: true, invertedY: false)),
            (AffineMap(1, 0, 0, 0, -1, 1), .axes(swapped: false, invertedX: false, invertedY: true)),
            (AffineMap(-1, 0, 1, 0, -1, 1), .axes(swapped: false, invertedX: true, invertedY: true)),
            (AffineMap(0, 1, 0, -1, 0, 1), .axes(swapped: true, invertedX: true, invertedY: false)),
            (AffineMap(0.8, 0, 0.1, 0, 0.9, 0.02), .scaled),
        ]
        for (panel, shape) in cases {
            let found = judge(panel.place)
            #expect(found.verdict.shape == shape && !found.isPassed)
            let matrix = try #require(found.calibration)
            for target in targets {
                let mended = matrix.map.place(of: panel.place(of: target))
                #expect(abs(mended.x - target.x) < 1e-9 && abs(mended.y - target.y) < 1e-9)
            }
        }
        guard case .offset(let x, let y) = judge({ GlassPoint(x: $0.x + 0.03, y: $0.y) }).verdict.shape else {
            return #expect(Bool(false))
        }
        #expect(abs(x - 0.03) < 1e-9 && abs(y) < 1e-9)
    }

    @Test("a mark that was not felt is missed, its corner too; the rest may fit")
    func missed() {
        let found = judge { $0 == targets[0] ? nil : $0 }
        #expect(found.verdict.missed == [targets[0]] && found.verdict.shape == .fits && !found.isPassed)
        #expect(found.corners[.topLeft]?.state == .missed && found.corners[.topRight]?.state == .passed)
    }

    @Test("places without a rule give no matrix, nor do three touches")
    func unclear() {
        var random = SeededGenerator(seed: 3)
        let wild = judge { _ in
            GlassPoint(x: Double.random(in: 0...1, using: &random), y: Double.random(in: 0...1, using: &random))
        }
        #expect(wild.verdict.shape == .unclear && wild.calibration == nil)
        let three = Set([0, 2, 6])
        let few = CheckJudge.judge(
            targets: targets, places: targets.indices.map { three.contains($0) ? targets[$0] : nil }, by: ruler)
        #expect(few.calibration == nil && !few.isPassed)
    }

    @Test("without a size nothing is said in millimetres, and shares count")
    func withoutSize() {
        let ruler = CheckRuler(size: nil)
        let near = CheckJudge.judge(
            targets: targets, places: targets.map { GlassPoint(x: $0.x + 0.01, y: $0.y) }, by: ruler)
        #expect(near.isPassed && near.residualMm == nil)
        let far = CheckJudge.judge(
            targets: targets, places: targets.map { GlassPoint(x: $0.x + 0.03, y: $0.y) }, by: ruler)
        #expect(!far.isPassed)
    }
}
