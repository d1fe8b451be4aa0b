import ZoneModel

/// The rows of one node's journal from which a day is reckoned. In what portions and in what order they come makes no
/// difference; of two with one number the later counts.
package struct DayLedger: Sendable {
    /// How long dates are kept, in days.
    package static let keptDates = 400

    package let node: String
    private var rows: [Int64: DayRow] = [:]

    package init(node: String) { self.node = node }

    package mutating func take(_ row: DayRow) { rows[row.seq] = row }

    package mutating func take(_ rows: some Sequence<DayRow>) { for row in rows { take(row) } }

    /// 0: none.
    package var lastSeq: Int64 { rows.keys.max() ?? 0 }

    /// The latest of its rows, as the wall clock said.
    package var lastSeen: WallTime? { rows.values.map(\.at).max().map(WallTime.init(milliseconds:)) }

    /// The earliest of its rows, as the wall clock said.
    package var firstSeen: WallTime? { rows.values.map(\.at).min().map(WallTime.init(milliseconds:)) }

    /// - Parameters:
    ///   - seq: only rows behind this one…
    ///   - through: …up to this one.
    package func history(after seq: Int64 = 0, through: Int64 = .max) -> NodeHistory {
        let chosen = rows.values.filter { $0.seq > seq && $0.seq <= through }.sorted { $0.seq < $1.seq }
        return NodeHistory(node: node, Opening.split(chosen))
    }

    /// Behind which row the rows of the next date begin. It needs what was so when this one ended: the snapshot with
    /// which a run closes the date, or the last row of the run that was at work then. Where that is within the next
    /// date already (several are closed at once), it needs all that this one needed.
    /// - Parameters:
    ///   - end: of the date's hours.
    ///   - nextBegin: of the next date's hours.
    ///   - snapshot: the row before the snapshot.
    package func next(after seq: Int64, through: Int64, end: Int64, nextBegin: Int64, snapshot: Int64) -> Int64 {
        let rows = rows.values.filter { $0.seq > seq && $0.seq <= through }.sorted { $0.seq < $1.seq }
        let openings = Opening.split(rows)
        let latest = nextBegin + NodeHistory.snapshotReach * 1000
        guard let current = openings.last, current.first > end else {
            let told = openings.last.flatMap { run in zip(run.rows, run.times).first { $0.0.seq > snapshot }?.1 }
            return (told ?? openings.last?.last ?? latest) <= latest ? max(seq, snapshot) : seq
        }
        guard let before = openings.last(where: { $0.first <= end }), let row = before.rows.last, before.last <= latest
        else { return seq }
        return max(seq, row.seq - 1)
    }

    /// Counts of what the rows say, by name, of one device or of all.
    package func counts(after seq: Int64, through: Int64, of subject: String? = nil) -> [String: Int64] {
        rows.values.filter { $0.seq > seq && $0.seq <= through && (subject == nil || $0.subject == subject) }
            .reduce(into: [:]) { sum, row in sum.merge(row.counts) { $0 &+ $1 } }
    }
}

/// One run of the agent: its rows in order, and when they were, ms since 1970. Time within it never runs backwards.
struct Opening {
    var rows: [DayRow]
    var times: [Int64] = []
    /// Whether what lies before it is known: no run with a clock that cannot have been right was left out.
    var followsDirectly = true
    let clock: BootClock

    var first: Int64 { times.first ?? 0 }
    var last: Int64 { times.last ?? 0 }
    var boot: String { rows.first?.boot ?? "" }
    /// When its boot began.
    var bootedAt: Int64 { first - (rows.first?.mono ?? 0) }
    var isVouched: Bool { rows.contains(where: \.isVouched) }
    var beganHere: Bool { if case .started = rows.first?.what { true } else { false } }

    private init(_ rows: [DayRow], _ clock: BootClock) {
        (self.rows, self.clock) = (rows, clock)
        var latest = Int64.min
        for row in rows {
            latest = max(latest, clock.time(at: row.at, mono: row.mono))
            times.append(latest)
        }
    }

    static func split(_ rows: [DayRow]) -> [Opening] {
        let clocks = Dictionary(grouping: rows, by: \.boot).mapValues { BootClock($0) }
        var runs: [[DayRow]] = []
        for row in rows {
            if runs.last?.last?.epoch == row.epoch { runs[runs.count - 1].append(row) } else { runs.append([row]) }
        }
        let all = runs.compactMap { run in run.first.flatMap { clocks[$0.boot] }.map { Opening(run, $0) } }
        return believable(all)
    }

    /// An empty battery dates a run anywhere. Nobody vouched for it, and it is not between its neighbours: what
    /// happened then is not known.
    private static func believable(_ openings: [Opening]) -> [Opening] {
        var (kept, skipped) = ([Opening](), false)
        // Where the next run that somebody vouches for begins, for each.
        var (next, begins) = (Int64.max, [Int64]())
        for opening in openings.reversed() {
            begins.append(next)
            if opening.isVouched { next = opening.first }
        }
        for (opening, next) in zip(openings, begins.reversed()) {
            var opening = opening
            let isTooEarly = kept.last.map { opening.first < $0.last } ?? false
            let isTooLate = opening.last > next
            if !opening.isVouched, isTooEarly || isTooLate {
                skipped = true
                continue
            }
            (opening.followsDirectly, skipped) = (!skipped, false)
            kept.append(opening)
        }
        return kept
    }
}
