import DriverKit
import ZoneModel
import ZoneTouch
import ZoneWire

/// One check as it goes on: which mark is shown, and what was felt so far. A pure value: frames and times are handed in.
struct TouchCheckSession: Sendable {
    /// A touch this soon after its mark has appeared was meant for the mark before: nobody is that fast. After one that was
    /// touched it is the same finger bouncing.
    private static let reaction = (afterMiss: Duration.milliseconds(200), afterTouch: Duration.milliseconds(100))
    /// Positions of one touch that are kept for its median; the rest of a long one says nothing more.
    private static let mostSamples = 512

    private struct Touch {
        var number: Int
        /// `nil`: it belongs to no mark.
        var target: Int?
        var samples: [GlassPoint]
    }

    let id: String
    let device: DeviceID
    let actor: String
    /// Ends it with itself.
    let lease: String?
    /// The calibration in force; places are kept as the panel says them.
    let matrix: CalibrationMatrix?
    let targets: [GlassPoint]
    let ruler: CheckRuler
    let deadline: MonoTime
    private(set) var state = TouchCheckJSON.State.running
    private(set) var next = 0
    private(set) var places: [GlassPoint?]
    private(set) var finding: CheckFinding?
    private let geometry: PanelGeometry
    private var shownAt: MonoTime
    private var endsAt: MonoTime
    private var touch: Touch?

    init(
        id: String, device: DeviceID, actor: String, lease: String? = nil, targets: [GlassPoint],
        geometry: PanelGeometry, matrix: CalibrationMatrix? = nil, ruler: CheckRuler, from now: MonoTime,
        for duration: Duration
    ) {
        (self.lease, self.matrix) = (lease, matrix)
        (self.id, self.device, self.actor, self.targets) = (id, device, actor, targets)
        (self.geometry, self.ruler, shownAt) = (geometry, ruler, now)
        deadline = now.advanced(by: duration)
        places = targets.map { _ in nil }
        endsAt = now
        show(0, at: now)
    }

    mutating func take(_ frame: ContactFrame, at now: MonoTime) {
        tick(at: now)
        guard state == .running else { return }
        for change in frame.changes {
            switch change {
            // What lay on the glass before is dirt or a hand that rests: it would keep every real touch out.
            case .down(let contact): if !frame.isResync { begin(contact, at: now) }
            case .move(let contact):
                guard contact.number == touch?.number else { continue }
                feel(contact)
            case .up(let contact):
                guard contact.number == touch?.number else { continue }
                settle(at: now)
            }
        }
    }

    /// Lets a mark go that nobody touches, and the check when its time is over. A finger that is down is waited for.
    mutating func tick(at now: MonoTime) {
        guard state == .running else { return }
        if now >= deadline {
            settle(at: now)
            if state == .running { finish() }
        } else if now >= endsAt, touch?.target != next {
            show(next + 1, at: now)
        }
    }

    mutating func cancel() {
        if state == .running { state = .cancelled }
    }

    private mutating func begin(_ contact: Contact, at now: MonoTime) {
        // One finger: what else lies on the glass is not asked for.
        guard touch == nil else { return }
        let before = next - 1
        let isAfterMiss = before >= 0 && places[before] == nil
        let isTooSoon = now.since(shownAt) < (isAfterMiss ? Self.reaction.afterMiss : Self.reaction.afterTouch)
        touch = Touch(number: contact.number, target: isTooSoon ? (isAfterMiss ? before : nil) : next, samples: [])
        feel(contact)
    }

    private mutating func feel(_ contact: Contact) {
        guard let place = geometry.place(of: contact), let count = touch?.samples.count, count < Self.mostSamples else {
            return
        }
        touch?.samples.append(place)
    }

    private mutating func settle(at now: MonoTime) {
        guard let ended = touch.take(), let target = ended.target, let place = Self.median(ended.samples) else {
            return
        }
        if places[target] == nil { places[target] = place }
        if target == next { show(next + 1, at: now) }
    }

