import ZoneLinux

/// A small reproducible generator for property tests: the seed is in the failure message (SplitMix64, G. Steele and
/// others, 2014).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

/// How many seeds a property test runs: few in the everyday run, `ZONE_SEEDS=10` for ten times as many.
package enum Seeds {
    package static func first(_ count: UInt64) -> Range<UInt64> {
        0..<count * max(1, environment("ZONE_SEEDS").flatMap { UInt64($0) } ?? 1)
    }
}
