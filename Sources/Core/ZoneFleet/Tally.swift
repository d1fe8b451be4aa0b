import ZoneModel

/// What a fleet counts while it runs.
package struct Tally: Sendable {
    /// Heartbeats that went out.
    package var sent: Int64 = 0
    package var accepted: Int64 = 0
    /// The hub said no: not readable, not known, too large.
    package var refused: Int64 = 0
    /// The hub said later.
    package var overloaded: Int64 = 0
    /// No answer, or one that was thrown away on purpose.
    package var lost: Int64 = 0
    /// Readable events that the hub says to hold now.
    package var events: Int64 = 0
    package var poison: Int64 = 0
    package var rewound: Int64 = 0
    package var lowered: Int64 = 0
    package var orders: Int64 = 0
    /// Certificates replaced because the hub asked for it.
    package var renewed: Int64 = 0
    /// Nodes without a line while an outage lasts do not send.
    package var bytesOut: Int64 = 0
    package var latency = Latency()
    package var refusals: [Int: Int64] = [:]

    package var failed: Int64 { refused + overloaded + lost }

    package init() {}

    mutating func note(_ outcome: Outcome) {
        switch outcome.result {
        case .accepted: accepted += 1
        case .refused: refused += 1
        case .overloaded: overloaded += 1
        case .lost: lost += 1
        }
        events += outcome.acknowledged?.events ?? 0
        poison += outcome.acknowledged?.poison ?? 0
        rewound += outcome.rewoundTo == nil ? 0 : 1
        lowered += outcome.lowered == nil ? 0 : 1
        orders += Int64(outcome.orders)
    }

    package mutating func add(_ other: Tally) {
        (sent, accepted, refused) = (sent + other.sent, accepted + other.accepted, refused + other.refused)
        (overloaded, lost, events) = (overloaded + other.overloaded, lost + other.lost, events + other.events)
        (poison, rewound, lowered) = (poison + other.poison, rewound + other.rewound, lowered + other.lowered)
        (orders, renewed, bytesOut) = (orders + other.orders, renewed + other.renewed, bytesOut + other.bytesOut)
        latency.add(other.latency)
        refusals.merge(other.refusals) { $0 + $1 }
    }
}

/// Times in microseconds in buckets that are at most 3 % wide, as in HdrHistogram (G. Tene): a long run keeps its worst.
package struct Latency: Sendable {
    private static let linear = 64
    private static let perOctave = 32

    private var counts = [Int64](repeating: 0, count: linear + 34 * perOctave)
    package private(set) var count: Int64 = 0
    package private(set) var longest: Int64 = 0

    package init() {}

    package mutating func note(_ microseconds: Int64) {
        counts[Latency.bucket(of: microseconds)] += 1
        count += 1
        longest = max(longest, microseconds)
    }

    package mutating func add(_ other: Latency) {
        for index in counts.indices { counts[index] += other.counts[index] }
        (count, longest) = (count + other.count, max(longest, other.longest))
    }

    /// The time below which a share of all lies; 0 when there are none.
    package func quantile(_ share: Double) -> Int64 {
        let rank = Int64((Double(count) * share).rounded(.up))
        var seen: Int64 = 0
        for index in counts.indices {
            seen += counts[index]
            if seen >= rank, seen > 0 { return min(longest, Latency.upperEdge(of: index)) }
        }
        return longest
    }

    private static func bucket(of value: Int64) -> Int {
        guard value >= Int64(linear) else { return Int(max(0, value)) }
        let octave = 63 - value.leadingZeroBitCount
        let part = Int(value >> Int64(octave - 5)) & (perOctave - 1)
        return min(linear + (octave - 6) * perOctave + part, linear + 34 * perOctave - 1)
    }

    private static func upperEdge(of index: Int) -> Int64 {
        guard index >= linear else { return Int64(index) }
        let (octave, part) = ((index - linear) / perOctave + 6, (index - linear) % perOctave)
        return (Int64(perOctave + part + 1) << Int64(octave - 5)) - 1
    }
}
