// Purpose: where on the glass something is, and what weeks of use teach of a panel: values and mathematics only. Must
// not know how a panel is read, nor what is wrong with it.
/// Counts per place that fade: what is old weighs less, by halves. Bounded, and cheap to add to: not the counts shrink
/// as time passes, but what is added grows, until one pass brings everything back.
package struct DecayingGrid: Sendable, Hashable {
    private var raw: [Float]
    /// What one count weighs now, in the numbers of `raw`.
    private var unit: Float = 1

    package init(count: Int) { raw = Array(repeating: 0, count: max(0, count)) }

    package init(weights: [Float]) { raw = weights.map { $0.isFinite && $0 > 0 ? $0 : 0 } }

    package var count: Int { raw.count }
    package var weights: [Float] { raw.map { $0 / unit } }

    package func weight(_ index: Int) -> Float { raw[index] / unit }

    package mutating func add(_ index: Int, _ amount: Float = 1) { raw[index] += amount * unit }

    package mutating func clear(_ index: Int) { raw[index] = 0 }

    /// Time has passed; negative amounts are none.
    package mutating func age(halfLives: Double) {
        guard halfLives > 0, halfLives.isFinite else { return }
        guard halfLives < 40 else {
            self = DecayingGrid(count: raw.count)
            return
        }
        unit *= Float(PowerOfTwo.of(halfLives))
        guard unit > 65_536 else { return }
        for index in raw.indices { raw[index] /= unit }
        unit = 1
    }
}

/// 2 to the power of what is not a whole number, by square roots alone: they are exact to the last bit on every
/// machine, and the same recording must give the same verdict everywhere.
enum PowerOfTwo {
    static func of(_ exponent: Double) -> Double {
        let whole = exponent.rounded(.down)
        var (rest, root, result) = (exponent - whole, 2.0, 1.0)
        for _ in 0..<24 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return Double(sign: .plus, exponent: Int(whole), significand: result)
    }
}
