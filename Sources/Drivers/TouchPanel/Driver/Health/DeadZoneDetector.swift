import DriverKit
import ZoneModel
import ZoneTouch

/// Parts of the glass that do not answer. What passers-by leave is a suspicion, told as a notice; a check makes it a
/// warning, or ends it.
struct DeadZoneDetector: Sendable {
    /// Fingers that lift while they move, and come down again further on, within this time.
    private static let leapMicros: Int64 = 500_000

    private let settings: HealthSettings
    /// The last contact that ended while it moved: where, how fast (shares per second), when.
    private var thrown: (place: GlassPoint, speed: GlassPoint, stamp: Int64)?
    /// What the silent parts were at the last count, and in which spell that was.
    private var silence: (spell: UInt32, suspicion: SilentParts?)?

    init(_ settings: HealthSettings) { self.settings = settings }

    mutating func take(_ step: TouchStep, _ map: inout GlassMap) {
        switch step.phase {
        case .move:
            guard let from = step.from, let place = step.place, !step.isResync else { return }
            map.across.cross(from: from.x, to: place.x, before: step.before.x)
            map.down.cross(from: from.y, to: place.y, before: step.before.y)
        case .down:
            guard let place = step.place else { return }
            if let strip = map.across.strip(of: place.x) { map.across.see(strip) }
            if let strip = map.down.strip(of: place.y) { map.down.see(strip) }
            if !step.isResync { followThrown(to: place, step.stamp, &map) }
        case .up:
            guard let place = step.place, step.micros > 0, step.micros < 100_000, !step.isResync else {
                thrown = nil
                return
            }
            thrown = (place, step.before, step.stamp)
        }
    }

    /// A broken strip cuts a line in two: the second half begins where the first would have come to.
    private mutating func followThrown(to place: GlassPoint, _ stamp: Int64, _ map: inout GlassMap) {
        guard let last = thrown else { return }
        thrown = nil
        let passed = stamp &- last.stamp
        guard passed > 0, passed <= DeadZoneDetector.leapMicros else { return }
        let seconds = Double(passed) / 1_000_000
        func isOnTheWay(_ from: Double, _ to: Double, _ speed: Double, _ side: Double, _ drift: Double) -> Bool {
            let (way, expected) = (to - from, speed * seconds)
            return way * expected > 0 && abs(way) > abs(expected) / 2 && abs(way) < abs(expected) * 2
                && abs(side) <= max(0.02, abs(drift * seconds))
        }
        let (right, below) = (place.x - last.place.x, place.y - last.place.y)
        if isOnTheWay(last.place.x, place.x, last.speed.x, below, last.speed.y) {
            map.across.leap(from: last.place.x, to: place.x)
        }
        if isOnTheWay(last.place.y, place.y, last.speed.y, right, last.speed.x) {
            map.down.leap(from: last.place.y, to: place.y)
        }
    }

    mutating func symptom(_ map: GlassMap, _ verdict: CheckSummary?) -> Symptom {
        if let verdict, !verdict.missed.isEmpty {
            let places = verdict.missed.map { "(\(percent($0.x)), \(percent($0.y)))" }.joined(separator: " ")
            return Symptom(
                .touchDeadZone,
                .wrong(
                    evidence: "check: \(verdict.missed.count) of \(verdict.points) marks did not answer, at "
                        + "(across, down) in percent of the glass: \(places)"))
        }
        guard let suspicion = suspicion(map) else { return Symptom(.touchDeadZone, .fine) }
        return Symptom(
            .touchDeadZone,
            .wrong(evidence: "suspected, run the touch check: " + suspicion, severity: .notice))
    }

    private mutating func suspicion(_ map: GlassMap) -> String? {
        if let strips = passedOver(map.across, "columns") ?? passedOver(map.down, "rows") { return strips }
        if silence?.spell != map.cells.spell {
            silence = (map.cells.spell, SilentParts(map, limit: Float(settings.deadSpells)))
        }
        return silence.flatMap(\.suspicion)?.description
    }

    private func passedOver(_ book: StripBook, _ word: String) -> String? {
        let dead = (0..<book.count).filter { book.score($0) >= settings.deadCrossings }
        guard let first = dead.first, let last = dead.last, let most = dead.map({ book.score($0) }).max() else {
            return nil
        }
        let (low, high) = (Double(first) / Double(book.count), Double(last + 1) / Double(book.count))
        return
            "moving fingers pass \(word) \(percent(low)) to \(percent(high)) % of the glass without being seen there, "
            + "\(most) times, limit \(settings.deadCrossings)"
    }
}

func percent(_ share: Double) -> Int { Int((min(1, max(0, share)) * 100).rounded()) }
