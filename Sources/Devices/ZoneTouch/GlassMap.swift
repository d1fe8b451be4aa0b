import DriverKit

/// What is kept of where a panel is touched: spells of use per cell, column and row, strips that are passed over, and
/// the picture that was learned. No place of any single touch can be told from it.
package struct GlassMap: Sendable, Hashable {
    package static let columns = 32
    package static let rows = 18
    /// Strips are finer than cells: 22 mm of a 65-inch glass.
    package static let stripsAcross = 64
    package static let stripsDown = 36
    /// Touches with pauses below this are one spell of use; it is also how long one lasts at most.
    package static let spellMs: Int64 = 300_000

    package var cells = UseLedger(count: columns * rows)
    package var acrossUse = UseLedger(count: columns)
    package var downUse = UseLedger(count: rows)
    package var across = StripBook(count: stripsAcross)
    package var down = StripBook(count: stripsDown)
    package var pattern = UsePattern(columns: columns, rows: rows)

    package init() {}

    package static func cell(of place: GlassPoint) -> (column: Int, row: Int)? {
        guard place.x >= 0, place.x <= 1, place.y >= 0, place.y <= 1 else { return nil }
        return (min(columns - 1, Int(place.x * Double(columns))), min(rows - 1, Int(place.y * Double(rows))))
    }

    package mutating func beginSpell(isFirst: Bool) {
        if !isFirst { pattern.endSpell() }
        cells.beginSpell()
        acrossUse.beginSpell()
        downUse.beginSpell()
    }

    package mutating func touch(column: Int, row: Int) {
        let cell = row * GlassMap.columns + column
        cells.touch(cell)
        acrossUse.touch(column)
        downUse.touch(row)
        pattern.touch(cell)
    }

    package mutating func age(halfLives: Double) {
        cells.age(halfLives: halfLives)
        acrossUse.age(halfLives: halfLives)
        downUse.age(halfLives: halfLives)
    }
}

extension GlassMap {
    func encode(into bytes: inout MemoryWriter) {
        for ledger in [cells, acrossUse, downUse] { ledger.encode(into: &bytes) }
        across.encode(into: &bytes)
        down.encode(into: &bytes)
        pattern.encode(into: &bytes)
    }

    init?(from bytes: inout MemoryReader) {
        guard let cells = UseLedger(count: GlassMap.columns * GlassMap.rows, from: &bytes),
            let acrossUse = UseLedger(count: GlassMap.columns, from: &bytes),
            let downUse = UseLedger(count: GlassMap.rows, from: &bytes),
            let across = StripBook(count: GlassMap.stripsAcross, from: &bytes),
            let down = StripBook(count: GlassMap.stripsDown, from: &bytes),
            let pattern = UsePattern(columns: GlassMap.columns, rows: GlassMap.rows, from: &bytes)
        else { return nil }
        (self.cells, self.acrossUse, self.downUse) = (cells, acrossUse, downUse)
        (self.across, self.down, self.pattern) = (across, down, pattern)
    }
}
