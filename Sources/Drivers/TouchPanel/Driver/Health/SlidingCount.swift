import ZoneModel

/// How often something happened in the last minute, in six pieces of ten seconds.
struct SlidingCount: Sendable {
    private var pieces: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0)
    private var piece: Int64 = .min

    mutating func add(at now: MonoTime) {
        roll(to: now)
        pieces.0 &+= 1
    }

    /// In the piece that is going on.
    var latest: Int { Int(pieces.0) }

    var sum: Int {
        Int(pieces.0) + Int(pieces.1) + Int(pieces.2) + Int(pieces.3) + Int(pieces.4) + Int(pieces.5)
    }

    mutating func roll(to now: MonoTime) {
        let current = now.milliseconds / 10_000
        guard current != piece else { return }
        let passed = piece == .min ? 6 : min(6, max(0, current - piece))
        for _ in 0..<passed { pieces = (0, pieces.0, pieces.1, pieces.2, pieces.3, pieces.4) }
        piece = current
    }
}
