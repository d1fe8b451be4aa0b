import DriverKit
import ZoneModel
import ZoneTime
import ZoneTouch

/// Whether a panel is ill, told from nothing but what people do on it anyway. A pure value: who holds it hands in each
/// frame, and the time. No place of a touch leaves it.
package struct PanelHealth: Sendable {
    /// No panel has more; a stream that never ends its contacts is not kept.
    private static let mostTracks = 64

    private let settings: HealthSettings
    private let geometry: PanelGeometry?
    private var tracks: [ContactTrack] = []
    private var map = GlassMap()
    private var learned = IntervalHistogram(limit: PanelMemory.learnedIntervals)
    private var verdict: CheckSummary?
    private var stuck: StuckDetector
    private var ghost: GhostDetector
    private var closedHours = ClosedHoursDetector()
    private var dead: DeadZoneDetector
    private var axis: AxisDetector
    private var jitter: JitterDetector
    private let opened: MonoTime
    private var spellBegan: MonoTime?
    /// The cell that was touched since the last spell of use ended.
    private var first: (column: Int, row: Int)?
    private var agedAt: MonoTime

    /// - Parameter openedAt: the panel is followed from now on; what is on the glass already is worth a word.
    package init(
        of panel: InputCapabilities, _ settings: HealthSettings = HealthSettings(), openedAt now: MonoTime
    ) {
        (self.settings, geometry) = (settings, PanelGeometry(x: panel.x, y: panel.y))
        let scale = GlassScale(geometry)
        (stuck, ghost) = (StuckDetector(settings, scale), GhostDetector(settings, scale, slots: panel.slots))
        (dead, axis, jitter) = (DeadZoneDetector(settings), AxisDetector(settings), JitterDetector(settings, scale))
        (opened, agedAt) = (now, now)
        tracks.reserveCapacity(PanelHealth.mostTracks)
    }

    package mutating func take(_ frame: ContactFrame, now: MonoTime) {
        let stamp = frame.microseconds == 0 ? now.milliseconds &* 1000 : frame.microseconds
        for change in frame.changes {
            switch change {
            case .down(let contact): begin(contact, stamp, frame.isResync, now)
            case .move(let contact): move(contact, stamp, frame.isResync, now)
            case .up(let contact): end(contact, stamp, frame.isResync, now)
            }
        }
    }

    /// Whether all of these contacts have lain on the glass for longer than a finger does.
    package func isAllStuck(_ contacts: [Contact], now: MonoTime) -> Bool {
        contacts.allSatisfy { contact in
            tracks.contains { $0.number == contact.number && now.since($0.restingSince) >= settings.stuckAfter }
        }
    }

    /// What came while nobody looked, as a drop that the cloth has left: it rests from now on.
    package mutating func adopt(_ contacts: [Contact], now: MonoTime) {
        for contact in contacts
        where tracks.count < PanelHealth.mostTracks && !tracks.contains(where: { $0.number == contact.number }) {
            let (place, stamp) = (geometry?.place(of: contact), now.milliseconds &* 1000)
            tracks.append(
                ContactTrack(
                    number: contact.number, place: place, anchor: place, restingSince: now, began: now,
                    beganStamp: stamp, stamp: stamp))
        }
    }

    private mutating func begin(_ contact: Contact, _ stamp: Int64, _ isResync: Bool, _ now: MonoTime) {
        let place = geometry?.place(of: contact)
        if tracks.count < PanelHealth.mostTracks {
            tracks.append(
                ContactTrack(
                    number: contact.number, place: place, anchor: place, restingSince: now, began: now,
                    beganStamp: stamp, stamp: stamp))
        }
        let step = TouchStep(
            phase: .down, place: place, stamp: stamp, isResync: isResync, contacts: tracks.count)
        use(place, now)
        ghost.take(step, now: now)
        dead.take(step, &map)
        axis.take(step)
        jitter.take(step, learned: &learned)
    }

    private mutating func move(_ contact: Contact, _ stamp: Int64, _ isResync: Bool, _ now: MonoTime) {
        guard let index = tracks.firstIndex(where: { $0.number == contact.number }) else { return }
        let (old, place) = (tracks[index], geometry?.place(of: contact))
        let step = TouchStep(
            phase: .move, place: place, from: old.place, micros: PanelHealth.elapsed(old.stamp, stamp),
            livedMicros: PanelHealth.elapsed(old.beganStamp, stamp), stamp: stamp, before: old.before,
            bend: old.steps >= 2 ? old.bend : nil, isResync: isResync, contacts: tracks.count)
        tracks[index].go(to: place, stamp, isResync: isResync)
        if let place { stuck.rest(&tracks[index], at: place, now: now) }
        use(place, now)
        ghost.take(step, now: now)
        dead.take(step, &map)
        jitter.take(step, learned: &learned)
    }

    private mutating func end(_ contact: Contact, _ stamp: Int64, _ isResync: Bool, _ now: MonoTime) {
        guard let index = tracks.firstIndex(where: { $0.number == contact.number }) else { return }
        let old = tracks.remove(at: index)
        let micros = PanelHealth.elapsed(old.stamp, stamp)
        // How fast it was when it was last seen to move.
        let seconds = Double(max(1, micros)) / 1_000_000
        let step = TouchStep(
            phase: .up, place: old.place, from: old.place, micros: micros,
            livedMicros: PanelHealth.elapsed(old.beganStamp, stamp), stamp: stamp,
            before: GlassPoint(x: old.before.x / seconds, y: old.before.y / seconds), isResync: isResync,
            contacts: tracks.count)
        stuck.ended(old, now: now)
        ghost.take(step, now: now)
        dead.take(step, &map)
    }

    /// Stamps of a wire may be anything: what lies outside of an hour is not known.
    private static func elapsed(_ from: Int64, _ to: Int64) -> Int64 {
        let (difference, isOver) = to.subtractingReportingOverflow(from)
        return !isOver && (0...3_600_000_000).contains(difference) ? difference : 0
    }

    private mutating func use(_ place: GlassPoint?, _ now: MonoTime) {
        guard let place, let (column, row) = GlassMap.cell(of: place) else { return }
        if let spellBegan, now.milliseconds - spellBegan.milliseconds < GlassMap.spellMs {
            return map.touch(column: column, row: row)
        }
        // One place alone is no use: a ghost would make everything else look silent.
        guard let first, abs(first.column - column) > 1 || abs(first.row - row) > 1 else {
            if first == nil { first = (column, row) }
            return
        }
        beginSpell(now)
        map.touch(column: first.column, row: first.row)
        map.touch(column: column, row: row)
        self.first = nil
    }

    private mutating func beginSpell(_ now: MonoTime) {
        let days = Double(now.milliseconds - agedAt.milliseconds) / 86_400_000
        map.age(halfLives: days / Double(settings.memoryDays))
        map.beginSpell(isFirst: spellBegan == nil)
        (spellBegan, agedAt) = (now, now)
    }

    package mutating func symptoms(now: MonoTime) -> [Symptom] {
        [
            stuck.symptom(tracks, opened: opened, now: now), ghostSymptom(now: now), dead.symptom(map, verdict),
            axis.symptom(map, verdict), jitter.symptom(learned),
        ]
    }

    package mutating func touchedInClosedHours(now: MonoTime) { closedHours.touched(now: now) }

    /// At night somebody may be there all the same, so that is a warning, and what no hand does is a fault.
    private mutating func ghostSymptom(now: MonoTime) -> Symptom {
        let impossible = ghost.symptom(now: now)
        guard impossible.sight == .fine, let evidence = closedHours.evidence(now: now) else { return impossible }
        return Symptom(.touchGhost, .wrong(evidence: evidence, severity: .warning))
    }

    /// A person has checked the panel. What it shows is in force until the next check; what passers-by have led to is
    /// forgotten with it, so that the same suspicion is not told again.
    package mutating func note(_ verdict: CheckSummary) {
        self.verdict = verdict
        map = GlassMap()
        spellBegan = nil
    }

    package mutating func details(now: MonoTime) -> JSONValue {
        let (noise, rate) = jitter.details(learned)
        return .members([
            "spellsOfUse": .integer(Int64(map.cells.spells)), "noiseMm": noise, "reportsPerSecond": rate,
            "ghost": ghost.details(now: now),
        ])
    }

    /// `nil`: a panel without ranges, or nothing learned.
    package var memory: [UInt8]? {
        guard let geometry, map.cells.spells > 0 || learned.total > 0 || verdict != nil else { return nil }
        return PanelMemory(map: map, intervals: learned, verdict: verdict).encoded(for: geometry)
    }

    /// - Returns: whether it was one of this panel.
    @discardableResult
    package mutating func recall(_ memory: [UInt8]) -> Bool {
        guard let geometry, let known = PanelMemory(memory, for: geometry) else { return false }
        (map, learned, verdict) = (known.map, known.intervals, known.verdict)
        return true
    }

    /// For pictures of simulated panels.
    package var heatMap: [Float] { (0..<map.cells.count).map { map.cells.weight($0) / max(1, map.cells.spells) } }
}
