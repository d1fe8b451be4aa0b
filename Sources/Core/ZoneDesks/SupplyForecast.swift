import ZoneJournal
import ZoneModel
import ZoneTime

/// How long toner and paper last, from what whole days began and ended with. A pure function: the same rows give the
/// same answer. Medians and quartiles of the pace between days on which something was used, so that levels in steps of
/// ten percent, days without a visitor, a refill and a reading gone wrong do not decide it.
package struct SupplyForecast: Sendable, Hashable {
    /// How much there is now.
    package struct Level: Sendable, Hashable {
        package var part: SupplyDay.Part
        package var name: String
        /// Percent; `nil` where the device does not know.
        package var percent: Int?
        /// It fills up instead of running out.
        package var fillsUp: Bool

        package init(_ part: SupplyDay.Part, _ name: String, percent: Int?, fillsUp: Bool = false) {
            (self.part, self.name, self.percent, self.fillsUp) = (part, name, percent, fillsUp)
        }
    }

    package enum Doubt: String, Sendable, Hashable { case levelUnknown, fewerThan5Days, hardlyUsed, clockUnknown }

    package enum Left: Sendable, Hashable {
        /// Open days, of which the first to run out counts; 365 stands for a year and more.
        case openDays(ClosedRange<Int>)
        case unknown(Doubt)
    }

    package struct Line: Sendable, Hashable {
        package var level: Level
        package var left: Left
    }

    static let leastDays = 5
    static let longest = 365
    /// Below this nobody can tell a habit from an accident.
    private static let leastUses = 3
    /// A day with more than so many times the usual use counts as that.
    private static let wildest = 4
    private static let mostDoubt = 0.75
    /// No printer of a zone prints more in a day: a larger step is a counter gone wrong.
    private static let mostPagesADay = 20_000
    private static let oldest = 60

    /// Whole days that were counted.
    package var openDays: Int
    package var pagesPerOpenDay: Int?
    package var lines: [Line]

    /// - Parameters:
    ///   - rows: of one device, in any order.
    ///   - today: has not ended, so only its levels count.
    ///   - isOpen: whether the zone opens on a date; a day on which something was used counts all the same.
    package init(_ rows: [SupplyDay], levels: [Level], today: CivilDate, isOpen: (CivilDate) -> Bool) {
        let (first, today) = (today.advanced(byDays: -SupplyForecast.oldest), today)
        let whole = rows.filter { $0.date < today && $0.date >= first }
        func uses(_ part: SupplyDay.Part, _ name: String, fillsUp: Bool) -> [Int] {
            let series = whole.filter { $0.part == part && $0.name == name }.sorted { $0.date < $1.date }
            return SupplyForecast.uses(series, rises: part == .pages || fillsUp).filter {
                $0.use > 0 || isOpen($0.date)
            }
            .map(\.use)
        }
        let pages = uses(.pages, "", fillsUp: false)
        var openDays = pages.count
        lines = levels.map { level in
            let uses = uses(level.part, level.name, fillsUp: level.fillsUp)
            openDays = max(openDays, uses.count)
            return Line(level: level, left: SupplyForecast.left(level, uses))
        }
        self.openDays = openDays
        pagesPerOpenDay = SupplyForecast.pace(pages).map { Int($0.perDay.rounded()) }
    }

    /// Nothing can be told, for the same reason of all.
    package init(_ levels: [Level], doubt: Doubt) {
        (openDays, lines) = (0, levels.map { Line(level: $0, left: .unknown(doubt)) })
    }

    /// What was used on each day, the night before included. What was filled up, another device's number, and what no
    /// printer can print is not use.
    private static func uses(_ series: [SupplyDay], rises: Bool) -> [(date: CivilDate, use: Int)] {
        func use(_ from: Int, _ to: Int) -> Int {
            let step = rises ? to.subtractingReportingOverflow(from) : from.subtractingReportingOverflow(to)
            return step.overflow || step.partialValue > mostPagesADay ? 0 : max(0, step.partialValue)
        }
        var result: [(date: CivilDate, use: Int)] = []
        var before: SupplyDay?
        for day in series {
            if let old = before?.serial, let new = day.serial, old != new { (result, before) = ([], nil) }
            result.append((day.date, use(before?.last ?? day.first, day.first) + use(day.first, day.last)))
            before = day
        }
        return result
    }

    private static func left(_ level: Level, _ uses: [Int]) -> Left {
        guard let percent = level.percent, (0...100).contains(percent) else { return .unknown(.levelUnknown) }
        guard uses.count >= leastDays else { return .unknown(.fewerThan5Days) }
        guard let pace = pace(uses) else { return .unknown(.hardlyUsed) }
        let there = Double(level.fillsUp ? 100 - percent : percent)
        // A level that moves in steps of ten may be five more or less than it says.
        let half = Double(uses.filter { $0 > 0 }.min() ?? 1) / 2
        let least = max(0, there - half) / (pace.perDay * (1 + pace.doubt))
        let most = (there + half) / (pace.perDay * (1 - pace.doubt))
        let soonest = min(longest, Int(least.rounded(.down)))
        return .openDays(soonest...max(soonest, min(longest, Int(most.rounded(.up)))))
    }

    /// - Returns: use per day and its relative doubt; `nil` where there is too little to tell.
    private static func pace(_ uses: [Int]) -> (perDay: Double, doubt: Double)? {
        let some = uses.filter { $0 > 0 }.sorted()
        guard uses.count >= leastDays, some.count >= leastUses else { return nil }
        // One wild day, or a level that was misread once, counts as a busy one.
        let limit = some[some.count / 2] * wildest
        let clipped = some.map { Double(min($0, limit)) }
        let total = clipped.reduce(0, +)
        // Of a sum of uses that come at random: the fewer there were, the less it says.
        let spread = clipped.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (total / Double(uses.count), min(mostDoubt, spread / total))
    }
}

extension SupplyForecast {
    /// `details.forecast` of a device.
    package var json: JSONValue {
        .members([
            "openDays": .integer(Int64(openDays)),
            "pagesPerOpenDay": pagesPerOpenDay.map { .integer(Int64($0)) },
            "lines": .array(lines.map(\.json)),
        ])
    }
}

extension SupplyForecast.Line {
    fileprivate var json: JSONValue {
        let (least, most, doubt): (Int?, Int?, String?) =
            switch left {
            case .openDays(let days): (days.lowerBound, days.upperBound, nil)
            case .unknown(let doubt): (nil, nil, doubt.rawValue)
            }
        return .members([
            "part": .string(level.part.rawValue), "name": .string(level.name),
            "daysLeast": least.map { .integer(Int64($0)) }, "daysMost": most.map { .integer(Int64($0)) },
            "unknown": doubt.map { .string($0) },
        ])
    }
}
