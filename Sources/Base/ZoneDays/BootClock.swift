/// What the wall clock of one boot should have said: each `clock.stepped` re-dates what came before it.
struct BootClock {
    private struct Step {
        var mono: Int64
        var offset: Int64
        /// Wall clock minus time since boot, after the step.
        var distance: Int64
    }

    /// More no honest boot has; each costs every row.
    private static let mostSteps = 500

    private var steps: [Step] = []

    init(_ rows: some Sequence<DayRow>) {
        for row in rows {
            guard case .stepped(let offset) = row.what else { continue }
            steps.append(Step(mono: row.mono, offset: offset, distance: row.at - row.mono))
        }
        steps = Array(steps.sorted { $0.mono < $1.mono }.prefix(BootClock.mostSteps))
    }

    /// ms since 1970.
    func time(at: Int64, mono: Int64) -> Int64 {
        let later = steps.drop { $0.mono < mono }
        guard let next = later.first else { return at }
        // The step is noticed up to a second after it was made: rows in between have the new time already.
        let distance = at - mono
        let isMade = abs(distance - next.distance) < abs(distance - (next.distance - next.offset))
        return (isMade ? later.dropFirst() : later).reduce(at) { $0 + $1.offset }
    }
}
