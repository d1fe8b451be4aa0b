import ZoneModel

/// How often a change may be told at once: at most one *change* heartbeat per `spacing` and `burst` per ten minutes.
/// Demo zones are watched by the person who pulls the plug, so they wait a second only.
package struct StormLimit: Sendable {
    package static let production = StormLimit(spacing: .seconds(5), burst: 20)
    package static let demo = StormLimit(spacing: .seconds(1), burst: nil)
    package static let gathering = Duration.milliseconds(150)

    private let spacing: Duration
    private let burst: Int?
    private var sent: [MonoTime] = []

    package init(spacing: Duration, burst: Int?) { (self.spacing, self.burst) = (spacing, burst) }

    /// The earliest moment for a change that was seen at `seen`.
    package func earliest(for seen: MonoTime) -> MonoTime {
        var due = seen.advanced(by: StormLimit.gathering)
        if let last = sent.last { due = max(due, last.advanced(by: spacing)) }
        if let burst, sent.count >= burst { due = max(due, sent[sent.count - burst].advanced(by: .seconds(600))) }
        return due
    }

    package mutating func note(_ time: MonoTime) {
        sent.append(time)
        sent.removeFirst(max(0, sent.count - max(burst ?? 1, 1)))
    }
}
