/// Tells deposits from play: more in a short time than people make are counted apart. Times in milliseconds.
package struct BurstGuard: Sendable, Hashable {
    /// A burst that does not end is told in pieces.
    private static let longestPiece: Int64 = 60_000

    private let limit: Int
    private let window: Int64
    private var recent: [Int64] = []
    private var isBurst = false
    private var count = 0
    private var begin: Int64 = 0
    private var last: Int64 = 0

    package init(limit: Int, window: Int64) { (self.limit, self.window) = (limit, window) }

    /// - Returns: whether one more now is a deposit; if not, it belongs to a burst.
    package mutating func admit(at now: Int64) -> Bool {
        recent.removeAll { now &- $0 >= window }
        if !isBurst, recent.count < limit {
            recent.append(now)
            return true
        }
        if count == 0 { begin = now }
        (isBurst, count, last) = (true, count + 1, now)
        return false
    }

    /// - Returns: how many belonged to a burst, when it is over or has gone on for long.
    package mutating func finish(at now: Int64) -> Int? {
        guard isBurst else { return nil }
        let isOver = now &- last >= window
        guard isOver || count > 0 && now &- begin >= BurstGuard.longestPiece else { return nil }
        if isOver { isBurst = false }
        return flush()
    }

    /// What has been counted apart and not told yet.
    package mutating func flush() -> Int? {
        guard count > 0 else { return nil }
        defer { count = 0 }
        return count
    }
}
