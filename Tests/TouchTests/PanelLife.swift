import DriverKit
import TouchPanelDriver
import ZoneModel
import ZoneTestKit
import ZoneTouch

/// Days of a panel: people who use it, and what its health says meanwhile.
struct PanelLife {
    enum Place: String, CaseIterable, Sendable { case village, library, hall }

    /// What was told, and when first.
    struct Told: Sendable {
        var firstMs: Int64
        var severity: Severity
        var evidence: String
    }

    var glass: SimulatedGlass
    let place: Place
    private(set) var told: [ConditionCode: Told] = [:]
    private(set) var illSinceMs: Int64?
    private var coming: (illness: Illness, at: Double)?
    private var day = 0
    private var buttons: [Button]

    private struct Button {
        var centre: GlassPoint
        var width: Double
        var height: Double
        /// How often it is touched.
        var share: Double

        init(_ x: Double, _ y: Double, _ width: Double, _ height: Double, share: Double) {
            centre = GlassPoint(x: x, y: y)
            (self.width, self.height, self.share) = (width, height, share)
        }
    }

    init(_ place: Place, seed: UInt64) {
        (self.place, glass) = (place, SimulatedGlass(seed: seed))
        buttons = PanelLife.page(place)
    }

    /// What is on the screen. A village: two large buttons, "back", and the lines of a list. A library: a menu on the
    /// left, what was found beside it. A hall: a menu, "back",
    /// "home" and "help" in the corners, and a keyboard on the lower third.
    private static func page(_ place: Place) -> [Button] {
        switch place {
        case .village:
            return [
                Button(0.3, 0.55, 0.12, 0.14, share: 0.42), Button(0.7, 0.55, 0.12, 0.14, share: 0.38),
                Button(0.07, 0.92, 0.06, 0.06, share: 0.15), Button(0.5, 0.4, 0.5, 0.4, share: 0.05),
            ]
        case .library:
            let menu = (0..<6).map { Button(0.13, 0.15 + 0.13 * Double($0), 0.2, 0.08, share: 0.08) }
            return menu + [Button(0.4, 0.5, 0.26, 0.7, share: 0.3), Button(0.06, 0.95, 0.08, 0.05, share: 0.1)]
        case .hall:
            let shares = [0.09, 0.06, 0.04, 0.03]
            let menu = (0..<12).map { index in
                let (column, row) = (Double(index % 4), Double(index / 4))
                return Button(0.2 + 0.2 * column, 0.25 + 0.2 * row, 0.14, 0.12, share: shares[index % 4])
            }
            return menu + [
                Button(0.06, 0.07, 0.08, 0.08, share: 0.08), Button(0.94, 0.07, 0.1, 0.1, share: 0.05),
                Button(0.93, 0.93, 0.08, 0.08, share: 0.02), Button(0.5, 0.82, 0.84, 0.26, share: 0.2),
            ]
        }
    }

    /// Another page: every button has moved.
    mutating func redesign() {
        for index in buttons.indices {
            buttons[index].centre = GlassPoint(
                x: .random(in: 0.1...0.9, using: &glass.random), y: .random(in: 0.1...0.9, using: &glass.random))
        }
    }

    /// One button is gone from the page.
    mutating func removeButton() {
        buttons.remove(at: place == .village ? 2 : 1)
    }

    /// In the course of the day that comes next.
    mutating func fallIll(_ illness: Illness, atHour hour: Double = 11) {
        let start = Double(day) * 86_400_000 + hour * 3_600_000
        (illSinceMs, coming) = (Int64(start), (illness, start))
    }

    /// One day, and what the agent would have been told in it.
    mutating func live() {
        let midnight = Double(day) * 86_400_000
        let opens = place == .hall ? 8.5 : 9.0
        let uses =
            switch place {
            case .village: poisson(6)
            case .library: poisson(40)
            case .hall: Int.random(in: 200...400, using: &glass.random)
            }
        let starts = (0..<uses).map { _ in
            midnight + Double.random(in: opens * 3_600_000...17 * 3_600_000, using: &glass.random)
        }.sorted()
        var time = midnight + 1000
        for start in starts {
            idle(from: time, until: start)
            time = use(from: max(time, start))
            look(at: time)
        }
        if place == .hall {
            for _ in 0..<2 {
                time = drum(from: time + 60_000)
                look(at: time)
            }
            time = lean(from: time + 60_000)
            look(at: time)
            time = wipe(from: time + 60_000)
            look(at: time)
        }
        idle(from: time, until: midnight + 86_400_000 - 1000)
        day += 1
    }

    private mutating func poisson(_ mean: Double) -> Int {
        (0..<Int(mean * 20)).count { _ in Double.random(in: 0..<20, using: &glass.random) < 1 }
    }

    private mutating func look(at ms: Double) {
        let now = MonoTime(milliseconds: Int64(ms))
        for symptom in glass.health.symptoms(now: now) {
            guard case .wrong(let evidence, let severity) = symptom.sight, told[symptom.code] == nil else { continue }
            told[symptom.code] = Told(
                firstMs: now.milliseconds, severity: severity ?? symptom.code.severity, evidence: evidence)
        }
    }

