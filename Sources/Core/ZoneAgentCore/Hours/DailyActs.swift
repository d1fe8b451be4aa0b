import ZoneModel
import ZoneTime

/// Something that is done once per date while nobody is there, or at the next power-on.
struct DailyAct: Sendable {
    enum Moment: Sendable, Hashable {
        /// When the hours of a date have ended.
        case atClosing
        /// So long before the hours of a date begin.
        case beforeOpening(Duration)
        /// So many minutes after midnight.
        case nightly(minute: Int)
    }

    /// Whether it is done while citizens may be there, as long as nobody uses anything.
    enum InHours: Sendable, Hashable {
        case never
        /// Short, and once out of hours is better: only when a whole date has passed without it, as on a PC that is on
        /// within its hours only.
        case ifMissed
        /// Where hours are never over nothing else is done at all.
        case always
    }

    /// Under which it is remembered.
    let name: String
    let moment: Moment
    let inHours: InHours
    let run: @Sendable () async -> Void

    init(_ name: String, _ moment: Moment, _ inHours: InHours = .never, run: @escaping @Sendable () async -> Void) {
        (self.name, self.moment, self.inHours, self.run) = (name, moment, inHours, run)
    }

    /// The date for which it should be done now; `nil`: it is done, or now is not the time.
    /// - Parameter done: the date for which it was done last.
    func due(at now: WallTime, _ hours: OpeningCalendar?, done: String?) -> CivilDate? {
        guard let date = latest(before: now, hours) else { return nil }
        // A clock that was far ahead has dated it: that date is no reason to wait for years.
        let last = done.flatMap { CivilDate($0) }.flatMap { $0 > CivilDate(of: now).advanced(byDays: 2) ? nil : $0 }
        guard last.map({ $0 < date }) ?? true else { return nil }
        return hours?.allowsInterruption(at: now) == true || mayRunInHours(date, last) ? date : nil
    }

    private func mayRunInHours(_ date: CivilDate, _ last: CivilDate?) -> Bool {
        switch inHours {
        case .never: false
        case .ifMissed: last.map { $0 < date.previous } ?? true
        case .always: true
        }
    }

    /// The latest date whose time for it has come. What was missed before that is not made up for one by one.
    private func latest(before now: WallTime, _ hours: OpeningCalendar?) -> CivilDate? {
        let tomorrow = CivilDate(of: now).next
        for day in 0...31 {
            let date = tomorrow.advanced(byDays: -day)
            if let time = time(on: date, hours), time <= now { return date }
        }
        return nil
    }

    private func time(on date: CivilDate, _ hours: OpeningCalendar?) -> WallTime? {
        switch moment {
        case .atClosing: hours?.intervals(on: date).last?.upperBound
        case .beforeOpening(let lead):
            hours?.intervals(on: date).first?.lowerBound.advanced(byMilliseconds: -lead.milliseconds)
        case .nightly(let minute): date.start.advanced(byMilliseconds: Int64(minute) * 60_000)
        }
    }
}
