import ZoneModel
import ZoneTouch

/// Columns, rows or cells that were in use once and are silent now, while their neighbours go on.
///
/// A page on the screen that was changed is silent in the same way. So a silent part needs neighbours that were
/// used before and are used still; and when much of what was used is silent at once, it is another page.
struct SilentParts: Sendable, CustomStringConvertible {
    /// What was touched in fewer spells has no habit that could be broken.
    private static let leastSpells: Float = 24
    /// A neighbour goes on when it has missed at most this share of the limit.
    private static let alive: Float = 0.25
    private static let largestShare = 0.25

    /// In shares of the glass.
    var columns: ClosedRange<Double>
    var rows: ClosedRange<Double>
    var missed: Float
    var limit: Float

    var description: String {
        "columns \(percent(columns.lowerBound)) to \(percent(columns.upperBound)) %, rows "
            + "\(percent(rows.lowerBound)) to \(percent(rows.upperBound)) % of the glass were in use and are silent, "
            + "while their neighbours go on; \(Int(missed)) spells of use missed, limit \(Int(limit))"
    }

    /// `nil`: nothing is suspected.
    init?(_ map: GlassMap, limit: Float) {
        self.limit = limit
        if let band = SilentParts.band(map.acrossUse, limit) {
            (columns, rows, missed) = (band.range, 0...1, band.missed)
        } else if let band = SilentParts.band(map.downUse, limit) {
            (columns, rows, missed) = (0...1, band.range, band.missed)
        } else if let patch = SilentParts.patch(map.cells, limit) {
            (columns, rows, missed) = patch
        } else {
            return nil
        }
    }

    private static func isKnown(_ ledger: UseLedger, _ part: Int) -> Bool { ledger.weight(part) >= leastSpells }

    private static func isAlive(_ ledger: UseLedger, _ part: Int, _ limit: Float) -> Bool {
        isKnown(ledger, part) && ledger.missed(part) <= limit * alive
    }

    /// Silent columns or rows beside each other, with what is next to them alive on each side that the glass has.
    private static func band(_ ledger: UseLedger, _ limit: Float) -> (range: ClosedRange<Double>, missed: Float)? {
        let silent = (0..<ledger.count).filter { isKnown(ledger, $0) && ledger.missed($0) >= limit }
        let known = (0..<ledger.count).count { isKnown(ledger, $0) }
        guard let first = silent.first, let last = silent.last, last - first + 1 == silent.count,
            Double(silent.count) <= Double(known) * largestShare,
            first > 0 || last < ledger.count - 1, first == 0 || isAlive(ledger, first - 1, limit),
            last == ledger.count - 1 || isAlive(ledger, last + 1, limit)
        else { return nil }
        let missed = silent.map { ledger.missed($0) }.min() ?? 0
        return (Double(first) / Double(ledger.count)...Double(last + 1) / Double(ledger.count), missed)
    }

    /// The largest patch of silent cells of which enough neighbours are alive.
    private static func patch(
        _ cells: UseLedger, _ limit: Float
    ) -> (ClosedRange<Double>, ClosedRange<Double>, Float)? {
        let silent = Set((0..<cells.count).filter { isKnown(cells, $0) && cells.missed($0) >= limit })
        let known = (0..<cells.count).count { isKnown(cells, $0) }
        guard !silent.isEmpty, Double(silent.count) <= Double(known) * largestShare else { return nil }
        let patches = patches(silent).filter { patch in
            let border = Set(patch.flatMap(neighbours)).subtracting(patch)
            let alive = border.count { isAlive(cells, $0, limit) }
            // Most of what borders on it: a button that is gone from the page borders on cells that nobody uses.
            return alive >= 3 && alive * 2 >= border.count
        }
        guard let patch = patches.max(by: { $0.count < $1.count }) else { return nil }
        let (across, down) = (patch.map { $0 % GlassMap.columns }, patch.map { $0 / GlassMap.columns })
        func range(_ parts: [Int], _ count: Int) -> ClosedRange<Double> {
            Double(parts.min() ?? 0) / Double(count)...Double((parts.max() ?? 0) + 1) / Double(count)
        }
        let missed = patch.map { cells.missed($0) }.min() ?? 0
        return (range(across, GlassMap.columns), range(down, GlassMap.rows), missed)
    }

    private static func patches(_ cells: Set<Int>) -> [[Int]] {
        var (rest, patches) = (cells, [[Int]]())
        for start in cells.sorted() where rest.contains(start) {
            rest.remove(start)
            var (patch, next) = ([start], 0)
            while next < patch.count {
                for cell in neighbours(patch[next]) where rest.remove(cell) != nil { patch.append(cell) }
                next += 1
            }
            patches.append(patch)
        }
        return patches
    }

    private static func neighbours(_ cell: Int) -> [Int] {
        let (column, row) = (cell % GlassMap.columns, cell / GlassMap.columns)
        return GlassPicture.around.compactMap { right, down in
            guard (right, down) != (0, 0), (0..<GlassMap.columns).contains(column + right),
                (0..<GlassMap.rows).contains(row + down)
            else { return nil }
            return (row + down) * GlassMap.columns + column + right
        }
    }
}
