import ZoneModel

/// How long frames take from the kernel's stamp until the source hands them on. Of fixed size: a panel that reports for a
/// year costs what one frame does. Exact below 16 µs, then in eighths of an octave up to a minute and more.
struct ReaderLatency: Sendable {
    /// 2^27 µs: longer waits are not a reader's but a clock's that is another one.
    private static let longest: Int64 = (1 << 27) - 1
    static let bins = bin(longest) + 1

    private var counts = [Int](repeating: 0, count: bins)
    private(set) var frames = 0
    private(set) var most: Int64 = 0

    /// - Parameters:
    ///   - stamp: the kernel's, in µs.
    ///   - moment: of the same clock. What lies before the stamp or minutes behind it was stamped by another clock.
    mutating func note(stamp: Int64, handedOn moment: Int64) {
        let (waited, isWild) = moment.subtractingReportingOverflow(stamp)
        guard !isWild, (0...ReaderLatency.longest).contains(waited) else { return }
        counts[ReaderLatency.bin(waited)] += 1
        frames += 1
        most = max(most, waited)
    }

    /// The wait that `share` of the frames did not exceed, in µs, at most an eighth above the truth; `nil` before the first.
    func wait(ofShare share: Double) -> Int64? {
        guard frames > 0 else { return nil }
        let wanted = max(1, Int((Double(frames) * share).rounded(.up)))
        var seen = 0
        for (bin, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return min(most, ReaderLatency.end(of: bin)) }
        }
        return most
    }

    func details(dropped: Int) -> JSONValue {
        .members([
            "frames": .integer(Int64(frames)), "dropped": .integer(Int64(dropped)),
            "p50Us": wait(ofShare: 0.5).map { .integer($0) }, "p99Us": wait(ofShare: 0.99).map { .integer($0) },
            "maxUs": frames > 0 ? .integer(most) : nil,
        ])
    }

    /// The octave by the highest bit, the eighth by the three bits below it; what has fewer bits is its own bin.
    static func bin(_ microseconds: Int64) -> Int {
        guard microseconds >= 16 else { return Int(max(0, microseconds)) }
        let octave = 63 - microseconds.leadingZeroBitCount
        return (octave - 2) * 8 + Int(microseconds >> (octave - 3)) & 7
    }

    /// The longest wait that falls into it.
    static func end(of bin: Int) -> Int64 {
        guard bin >= 16 else { return Int64(bin) }
        return (Int64(8 + bin % 8 + 1) << (bin / 8 - 1)) - 1
    }
}
