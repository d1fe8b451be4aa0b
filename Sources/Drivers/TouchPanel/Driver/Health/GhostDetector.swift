import DriverKit
import ZoneModel
import ZoneTime
import ZoneTouch

/// Touches that no person makes: too short, too fast, too many, or always the same one while the hall is empty.
struct GhostDetector: Sendable {
    /// A finger that taps stays at least two or three times as long.
    private static let flashMicros: Int64 = 25_000
    /// Squared, in m/s: the hand of somebody who throws is at about ten; nobody throws along a glass.
    private static let handSpeedSquared = 100.0
    private static let leastLeapMm = 50.0
    private static let lonelyTouches = 3
    private static let lonelyMm = 15.0
    /// Spells of interference come and go; they are one illness.
    private static let hold = Duration.seconds(300)

    private let settings: HealthSettings
    private let scale: GlassScale
    private let contactsMost: Int?
    private var (downs, ups, flashes, leaps) = (SlidingCount(), SlidingCount(), SlidingCount(), SlidingCount())
    private var mostContacts = 0
    private var lonely = LonelyPlace()
    private var told: (evidence: String, at: MonoTime)?

    /// Minutes in which one place and no other was touched.
    private struct LonelyPlace {
        var minute: Int64 = .min
        var place: GlassPoint?
        var anchor: GlassPoint?
        var touches = 0
        var isAlone = true
        var score = 0
    }

    init(_ settings: HealthSettings, _ scale: GlassScale, slots: Int) {
        (self.settings, self.scale) = (settings, scale)
        contactsMost = settings.contactsMost ?? (slots > 0 ? slots : nil)
    }

    mutating func take(_ step: TouchStep, now: MonoTime) {
        switch step.phase {
        case .down:
            downs.add(at: now)
            mostContacts = max(mostContacts, step.contacts)
            if let place = step.place { visit(place, now) }
            if downs.latest > settings.ghostDownsPerSecond * 10 {
                tell("\(downs.latest) contacts began within 10 s, limit \(settings.ghostDownsPerSecond * 10)", now)
            }
            if let most = contactsMost, step.contacts > most {
                tell("\(step.contacts) contacts at once on a panel of \(most)", now)
            }
        case .move: move(step, now)
        case .up:
            ups.add(at: now)
            guard step.livedMicros < GhostDetector.flashMicros, !step.isResync else { return }
            flashes.add(at: now)
            ups.roll(to: now)
            let (short, all) = (flashes.sum, ups.sum)
            guard short >= settings.ghostFlashes, short * 2 >= all else { return }
            tell("\(short) of \(all) contacts in a minute were shorter than 25 ms, limit \(settings.ghostFlashes)", now)
        }
    }

    private mutating func move(_ step: TouchStep, _ now: MonoTime) {
        guard let from = step.from, let place = step.place, step.micros > 0, !step.isResync else { return }
        let squared = scale.squaredMm(from, place)
        // Squared millimetres per squared milliseconds are squared metres per squared seconds.
        let milliseconds = Double(step.micros) / 1000
        guard squared > GhostDetector.leastLeapMm * GhostDetector.leastLeapMm,
            squared > GhostDetector.handSpeedSquared * milliseconds * milliseconds
        else { return }
        leaps.add(at: now)
        downs.roll(to: now)
        guard leaps.sum >= settings.ghostJumps, leaps.sum * 5 >= downs.sum else { return }
        let speed = (squared.squareRoot() / milliseconds).rounded()
        tell(
            "\(leaps.sum) leaps in a minute that no hand makes, the last at \(Int(min(speed, 100_000))) m/s, "
                + "limit \(settings.ghostJumps)", now)
    }

    private mutating func visit(_ place: GlassPoint, _ now: MonoTime) {
        let minute = now.milliseconds / 60_000
        if minute != lonely.minute { closeMinute(minute, now) }
        if let anchor = lonely.anchor {
            lonely.isAlone =
                lonely.isAlone
                && scale.squaredMm(anchor, place) <= GhostDetector.lonelyMm * GhostDetector.lonelyMm
        } else {
            lonely.anchor = place
        }
        lonely.touches += 1
    }

    /// One more for a minute with the one place alone; two less for one with other touches, so that a ghost is not
    /// forgiven for a visitor, and a reader who turns pages is soon.
    private mutating func closeMinute(_ minute: Int64, _ now: MonoTime) {
        defer { (lonely.minute, lonely.anchor, lonely.touches, lonely.isAlone) = (minute, nil, 0, true) }
        guard let anchor = lonely.anchor else { return }
        let quiet = Int(clamping: minute - lonely.minute - 1)
        if lonely.isAlone, lonely.touches >= GhostDetector.lonelyTouches {
            let isSame =
                lonely.place.map { scale.squaredMm($0, anchor) <= GhostDetector.lonelyMm * GhostDetector.lonelyMm }
                ?? false
            lonely.score = isSame ? lonely.score + 1 : 1
            lonely.place = anchor
        } else {
            lonely.score -= 2
        }
        lonely.score = max(0, lonely.score - max(0, quiet))
        guard lonely.score >= settings.ghostMinutes else { return }
        tell("one place, and no other, was touched in \(lonely.score) minutes, limit \(settings.ghostMinutes)", now)
    }

    private mutating func tell(_ evidence: String, _ now: MonoTime) {
        // Evidence that changes with every event would be a new text a hundred times a second.
        guard told.map({ now.since($0.at) >= .seconds(1) }) ?? true else { return }
        told = (evidence, now)
    }

    mutating func symptom(now: MonoTime) -> Symptom {
        guard let told, now.since(told.at) < GhostDetector.hold else { return Symptom(.touchGhost, .fine) }
        return Symptom(.touchGhost, .wrong(evidence: told.evidence))
    }

    mutating func details(now: MonoTime) -> JSONValue {
        for count in [\GhostDetector.downs, \.ups, \.flashes, \.leaps] { self[keyPath: count].roll(to: now) }
        return [
            "contactsPerMinute": .integer(Int64(downs.sum)), "shortPerMinute": .integer(Int64(flashes.sum)),
            "leapsPerMinute": .integer(Int64(leaps.sum)), "contactsMost": .integer(Int64(mostContacts)),
        ]
    }
}
