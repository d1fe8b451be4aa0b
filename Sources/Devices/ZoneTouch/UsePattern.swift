/// Where a panel is touched, learned over weeks, against where it is touched now. When a panel begins to see everything
/// in a mirror, the new picture is like the mirrored old one, and no longer like the old one itself.
package struct UsePattern: Sendable, Hashable {
    package struct Shift: Sendable, Hashable {
        package var symmetry: GlassSymmetry
        package var likeness: Float
        /// How like the picture is to the one that was learned, as it stands.
        package var upright: Float
    }

    /// Spells of use that make one picture.
    package static let spellsInPicture = 24
    private static let picturesLearned: Float = 4
    private static let fading = 1.0 / 20
    private static let margin: Float = 0.15
    private static let again: Float = 0.8

    package let columns: Int
    package let rows: Int
    private var learned: DecayingGrid
    private var pictures: Float = 0
    private var current: DecayingGrid
    private var touched: [UInt16]
    private var spells = 0
    private var suspect: GlassSymmetry?
    package private(set) var shift: Shift?

    package init(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        learned = DecayingGrid(count: columns * rows)
        current = DecayingGrid(count: columns * rows)
        touched = Array(repeating: 0, count: columns * rows)
    }

    package var isLearned: Bool { pictures >= UsePattern.picturesLearned }

    /// A cell counts once per spell.
    package mutating func touch(_ cell: Int) {
        guard Int(touched[cell]) <= spells else { return }
        touched[cell] = UInt16(spells + 1)
        current.add(cell)
    }

    /// A spell of use has ended.
    package mutating func endSpell() {
        spells += 1
        guard spells >= UsePattern.spellsInPicture else { return }
        if isLearned, let found = compare() {
            // Twice the same way: one odd afternoon is none.
            if suspect == found.symmetry { shift = found }
            suspect = found.symmetry
        } else {
            if shift != nil, now.likeness(to: before, moved: .upright) >= UsePattern.again { shift = nil }
            suspect = nil
            if shift == nil { learn() }
        }
        begin()
    }

    /// What is touched from now on is how it should be.
    package mutating func forget() { self = UsePattern(columns: columns, rows: rows) }

    private mutating func begin() {
        current = DecayingGrid(count: columns * rows)
        touched = Array(repeating: 0, count: columns * rows)
        spells = 0
    }

    private mutating func learn() {
        learned.age(halfLives: UsePattern.fading)
        for (cell, weight) in current.weights.enumerated() where weight > 0 { learned.add(cell, weight) }
        pictures = min(100, pictures + 1)
    }

    private var now: GlassPicture { GlassPicture(current.weights, columns: columns, rows: rows) }
    private var before: GlassPicture { GlassPicture(learned.weights, columns: columns, rows: rows) }

    private func compare() -> Shift? {
        let (now, before) = (now, before)
        let upright = now.likeness(to: before, moved: .upright)
        let best = GlassSymmetry.allCases.dropFirst()
            .map { Shift(symmetry: $0, likeness: now.likeness(to: before, moved: $0), upright: upright) }
            .max { $0.likeness < $1.likeness }
        return best.flatMap { $0.likeness >= 0.8 && $0.likeness >= upright + UsePattern.margin ? $0 : nil }
    }
}

extension UsePattern {
    func encode(into bytes: inout MemoryWriter) {
        bytes.put(UInt8(pictures))
        bytes.put(UInt8(spells))
        bytes.put(suspect.map(\.rawValue) ?? 0)
        bytes.put(shift.map(\.symmetry.rawValue) ?? 0)
        bytes.put(quantised: shift.map { $0.likeness * 100 } ?? 0)
        bytes.put(quantised: shift.map { $0.upright * 100 } ?? 0)
        for weight in learned.weights { bytes.put(quantised: weight) }
        for weight in current.weights { bytes.put(quantised: weight) }
    }

    init?(columns: Int, rows: Int, from bytes: inout MemoryReader) {
        self.init(columns: columns, rows: rows)
        guard let pictures = bytes.uint8(), let spells = bytes.uint8(), let suspect = bytes.uint8(),
            let shift = bytes.uint8(), let likeness = bytes.quantised(), let upright = bytes.quantised(),
            spells < UsePattern.spellsInPicture
        else { return nil }
        func symmetry(_ raw: UInt8) -> GlassSymmetry? { raw == 0 ? nil : GlassSymmetry(rawValue: raw) }
        (self.pictures, self.spells, self.suspect) = (min(100, Float(pictures)), Int(spells), symmetry(suspect))
        self.shift = symmetry(shift).map {
            Shift(symmetry: $0, likeness: min(1, likeness / 100), upright: min(1, upright / 100))
        }
        guard let learned = UsePattern.grid(columns * rows, &bytes),
            let current = UsePattern.grid(columns * rows, &bytes)
        else { return nil }
        (self.learned, self.current) = (learned, current)
    }

    private static func grid(_ count: Int, _ bytes: inout MemoryReader) -> DecayingGrid? {
        var weights: [Float] = []
        for _ in 0..<count {
            guard let weight = bytes.quantised() else { return nil }
            weights.append(weight)
        }
        return DecayingGrid(weights: weights)
    }
}
