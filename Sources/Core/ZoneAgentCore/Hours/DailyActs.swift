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

    /// Under which it is remembered.
    let name: String
    let moment: Moment
    /// Harmless enough while citizens are there. Where hours are never over nothing else is done at all.
    let mayRunInHours: Bool
    let run: @Sendable () async -> Void

    init(_ name: String, _ moment: Moment, mayRunInHours: Bool = false, run: @escaping @Sendable () async -> Void) {
        (self.name, self.moment, self.mayRunInHours, self.run) = (name, moment, mayRunInHours, run)
    }

    /// The date for which it should be done now; `nil`: it is done, or now is not the time.
    /// - Parameter done: the date for which it was done last.
    func due(at now: WallTime, _ hours: OpeningCalendar?, done: String?) -> CivilDate? {
        guard mayRunInHours || hours?.allowsInterruption(at: now) == true else { return nil }
        guard let date = latest(before: now, hours) else { return nil }
        guard let last = done.flatMap({ CivilDate($0) }) else { return date }
        // A clock that was far ahead has dated it: that date is no reason to wait for years.
        let isFromAhead = last > CivilDate(of: now).advanced(byDays: 2)
        return last < date || isFromAhead ? date : nil
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
