/// Ways in which a panel can take one place for another: axes run backwards, or are exchanged.
package enum GlassSymmetry: UInt8, Sendable, Hashable, CaseIterable {
    case upright, mirroredX, mirroredY, turned, swapped, swappedMirroredX, swappedMirroredY, swappedTurned

    /// Where `point` goes.
    package func move(_ point: GlassPoint) -> GlassPoint {
        let (x, y) = rawValue >= GlassSymmetry.swapped.rawValue ? (point.y, point.x) : (point.x, point.y)
        return switch self {
        case .upright, .swapped: GlassPoint(x: x, y: y)
        case .mirroredX, .swappedMirroredX: GlassPoint(x: 1 - x, y: y)
        case .mirroredY, .swappedMirroredY: GlassPoint(x: x, y: 1 - y)
        case .turned, .swappedTurned: GlassPoint(x: 1 - x, y: 1 - y)
        }
    }
}

/// A heat map as a picture that can be laid over another.
package struct GlassPicture: Sendable, Hashable {
    package let columns: Int
    package let rows: Int
    private let values: [Float]

    /// Smeared over the neighbours, because a button does not end where a cell ends; and by square roots, so that one
    /// hot place is not the whole picture.
    package init(_ weights: [Float], columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        var values = [Float](repeating: 0, count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns where weights[row * columns + column] > 0 {
                let weight = weights[row * columns + column].squareRoot()
                for (right, down) in GlassPicture.around where (0..<columns).contains(column + right) {
                    guard (0..<rows).contains(row + down) else { continue }
                    values[(row + down) * columns + column + right] += weight / (right == 0 && down == 0 ? 1 : 2)
                }
            }
        }
        self.values = values
    }

    package static let around = (-1...1).flatMap { down in (-1...1).map { right in (right, down) } }

    /// From 0, nothing in common, to 1, the same picture (the cosine of both as vectors).
    package func likeness(to other: GlassPicture, moved symmetry: GlassSymmetry) -> Float {
        var (product, own, theirs) = (Float(0), Float(0), Float(0))
        for row in 0..<rows {
            for column in 0..<columns {
                let centre = GlassPoint(
                    x: (Double(column) + 0.5) / Double(columns), y: (Double(row) + 0.5) / Double(rows))
                let target = symmetry.move(centre)
                let there =
                    min(rows - 1, Int(target.y * Double(rows))) * columns
                    + min(columns - 1, Int(target.x * Double(columns)))
                let (mine, its) = (values[there], other.values[row * columns + column])
                product += mine * its
                own += mine * mine
                theirs += its * its
            }
        }
        guard own > 0, theirs > 0 else { return 0 }
        return product / (own.squareRoot() * theirs.squareRoot())
    }
}
