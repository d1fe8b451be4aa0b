/// Reproducible randomness, so that a run can be repeated from its seed (SplitMix64, G. Steele and others, 2014).
package struct FleetRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// A generator of its own for each node: what one node draws does not move the others.
    package init(seed: UInt64, node: Int) {
        self.init(seed: seed &+ UInt64(truncatingIfNeeded: node) &* 0xD134_2543_DE82_EF95)
        state = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Whether something of that probability happens.
    mutating func happens(_ share: Double) -> Bool { share > 0 && fraction() < share }

    /// 0..<limit; 0 when there is no room.
    mutating func below(_ limit: Int) -> Int { limit > 0 ? Int(next() % UInt64(limit)) : 0 }

    /// ms, 0..<limit.
    mutating func wait(below limit: Int64) -> Int64 { Int64(fraction() * Double(max(0, limit))) }

    /// The form of a kernel's boot_id.
    mutating func bootID() -> String {
        let (high, low) = (HexText.sixteen(next()), HexText.sixteen(next()))
        let (a, b) = (Array(high), Array(low))
        return
            "\(String(a[0..<8]))-\(String(a[8..<12]))-4\(String(a[13..<16]))-a\(String(b[1..<4]))-\(String(b[4..<16]))"
    }
}

enum HexText {
    static func sixteen(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
