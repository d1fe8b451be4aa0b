import ZoneModel

/// What became of a moment: a standing, out of use because the PC was off, or not on the list: not yet, or no more.
enum Lot: Sendable, Hashable {
    case up, down, off, maintenance, unknown, away

    init(_ standing: Standing) {
        switch standing {
        case .up: self = .up
        case .down: self = .down
        case .maintenance: self = .maintenance
        case .unknown: self = .unknown
        }
    }

    var standing: Standing {
        switch self {
        case .up: .up
        case .down, .off: .down
        case .maintenance: .maintenance
        case .unknown, .away: .unknown
        }
    }

    /// The rule of a group, of what was on the list. It was not opened when nothing that should have served was on.
    static func verdict(_ lots: [Lot]) -> Lot {
        let there = lots.filter { $0 != .away }
        let verdict = Lot(ServiceGroup.verdict(there.map(\.standing)))
        return verdict == .down && !there.contains(.down) ? .off : verdict
    }
}

/// Time as steps, in whole seconds since 1970: each lot lasts until the next. Before the first nobody knows.
struct Track: Sendable, Hashable {
    private struct Step: Sendable, Hashable {
        var at: Int64
        var lot: Lot
    }

    private var steps: [Step] = []

    init() {}

    /// The same since ever.
    init(always lot: Lot) { steps = [Step(at: .min, lot: lot)] }

    /// A moment before the last one is the last one: time that runs backwards has no length.
    mutating func set(_ lot: Lot, at second: Int64) {
        let at = max(second, steps.last?.at ?? second)
        if steps.last?.at == at { steps.removeLast() }
        if steps.last?.lot != lot { steps.append(Step(at: at, lot: lot)) }
    }

    /// Whatever was said since then was too early.
    mutating func replace(since second: Int64, with lot: Lot) {
        while let last = steps.last, last.at >= second { steps.removeLast() }
        set(lot, at: second)
    }

    func buckets(in intervals: [Range<Int64>]) -> DayBuckets {
        intervals.reduce(DayBuckets()) { sum, interval in
            var (sum, at, lot) = (sum, interval.lowerBound, Lot.unknown)
            for step in steps where step.at < interval.upperBound {
                if step.at > at {
                    sum.add(step.at - at, lot)
                    at = step.at
                }
                lot = step.lot
            }
            sum.add(interval.upperBound - at, lot)
            return sum
        }
    }

    /// One track out of several: at each moment what `rule` makes of theirs.
    static func combine(_ tracks: [Track], _ rule: ([Lot]) -> Lot) -> Track {
        var places = tracks.map { _ in 0 }
        var lots = tracks.map { _ in Lot.unknown }
        var result = Track()
        for moment in Set(tracks.flatMap { $0.steps.map(\.at) }).sorted() {
            for index in tracks.indices {
                let steps = tracks[index].steps
                while places[index] < steps.count, steps[places[index]].at <= moment {
                    lots[index] = steps[places[index]].lot
                    places[index] += 1
                }
            }
            result.set(rule(lots), at: moment)
        }
        return result
    }

    /// Within these ranges nobody can say whether it was up or down.
    func doubted(in ranges: [Range<Int64>]) -> Track {
        guard !ranges.isEmpty else { return self }
        var (result, rest, lot) = (Track(), steps[...], Lot.unknown)
        for moment in Set(steps.map(\.at) + ranges.flatMap { [$0.lowerBound, $0.upperBound] }).sorted() {
            if let step = rest.first, step.at == moment { lot = rest.removeFirst().lot }
            let isDoubted = ranges.contains { $0.contains(moment) }
            result.set(isDoubted && [.up, .down].contains(lot) ? .unknown : lot, at: moment)
        }
        return result
    }
}

extension DayBuckets {
    fileprivate mutating func add(_ seconds: Int64, _ lot: Lot) {
        switch lot {
        case .up: up += seconds
        case .down: down += seconds
        case .off: (down, notOpened) = (down + seconds, notOpened + seconds)
        case .maintenance: maintenance += seconds
        case .unknown, .away: unknown += seconds
        }
    }
}
