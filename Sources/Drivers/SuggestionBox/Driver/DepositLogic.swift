import ZoneModel

/// What the two inputs of a box were at one moment.
package struct PinSample: Sendable, Hashable {
    package var at: MonoTime
    package var slotBlocked: Bool
    /// `nil` for a box without lid contact.
    package var lidOpen: Bool?

    package init(at: MonoTime, slotBlocked: Bool, lidOpen: Bool?) {
        (self.at, self.slotBlocked, self.lidOpen) = (at, slotBlocked, lidOpen)
    }
}

package enum BoxEvent: Sendable, Hashable {
    /// Something went through the slot; how long it was in the beam.
    case deposit(milliseconds: Int64)
    /// So many passed in quick succession that they are not counted as deposits.
    case burst(count: Int)
    case lidOpened
    case lidClosed
    case slotBlocked(Severity)
    case slotCleared
    /// After a start or a long silence: it is known again where things stand.
    case settled
}

/// Makes detected deposits of samples of a slot's light beam and a lid's contact. A pure value, without a clock.
///
/// Where it must err it counts too few: what was not seen from its beginning to its end is no deposit.
/// docs/deposits.md has the cases.
package struct DepositLogic: Sendable {
    /// Without samples for longer than this, a lid may have been opened and shut again.
    private static let longGap: Int64 = 500

    private let settings: DepositSettings
    private var beam: Debouncer
    private var lid: Debouncer
    private var bursts: BurstGuard
    private var last: Int64?
    /// A blocking that begins before this moment may have begun unseen.
    private var blindUntil: Int64 = 0
    private var passage: Passage?
    private var lidClosedSince: Int64?
    private var hasLid = false
    /// How the lid was when a time began in which nobody looked.
    private var lidBeforeGap: Bool?
    private var isSettled = false

    package private(set) var sampleCount: Int64 = 0
    /// Samples that came so late that something may have happened unseen before them.
    package private(set) var lateCount: Int64 = 0
    /// As long as it lasts, how bad the blocked slot is.
    package private(set) var blockage: Severity?

    package init(_ settings: DepositSettings) {
        self.settings = settings
        beam = Debouncer(onAfter: settings.beamOn, offAfter: settings.beamOff, leastLooks: 2)
        lid = Debouncer(onAfter: settings.contact, offAfter: settings.contact, leastLooks: 3)
        bursts = BurstGuard(limit: settings.burst, window: settings.burstWithin)
    }

    /// `nil`: not known yet.
    package var slotIsBlocked: Bool? { beam.state }
    /// `nil`: not known yet, or no contact.
    package var lidIsOpen: Bool? { lid.state }

    package mutating func take(_ sample: PinSample) -> [BoxEvent] {
        let now = sample.at.milliseconds
        var events: [BoxEvent] = []
        mind(gapBefore: now)
        sampleCount += 1
        hasLid = sample.lidOpen != nil
        if let isOpen = sample.lidOpen { followLid(isOpen, now, &events) }
        followBeam(sample.slotBlocked, now)
        conclude(now, &events)
        watchBlockage(now, &events)
        if let count = bursts.finish(at: now) { events.append(.burst(count: count)) }
        if !isSettled, beam.state != nil, !hasLid || lid.state != nil {
            isSettled = true
            events.append(.settled)
        }
        return events
    }

    /// When there will be no more samples: what has been counted but not told.
    package mutating func flush() -> [BoxEvent] { bursts.flush().map { [.burst(count: $0)] } ?? [] }

    private mutating func mind(gapBefore now: Int64) {
        defer { last = now }
        guard let last else {
            blindUntil = now &+ settings.beamOff
            return
        }
        let gap = now &- last
        guard gap < 0 || gap > settings.lateAfter else { return }
        lateCount += 1
        blindUntil = now &+ settings.beamOff
        passage?.isWhole = false
        guard gap < 0 || gap > DepositLogic.longGap else { return }
        beam.restart()
        lidBeforeGap = lid.state ?? lidBeforeGap
        lid.restart()
        (passage, lidClosedSince, isSettled) = (nil, nil, false)
    }

    private mutating func followLid(_ isOpen: Bool, _ now: Int64, _ events: inout [BoxEvent]) {
        let wasKnown = lid.state != nil
        guard let edge = lid.take(isOpen, at: now) else { return }
        lidClosedSince = edge.isOn ? nil : edge.since
        // Closed when last seen and open now: it was opened, though nobody saw the moment.
        if wasKnown || (edge.isOn && lidBeforeGap == false) { events.append(edge.isOn ? .lidOpened : .lidClosed) }
        lidBeforeGap = nil
    }

    private mutating func followBeam(_ isBlocked: Bool, _ now: Int64) {
        guard let edge = beam.take(isBlocked, at: now) else { return }
        if edge.isOn {
            if passage == nil { passage = Passage(begin: edge.since, isWhole: edge.since > blindUntil) }
            passage?.block(at: edge.since)
        } else {
            passage?.clear(at: edge.since)
        }
    }

    /// A passage is over when the beam has been clear for the lockout: one sheet that flutters is one passage.
    private mutating func conclude(_ now: Int64, _ events: inout [BoxEvent]) {
        guard let ended = passage, let clearSince = ended.clearSince,
            (beam.undecidedSince ?? now) &- clearSince >= settings.lockout
        else { return }
        // The lid may be opening: its contact decides first.
        guard !hasLid || lid.undecidedSince == nil else { return }
        passage = nil
        let length = clearSince &- ended.begin
        guard ended.isWhole, ended.longestBlock >= settings.minBlock, length <= settings.maxBlock,
            lidWasClosed(before: ended.begin)
        else { return }
        if bursts.admit(at: now) { events.append(.deposit(milliseconds: length)) }
    }

    private func lidWasClosed(before begin: Int64) -> Bool {
        guard hasLid else { return true }
        guard let lidClosedSince else { return false }
        return begin &- lidClosedSince >= settings.lidSettle
    }

    /// While the lid is open somebody is at work in the box, and a blocked beam means nothing.
    private mutating func watchBlockage(_ now: Int64, _ events: inout [BoxEvent]) {
        guard let passage else {
            guard blockage != nil, beam.state == false else { return }
            blockage = nil
            events.append(.slotCleared)
            return
        }
        guard !hasLid || lidClosedSince != nil else { return }
        let length = now &- max(passage.begin, lidClosedSince ?? passage.begin)
        let severity: Severity? =
            length >= settings.blockedFault ? .fault : length >= settings.blockedAfter ? .warning : nil
        // The worse one stays until the slot is clear.
        guard let severity, blockage != severity, blockage != .fault else { return }
        blockage = severity
        events.append(.slotBlocked(severity))
    }
}

/// From the first blocking of the beam until it has been clear for long enough.
private struct Passage: Sendable {
    var begin: Int64
    /// Begun, and until now followed, without a time in which nobody looked.
    var isWhole: Bool
    private(set) var longestBlock: Int64 = 0
    private(set) var clearSince: Int64?
    private var blockedSince: Int64?

    init(begin: Int64, isWhole: Bool) { (self.begin, self.isWhole) = (begin, isWhole) }

    mutating func block(at time: Int64) { (blockedSince, clearSince) = (time, nil) }

    mutating func clear(at time: Int64) {
        longestBlock = max(longestBlock, time &- (blockedSince ?? time))
        (blockedSince, clearSince) = (nil, time)
    }
}
