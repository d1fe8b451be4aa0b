/// Which parts of the glass (cells, columns or rows) are used, and which have fallen silent. What counts is not how often
/// a part is touched, but in how many spells of use: a child who taps one place a hundred times is one count.
///
/// A part that was touched in a share p of the spells, and then in none of n, has missed p × n spells. If people went on
/// as before, that has the chance (1 - p)^n, which is less than e^(-p × n).
package struct UseLedger: Sendable, Hashable {
    /// Spells in which a part was touched; the last place counts all spells.
    private var used: DecayingGrid
    /// Number of the spell in which a part was last touched, and its share at that time. The share is not taken later:
    /// it would sink while the part is silent.
    private var lastSpell: [UInt32]
    private var share: [Float]
    package private(set) var spell: UInt32 = 0

    package init(count: Int) {
        used = DecayingGrid(count: count + 1)
        lastSpell = Array(repeating: 0, count: count)
        share = Array(repeating: 0, count: count)
    }

    package var count: Int { lastSpell.count }
    package var spells: Float { used.weight(count) }
    package func weight(_ part: Int) -> Float { used.weight(part) }

    package mutating func age(halfLives: Double) { used.age(halfLives: halfLives) }

    package mutating func beginSpell() {
        spell &+= 1
        used.add(count)
    }

    package mutating func touch(_ part: Int) {
        guard lastSpell[part] != spell else { return }
        lastSpell[part] = spell
        used.add(part)
        share[part] = min(1, used.weight(part) / max(1, used.weight(count)))
    }

    /// How many touched spells a part has missed by now.
    package func missed(_ part: Int) -> Float { share[part] * Float(spell &- lastSpell[part]) }

    /// Nobody waits for this part any more.
    package mutating func forget(_ part: Int) {
        used.clear(part)
        share[part] = 0
    }
}

extension UseLedger {
    func encode(into bytes: inout MemoryWriter) {
        bytes.put(quantised: spells)
        for part in 0..<count {
            bytes.put(quantised: weight(part))
            bytes.put(UInt16((share[part] * 65_535).rounded()))
            bytes.put(UInt16(clamping: spell &- lastSpell[part]))
        }
    }

    /// - Returns: `nil` when there are not enough bytes.
    init?(count: Int, from bytes: inout MemoryReader) {
        guard let spells = bytes.quantised() else { return nil }
        self.init(count: count)
        // High enough that everything that is told of the past lies after 0.
        spell = 65_536
        var weights: [Float] = []
        for part in 0..<count {
            guard let weight = bytes.quantised(), let share = bytes.uint16(), let silent = bytes.uint16() else {
                return nil
            }
            weights.append(min(weight, spells))
            self.share[part] = Float(share) / 65_535
            lastSpell[part] = spell - UInt32(silent)
        }
        used = DecayingGrid(weights: weights + [spells])
    }
}
