import DriverKit
import ZoneModel
import ZoneTouch

/// Noise in the reported places, and reports that come too seldom.
///
/// A hand has mass: its way bends slowly. Noise throws a place to one side and takes it back in the next report. So the
/// bends of the way (differences of two steps) point the same way time and again for a hand, and to and fro for noise:
/// for white noise of variance v the mean product of two bends in a row is -4v, whatever the finger does besides.
struct JitterDetector: Sendable {
    private static let leastPairs = 150.0
    private static let horizon = 400.0
    private static let leapMm = 60.0
    private static let longestPause: Int64 = 150_000
    private static let leastContacts = 3
    private static let recentIntervals = 300
    private static let leastRecent = 150
    private static let leastLearned = 2000
    /// Squared: two steps in a row in the same direction, of a millimetre each.
    private static let leastAdvance = 1.0

    private let settings: HealthSettings
    private let scale: GlassScale
    /// Sum of the products of two bends in a row, in mm², and how many.
    private var (products, pairs) = (0.0, 0.0)
    private var contacts = 0
    private var recent = IntervalHistogram(limit: JitterDetector.recentIntervals)

    init(_ settings: HealthSettings, _ scale: GlassScale) { (self.settings, self.scale) = (settings, scale) }

    mutating func take(_ step: TouchStep, learned: inout IntervalHistogram) {
        if step.phase == .down { contacts = min(contacts + 1, 1000) }
        guard step.phase == .move, let from = step.from, let place = step.place, !step.isResync else { return }
        let (right, down) = ((place.x - from.x) * scale.width, (place.y - from.y) * scale.height)
        let (before, above) = (step.before.x * scale.width, step.before.y * scale.height)
        if let bend = step.bend, step.micros < JitterDetector.longestPause {
            let now = (x: right - before, y: down - above)
            let last = (x: bend.x * scale.width, y: bend.y * scale.height)
            // A leap is a ghost's, or another finger under the old name; one of them would be all of the mean.
            guard max(abs(now.x), abs(now.y), abs(last.x), abs(last.y)) < JitterDetector.leapMm else { return }
            products += now.x * last.x + now.y * last.y
            pairs += 1
            if pairs >= JitterDetector.horizon { (products, pairs) = (products / 2, pairs / 2) }
        }
        // A finger that rests is not reported at all: only one that goes on tells how often the panel looks.
        guard right * before + down * above > JitterDetector.leastAdvance, step.micros > 0, step.micros < 1_000_000
        else { return }
        recent.add(microseconds: step.micros)
        if !isSlow(learned) { learned.add(microseconds: step.micros) }
    }

    /// RMS of the noise in mm, as far as it is known.
    var noiseMm: Double? {
        guard pairs >= JitterDetector.leastPairs, contacts >= JitterDetector.leastContacts else { return nil }
        return max(0, -products / pairs / 4).squareRoot()
    }

    private func isSlow(_ learned: IntervalHistogram) -> Bool {
        guard recent.total >= JitterDetector.leastRecent, learned.total >= JitterDetector.leastLearned,
            let now = recent.median, let usual = learned.median, now > usual
        else { return false }
        return IntervalHistogram.hertz(ofBin: now) * 100
            < IntervalHistogram.hertz(ofBin: usual) * Double(settings.ratePercent)
    }

    func symptom(_ learned: IntervalHistogram) -> Symptom {
        if let noise = noiseMm, noise * 1000 >= Double(settings.jitterMicrometres) {
            return Symptom(
                .touchJitter,
                .wrong(
                    evidence: "noise of \(tenths(noise)) mm (RMS) in the last \(Int(pairs)) steps, limit "
                        + "\(tenths(Double(settings.jitterMicrometres) / 1000)) mm"
                        + (scale.isAssumed ? ", for a glass of \(Int(scale.width)) mm: the panel does not say" : "")))
        }
        if isSlow(learned), let now = recent.median, let usual = learned.median {
            return Symptom(
                .touchJitter,
                .wrong(
                    evidence: "\(Int(IntervalHistogram.hertz(ofBin: now))) reports per second while a finger moves, "
                        + "usually \(Int(IntervalHistogram.hertz(ofBin: usual))), limit \(settings.ratePercent) %"))
        }
        guard noiseMm != nil else { return Symptom(.touchJitter, .unknown(reason: "fewMoves")) }
        return Symptom(.touchJitter, .fine)
    }

    func details(_ learned: IntervalHistogram) -> (noise: JSONValue?, rate: JSONValue?) {
        let median = learned.total >= 100 ? learned.median : nil
        return (
            noiseMm.map { .number(tenths($0)) },
            median.map { .integer(Int64(IntervalHistogram.hertz(ofBin: $0).rounded())) }
        )
    }
}

func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
