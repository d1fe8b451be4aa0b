import ZoneModel
import ZoneTime

/// How long something may take: working hours, or working days. Working are the dates and hours of the timetable.
package enum WorkTerm: Sendable, Hashable {
    case hours(Int)
    case days(Int)

    /// `4h` up to `200h`, `3d` up to `60d`.
    package init?(_ text: String) {
        guard let unit = text.last, let count = Int(text.dropLast()), text.first != "+" else { return nil }
        switch unit {
        case "h" where (1...200).contains(count): self = .hours(count)
        case "d" where (1...60).contains(count): self = .days(count)
        default: return nil
        }
    }

    /// Further ahead than any term: a timetable that never opens ends here.
    private static let horizonDays = 400

    /// The moment at which it is over; days end with their last opening hour. `nil`: the timetable never opens so long.
    package func end(from start: WallTime, in timetable: some Timetable) -> WallTime? {
        let first = WorkDays.date(of: start, in: timetable)
        switch self {
        case .days(let count):
            let working = (1...WorkTerm.horizonDays).lazy.map { timetable.intervals(on: first.advanced(byDays: $0)) }
                .filter { !$0.isEmpty }
            return working.dropFirst(count - 1).first?.last?.upperBound
        case .hours(let count):
            var left = Int64(count) * 3_600_000
            // A night under way began on the date before.
            for day in -1...WorkTerm.horizonDays {
                for span in timetable.intervals(on: first.advanced(byDays: day)) where span.upperBound > start {
                    let begin = max(span.lowerBound, start)
                    let length = span.upperBound.milliseconds - begin.milliseconds
                    if length >= left { return begin.advanced(byMilliseconds: left) }
                    left -= length
                }
            }
            return nil
        }
    }
}

/// Working days until a deadline.
package enum WorkDays {
    private static let horizonDays = 400

    /// The date whose hours it falls into: a night belongs to the date on which it began.
    package static func date(of time: WallTime, in timetable: some Timetable) -> CivilDate {
        let date = CivilDate(of: time)
        let before = date.advanced(byDays: -1)
        return timetable.intervals(on: before).contains { $0.contains(time) } ? before : date
    }

    /// Dates with hours after today up to the deadline's date; below 0: so many since then.
    package static func left(from now: WallTime, to deadline: WallTime, in timetable: some Timetable) -> Int {
        // The end of a date's hours is still that date, also where it is midnight.
        let last = date(of: deadline.advanced(byMilliseconds: -1), in: timetable)
        let today = date(of: now, in: timetable)
        func count(_ from: CivilDate, _ through: CivilDate) -> Int {
            var (date, count) = (from.next, 0)
            for _ in 0..<horizonDays where date <= through {
                if !timetable.intervals(on: date).isEmpty { count += 1 }
                date = date.next
            }
            return count
        }
        return today <= last ? count(today, last) : -count(last, today)
    }
}

/// When a case begins by itself, and until when it should be settled. What the notices do not say is not made up:
/// without data there is no deadline.
package struct CaseTimes: Sendable, Hashable {
    /// Of opening hours in which a fault must have been open.
    package var openAfter = Duration.seconds(600)
    /// For which the machine must have seen nothing before it says that it is fixed.
    package var fixedAfter = Duration.seconds(7200)
    /// At the hub: since a node was heard last.
    package var silentAfter = Duration.seconds(1800)
    package var byFinder: [FoundBy: WorkTerm] = [:]
    package var bySeverity: [Severity: WorkTerm] = [:]

    package init() {}

    /// A report of a person has its own term; else the severity says it.
    package func term(of subject: CaseSubject) -> WorkTerm? {
        byFinder[subject.foundBy] ?? bySeverity[subject.severity ?? .fault]
    }

    /// What the case says; else by these terms the earliest of whoever found and reported it.
    package func deadline(of file: Case, in timetable: some Timetable) -> WallTime? {
        if let told = file.deadline { return told }
        let first = file.opening?.id
        return file.entries.filter { $0.isPersonsReport || $0.id == first }.compactMap { entry in
            entry.subject.flatMap { deadline(of: $0, from: entry.at, in: timetable) }
        }.min()
    }

    package func deadline(of subject: CaseSubject, from start: WallTime, in timetable: some Timetable) -> WallTime? {
        term(of: subject)?.end(from: start, in: timetable)
    }
}

extension WeeklyHours {
    /// Where no hours are published: Monday to Friday. Holidays are not known to it.
    package static let officeDays = WeeklyHours(
        days: Dictionary(
            uniqueKeysWithValues: [Weekday.mon, .tue, .wed, .thu, .fri].compactMap { day in
                Day("09:00-17:00").map { (day, $0) }
            }))
}
