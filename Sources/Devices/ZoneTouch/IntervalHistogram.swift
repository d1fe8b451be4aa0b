/// How long it takes from one report to the next: counts in quarters of an octave from 1 ms to 1 s.
package struct IntervalHistogram: Sendable, Hashable {
    package static let bins = 41
    private var counts = [UInt16](repeating: 0, count: bins)
    package private(set) var total = 0
    /// All counts are halved here, so that what is old weighs less.
    private let limit: Int

    package init(limit: Int) { self.limit = min(max(2, limit), 60_000) }

    package mutating func add(microseconds: Int64) {
        counts[IntervalHistogram.bin(microseconds)] += 1
        total += 1
        guard total >= limit else { return }
        halve()
        total = counts.reduce(0) { $0 + Int($1) }
    }

    @discardableResult
    private mutating func halve() -> Bool {
        for bin in counts.indices { counts[bin] /= 2 }
        return true
    }

    package mutating func clear() { self = IntervalHistogram(limit: limit) }

    package var median: Int? {
        guard total > 0 else { return nil }
        var seen = 0
        return counts.firstIndex { count in
            seen += Int(count)
            return seen * 2 >= total
        }
    }

    /// The octave by the highest bit, the quarter by the two bits below it.
    package static func bin(_ microseconds: Int64) -> Int {
        let value = UInt64(min(max(microseconds, 1024), 1 << 20))
        let octave = 63 - value.leadingZeroBitCount
        return min(bins - 1, (octave - 10) * 4 + Int(value >> (octave - 2)) & 3)
    }

    /// The middle of a bin.
    package static func hertz(ofBin bin: Int) -> Double {
        let base = Double(1 << (10 + bin / 4))
        return 1_000_000 / (base * (1 + (Double(bin % 4) + 0.5) / 4))
    }
}

extension IntervalHistogram {
    func encode(into bytes: inout MemoryWriter) { for count in counts { bytes.put(count) } }

    init?(limit: Int, from bytes: inout MemoryReader) {
        self.init(limit: limit)
        for bin in 0..<IntervalHistogram.bins {
            guard let count = bytes.uint16() else { return nil }
            counts[bin] = count
        }
        repeat { total = counts.reduce(0) { $0 + Int($1) } } while total >= self.limit && halve()
    }
}