    private mutating func show(_ index: Int, at now: MonoTime) {
        guard index < targets.count else {
            next = targets.count
            return finish()
        }
        (next, shownAt) = (index, now)
        // Time that was saved at one mark is there for the others.
        endsAt = now.advanced(by: deadline.since(now) / (targets.count - index))
    }

    private mutating func finish() {
        let finding = CheckJudge.judge(targets: targets, places: places, through: matrix, by: ruler)
        let felt = places.count { $0 != nil }
        // Somebody who has gone away looks like a dead panel: of so little nothing is said.
        guard felt * 2 >= targets.count else {
            state = .timedOut
            return
        }
        self.finding = finding
        state = finding.isPassed ? .passed : .failed
    }

    /// Of each axis on its own: where the finger lay longest, without its landing and its lifting.
    static func median(_ samples: [GlassPoint]) -> GlassPoint? {
        guard !samples.isEmpty else { return nil }
        func middle(_ values: [Double]) -> Double {
            let sorted = values.sorted()
            let half = sorted.count / 2
            return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
        }
        return GlassPoint(x: middle(samples.map(\.x)), y: middle(samples.map(\.y)))
    }
}

extension TouchCheckSession {
    func json(at now: MonoTime) -> TouchCheckJSON {
        var json = TouchCheckJSON(check: id, device: device, state: state, points: targets.count, results: results)
        if state == .running {
            json.next = next
            json.endsIn = max(0, deadline.since(now).milliseconds)
        }
        guard let finding else { return json }
        json.shape = finding.verdict.shape.word
        json.residualMm = finding.residualMm.map(Self.tenths)
        json.calibration = finding.calibration?.numbers
        json.matrix = matrix?.numbers
        json.corners = Dictionary(
            finding.corners.map {
                ($0.key.rawValue, .init(state: $0.value.state.rawValue, errorMm: $0.value.errorMm.map(Self.tenths)))
            }
        ) { first, _ in first }
        return json
    }

    /// For the journal: of places nothing but how far off they were.
    var evidence: JSONValue {
        .members([
            "actor": .string(actor), "check": "touch", "state": .string(state.rawValue),
            "passed": .bool(state == .passed), "points": .integer(Int64(targets.count)),
            "missed": .integer(Int64(places.count { $0 == nil })),
            "shape": finding.map { .string($0.verdict.shape.word) },
            "matrix": matrix.map { .string($0.text) },
            "residualMm": finding?.residualMm.map { .number(Self.tenths($0)) },
            "corners": finding.map { finding in
                .object(
                    Dictionary(finding.corners.map { ($0.key.rawValue, .string($0.value.state.rawValue)) }) {
                        first, _ in first
                    })
            },
        ])
    }

    private var results: [TouchCheckJSON.Result] {
        let known = state == .running ? next : targets.count
        return zip(targets, places).prefix(known).map { target, felt -> TouchCheckJSON.Result in
            let place = felt.map { matrix?.map.place(of: $0) ?? $0 }
            let isNear = place.map { ruler.isNear($0, target, atCorner: CheckTargets.corner(target) != nil) }
            return TouchCheckJSON.Result(
                target: GlassPointJSON(x: target.x, y: target.y),
                state: isNear.map { $0 ? .hit : .wrongPlace } ?? .missed,
                place: place.map { GlassPointJSON(x: $0.x, y: $0.y) },
                errorMm: place.flatMap { ruler.distanceMm($0, target) }.map(Self.tenths))
        }
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

extension TouchCheckVerdict.Shape {
    fileprivate var word: String {
        switch self {
        case .fits: "fits"
        case .axes(swapped: true, let across, let down): across == down ? "swapped" : "turned"
        case .axes: "inverted"
        case .offset: "offset"
        case .scaled: "scaled"
        case .unclear: "unclear"
        }
    }
}
