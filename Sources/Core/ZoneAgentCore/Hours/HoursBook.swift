import ZoneJournal
import ZoneModel
import ZoneTime

/// When the zone was open, told once: `hours.opened` and `hours.closed`. A pure value; it goes along the boundaries of the
/// timetable with a mark of how far it has come, so that no jump of the clock, restart or night without power tells one
/// twice or leaves one out.
struct HoursBook: Sendable {
    /// Why it opened or closed.
    enum Reason: Sendable, Hashable {
        case plan(OpeningCalendar.Reason)
        case closure, configuration, clock

        var word: String {
            switch self {
            case .plan(let reason): reason.rawValue
            case .closure: "closure"
            case .configuration: "configuration"
            case .clock: "clock"
            }
        }
    }

    struct News: Sendable, Hashable {
        var isOpen: Bool
        /// The boundary itself; what is told later has its true time too.
        var since: WallTime
        var date: CivilDate
        var reason: Reason
        /// When it changes next, as far as anybody knows.
        var until: WallTime?
        var isLate: Bool
        /// What staff said of their closure.
        var why: String?
    }

    /// A look comes each second; what is older was not seen when it was.
    static let lateAfter: Int64 = 60_000
    /// A PC that was off for longer tells no more of it than this.
    static let window: Int64 = 31 * 86_400_000
    /// A clock that comes back from further ahead was wrong there: what was told by it is no mark to wait for.
    static let setBack: Int64 = 2 * 86_400_000
    private static let mostPast = 8

    private(set) var record: HoursRecord

    init(_ record: HoursRecord) { self.record = record }

    private struct Step {
        enum Change { case published(Bool), closed(HoursRecord.Closure?) }
        var at: WallTime
        var date: CivilDate
        var reason: Reason
        var change: Change
    }

    /// - Parameters:
    ///   - now: by a clock that somebody vouches for.
    ///   - hours: `nil`: none are published, the zone is always open.
    ///   - closure: the hold by which staff have closed the zone.
    mutating func look(at now: WallTime, _ hours: OpeningCalendar?, closure: Hold?) -> [News] {
        if record.through == nil { begin(at: now, hours) }
        let isFarAhead = record.through.map { now < $0.advanced(byMilliseconds: -HoursBook.setBack) } ?? false
        if isFarAhead { record.through = now }
        let through = record.through ?? now
        let steps = boundaries(hours, after: through, through: now) + closureSteps(closure, now)
        var news: [News] = []
        for step in steps.sorted(by: { $0.at < $1.at }) { news += apply(step, hours, now) }
        guard now >= through else { return news }
        let isPublished = hours?.isOpen(at: now) ?? true
        if isPublished != record.isPublished {
            let reason = isFarAhead ? Reason.clock : .configuration
            news += apply(
                Step(at: now, date: CivilDate(of: now), reason: reason, change: .published(isPublished)), hours, now)
        }
        record.through = now
        return news
    }

    /// Nothing was ever told here: what is so now is told with its true time, unless it never changes.
    private mutating func begin(at now: WallTime, _ hours: OpeningCalendar?) {
        let start = now.advanced(byMilliseconds: -HoursBook.window)
        guard let last = boundaries(hours, after: start, through: now).last, case .published(let isOpen) = last.change
        else {
            record.isPublished = hours?.isOpen(at: now) ?? true
            (record.isTold, record.through) = (record.isPublished, now)
            return
        }
        (record.isPublished, record.isTold) = (!isOpen, !isOpen)
        record.through = last.at.advanced(byMilliseconds: -1)
    }

    private func boundaries(_ hours: OpeningCalendar?, after: WallTime, through: WallTime) -> [Step] {
        guard let hours, after < through else { return [] }
        let from = max(after, through.advanced(byMilliseconds: -HoursBook.window))
        let spans = hours.spans(from: CivilDate(of: from).advanced(byDays: -2), through: CivilDate(of: through))
        let steps = spans.flatMap { span in
            [(span.range.lowerBound, true), (span.range.upperBound, false)].map { at, isOpen in
                Step(at: at, date: span.date, reason: .plan(span.reason), change: .published(isOpen))
            }
        }
        return steps.filter { $0.at > from && $0.at <= through }
    }

    private mutating func closureSteps(_ hold: Hold?, _ now: WallTime) -> [Step] {
        func step(_ at: WallTime, _ closure: HoursRecord.Closure?) -> Step {
            Step(at: at, date: CivilDate(of: at), reason: .closure, change: .closed(closure))
        }
        switch (record.closure, hold) {
        case (nil, nil): return []
        case (nil, let hold?):
            let since = min(hold.since, now)
            let closure = HoursRecord.Closure(
                since: since, heldAt: hold.since, until: hold.until, reason: hold.reason)
            return [step(since, closure)]
        case (let known?, nil):
            let end = known.until.map { min($0, now) } ?? now
            return [step(max(end, min(known.since, now)), nil)]
        case (let known?, let hold?):
            // Set again with another end or reason: the zone stays closed.
            guard known.heldAt != hold.since || known.until != hold.until || known.reason != hold.reason else {
                return []
            }
            record.closure = HoursRecord.Closure(
                since: known.since, heldAt: hold.since, until: hold.until, reason: hold.reason)
            return []
        }
    }

    private mutating func apply(_ step: Step, _ hours: OpeningCalendar?, _ now: WallTime) -> [News] {
        let known = record.closure
        switch step.change {
        case .published(let isOpen): record.isPublished = isOpen
        case .closed(let closure):
            if var over = known, closure == nil {
                over.ended = step.at
                record.past = (record.past + [over]).suffix(HoursBook.mostPast)
            }
            record.closure = closure
        }
        let isOpen = record.isPublished && record.closure == nil
        guard isOpen != record.isTold else { return [] }
        record.isTold = isOpen
        return [
            News(
                isOpen: isOpen, since: step.at, date: step.date, reason: step.reason,
                until: HoursBook.until(isOpen, since: step.at, hours, record.closure),
                isLate: now.milliseconds - step.at.milliseconds > HoursBook.lateAfter,
                why: step.reason == .closure ? (record.closure ?? known)?.reason : nil)
        ]
    }

    /// When that which began `since` changes, as far as it is known.
    static func until(
        _ isOpen: Bool, since: WallTime, _ hours: OpeningCalendar?, _ closure: HoursRecord.Closure?
    ) -> WallTime? {
        guard let closure, !isOpen else { return hours?.nextChange(after: since) }
        guard let end = closure.until else { return nil }
        return hours?.isOpen(at: end) ?? true ? end : hours?.nextChange(after: end)
    }
}

extension HoursBook.News {
    var data: JSONValue {
        .members([
            "date": .string("\(date)"), "since": .string(since.rfc3339), "reason": .string(reason.word),
            "until": until.map { .string($0.rfc3339) }, "late": isLate ? true : nil, "why": why.map { .string($0) },
        ])
    }
}
