/// Strips of the glass that moving fingers pass over without being seen in them.
///
/// One score per strip, a cumulative sum (E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954): a crossing
/// without a position adds one, a position in the strip takes three away, never below zero. A strip that works cannot
/// climb as long as fewer than three of four slow crossings skip it; one that is dead climbs with every crossing.
package struct StripBook: Sendable, Hashable {
    private static let relief: UInt8 = 3
    /// A finger that moved less than this share of a strip in the frame before does not leap over one in the next.
    private static let slow = 0.5
    /// A longer leap is no crossing: another finger has taken the contact's name.
    private static let longestLeap = 8

    private var scores: [UInt8]

    package init(count: Int) { scores = Array(repeating: 0, count: count) }

    package var count: Int { scores.count }
    package func score(_ strip: Int) -> Int { Int(scores[strip]) }
    package mutating func forget() { self = StripBook(count: count) }

    package func strip(of share: Double) -> Int? {
        guard share >= 0, share <= 1 else { return nil }
        return min(count - 1, Int(share * Double(count)))
    }

    /// A contact has moved along this axis.
    /// - Parameter before: how far it had moved in the frame before, as a share of the glass.
    package mutating func cross(from: Double, to: Double, before: Double) {
        guard let start = strip(of: from), let end = strip(of: to) else { return }
        if start != end { see(end) }
        guard abs(end - start) > 1, abs(end - start) <= StripBook.longestLeap,
            abs(before) * Double(count) <= StripBook.slow
        else { return }
        skip(between: start, end)
    }

    /// A contact ended at one place while it moved, and another began where it would have come to.
    package mutating func leap(from: Double, to: Double) {
        guard let start = strip(of: from), let end = strip(of: to), abs(end - start) > 1,
            abs(end - start) <= StripBook.longestLeap
        else { return }
        skip(between: start, end)
    }

    package mutating func see(_ strip: Int) { scores[strip] -= min(scores[strip], StripBook.relief) }

    private mutating func skip(between start: Int, _ end: Int) {
        for strip in (min(start, end) + 1)..<max(start, end) where scores[strip] < .max { scores[strip] += 1 }
    }
}

extension StripBook {
    func encode(into bytes: inout MemoryWriter) { for score in scores { bytes.put(score) } }

    init?(count: Int, from bytes: inout MemoryReader) {
        self.init(count: count)
        for strip in 0..<count {
            guard let score = bytes.uint8() else { return nil }
            scores[strip] = score
        }
    }
}
