/// How often a panel reports while a finger moves. By the kernel's stamps, so that a slow reader measures the same.
package struct ReportRate: Sendable {
    private struct Interval: Sendable {
        var end: Int64
        var length: Int64
    }

    /// µs
    private static let second: Int64 = 1_000_000
    /// µs: a finger that has said nothing for longer has rested. 4 reports a second are as few as can be seen.
    private static let rest: Int64 = 250_000
    /// Fewer intervals are no rate.
    private static let fewest = 5
    /// Of one second; no panel tells more.
    private static let most = 4000
    /// One of each second of a run: ten minutes, and some.
    private static let samplesMost = 1000

    /// The last frame, if a finger moved in it.
    private var last: Int64?
    /// Those of the second before the last frame.
    private var recent: [Interval] = []
    private var sampledAt: Int64?
    private var samples: [Double] = []

    package init() {}

    /// - Parameter microseconds: the frame's stamp; one that runs backwards begins anew.
    package mutating func take(_ microseconds: Int64, isMoving: Bool) {
        defer { last = isMoving ? microseconds : nil }
        guard isMoving, let last, let length = ReportRate.span(last, microseconds), length <= ReportRate.rest else {
            return
        }
        recent.removeAll { (ReportRate.span($0.end, microseconds) ?? .max) >= ReportRate.second }
        if recent.count < ReportRate.most { recent.append(Interval(end: microseconds, length: length)) }
        sample(at: microseconds)
    }

    /// Hz, of the last second in which a finger moved: the median, because a pause of the finger is no pause of the panel.
    package var latest: Double? {
        guard recent.count >= ReportRate.fewest else { return nil }
        let lengths = recent.map(\.length).sorted()
        return Double(ReportRate.second) / Double(lengths[lengths.count / 2])
    }

    /// Hz, of the seconds in which a finger moved; `nil` when it never did for long enough.
    package var range: (min: Double, median: Double, max: Double)? {
        // What is not a whole second yet counts too, where there is nothing else.
        let rates = samples.isEmpty ? [latest].compactMap { $0 } : samples.sorted()
        guard let first = rates.first, let last = rates.last else { return nil }
        return (first, rates[rates.count / 2], last)
    }

    private mutating func sample(at microseconds: Int64) {
        guard let sampledAt, let span = ReportRate.span(sampledAt, microseconds) else {
            sampledAt = microseconds
            return
        }
        guard span >= ReportRate.second else { return }
        self.sampledAt = microseconds
        if let latest, samples.count < ReportRate.samplesMost { samples.append(latest) }
    }

    /// `nil` unless `end` is later.
    private static func span(_ start: Int64, _ end: Int64) -> Int64? {
        let (span, isOverflow) = end.subtractingReportingOverflow(start)
        return isOverflow || span <= 0 ? nil : span
    }
}