    /// Nobody is there. The agent looks every ten seconds; here as often as something can have changed.
    private mutating func idle(from begin: Double, until end: Double) {
        var start = begin
        if let next = coming, next.at < end {
            (glass.illness, coming) = (next.illness, nil)
            start = max(begin, next.at)
            if next.illness == .stuck { glass.stick(at: start) }
        }
        guard end > start else { return }
        switch glass.illness {
        case .ghostBursts:
            var time = start
            while time < end {
                time += .random(in: 120_000...900_000, using: &glass.random)
                guard time < end else { break }
                time = glass.burst(at: time)
                look(at: time)
            }
        case .ghostPlace:
            var (time, looked) = (start, start)
            while time < end {
                time += .random(in: 4000...12_000, using: &glass.random)
                guard time < end else { break }
                glass.haunt(at: time)
                guard time - looked > 60_000 else { continue }
                looked = time
                look(at: time)
            }
        case .stuck: for round in 1...8 { look(at: min(end, start + Double(round) * 10_000)) }
        default: break
        }
        look(at: end)
    }

    private mutating func use(from start: Double) -> Double {
        var time = start
        let acts =
            place == .hall ? Int.random(in: 4...24, using: &glass.random) : Int.random(in: 2...8, using: &glass.random)
        for _ in 0..<acts {
            time = act(at: time) + .random(in: 250...2500, using: &glass.random)
        }
        return time
    }

    private mutating func act(at time: Double) -> Double {
        let chance = Double.random(in: 0..<1, using: &glass.random)
        let drags = place == .hall ? 0.3 : 0.1
        if chance < drags { return scroll(at: time, isThrown: chance < drags / 2) }
        if chance < drags + (place == .hall ? 0.05 : 0.01) {
            let (from, to) = (anywhere(), anywhere())
            let slow = Double.random(in: 500...1500, using: &glass.random)
            return glass.play([Stroke(begin: 0, duration: slow, from: from, to: to)], start: time)
        }
        return tap(at: time)
    }

    private mutating func anywhere() -> GlassPoint {
        GlassPoint(x: .random(in: 0.02...0.98, using: &glass.random), y: .random(in: 0.04...0.96, using: &glass.random))
    }

    private mutating func tap(at time: Double) -> Double {
        var chance = Double.random(in: 0..<buttons.reduce(0) { $0 + $1.share }, using: &glass.random)
        let button =
            buttons.first { button in
                chance -= button.share
                return chance < 0
            } ?? buttons[0]
        let place = inside(
            GlassPoint(
                x: button.centre.x + glass.gauss() * button.width / 5,
                y: button.centre.y + glass.gauss() * button.height / 5))
        return glass.play(
            [Stroke(begin: 0, duration: .random(in: 50...180, using: &glass.random), from: place, to: place)],
            start: time)
    }

    private func inside(_ place: GlassPoint) -> GlassPoint {
        GlassPoint(x: min(0.995, max(0.005, place.x)), y: min(0.995, max(0.005, place.y)))
    }

    private mutating func scroll(at time: Double, isThrown: Bool) -> Double {
        let up = Bool.random(using: &glass.random)
        let x = 0.5 + glass.gauss() * 0.12
        let length = Double.random(in: 0.15...0.5, using: &glass.random)
        let from = GlassPoint(x: x, y: up ? 0.8 : 0.3)
        let to = GlassPoint(x: x + glass.gauss() * 0.02, y: up ? 0.8 - length : 0.3 + length)
        let duration =
            isThrown ? Double.random(in: 90...200, using: &glass.random) : .random(in: 300...900, using: &glass.random)
        return glass.play(
            [Stroke(begin: 0, duration: duration, from: inside(from), to: inside(to), isThrown: isThrown)], start: time)
    }

    /// Children with both hands: up to ten fingers, ten to twenty-five taps a second for half a minute to a minute and a
    /// half.
    private mutating func drum(from start: Double) -> Double {
        let end = Double.random(in: 30_000...90_000, using: &glass.random)
        let pause = Double.random(in: 40...100, using: &glass.random)
        var (strokes, time) = ([Stroke](), 0.0)
        while time < end {
            let place = GlassPoint(
                x: .random(in: 0.1...0.9, using: &glass.random), y: .random(in: 0.5...0.97, using: &glass.random))
            strokes.append(
                Stroke(begin: time, duration: .random(in: 30...110, using: &glass.random), from: place, to: place))
            time += Double.random(in: 0...2 * pause, using: &glass.random)
        }
        // Bit by bit: each scan goes through all strokes that are handed over.
        var at = start
        for first in stride(from: 0, to: strokes.count, by: 20) {
            let bunch = strokes[first..<min(first + 20, strokes.count)]
            let offset = bunch.first?.begin ?? 0
            at = glass.play(
                bunch.map { Stroke(begin: $0.begin - offset, duration: $0.duration, from: $0.from, to: $0.to) },
                start: max(at, start + offset))
        }
        return at
    }

    /// An elbow on the glass.
    private mutating func lean(from start: Double) -> Double {
        let place = anywhere()
        return glass.play(
            [Stroke(begin: 0, duration: .random(in: 10_000...45_000, using: &glass.random), from: place, to: place)],
            start: start)
    }

    /// A dry cloth in lines over the whole glass, three contacts beside each other.
    private mutating func wipe(from start: Double) -> Double {
        var at = start
        for line in 0..<12 {
            let y = 0.04 + 0.08 * Double(line)
            let strokes = (0..<3).map { finger in
                let height = min(0.99, y + 0.02 * Double(finger))
                let (left, right) = (GlassPoint(x: 0.01, y: height), GlassPoint(x: 0.99, y: height))
                return Stroke(
                    begin: 0, duration: 1800, from: line % 2 == 0 ? left : right, to: line % 2 == 0 ? right : left)
            }
            at = glass.play(strokes, start: at) + 100
        }
        return at
    }
}
