/// A straight map of the glass onto itself: `x' = a·x + b·y + c`, `y' = d·x + e·y + f`, all in shares.
package struct AffineMap: Sendable, Hashable {
    package var (a, b, c): (Double, Double, Double)
    package var (d, e, f): (Double, Double, Double)

    package init(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) {
        (self.a, self.b, self.c) = (a, b, c)
        (self.d, self.e, self.f) = (d, e, f)
    }

    package static let identity = AffineMap(1, 0, 0, 0, 1, 0)

    package var determinant: Double { a * e - b * d }
    package var numbers: [Double] { [a, b, c, d, e, f] }

    package func place(of point: GlassPoint) -> GlassPoint {
        GlassPoint(x: a * point.x + b * point.y + c, y: d * point.x + e * point.y + f)
    }
}

package enum AffineFit {
    /// Three points on a line have no width to fit in: below this spread (in shares squared) noise would be the answer.
    private static let leastSpread = 1e-4

    /// The map that takes each `from` nearest to its `to`, by least squares over all of them. Around the means, where
    /// the two unknowns of each axis are one equation of two by two.
    /// - Returns: `nil` for fewer than three points, or when they lie on a line.
    package static func map(_ pairs: [(from: GlassPoint, to: GlassPoint)]) -> AffineMap? {
        guard pairs.count >= 3 else { return nil }
        let count = Double(pairs.count)
        func mean(_ value: ((from: GlassPoint, to: GlassPoint)) -> Double) -> Double {
            pairs.reduce(0) { $0 + value($1) } / count
        }
        let from = GlassPoint(x: mean { $0.from.x }, y: mean { $0.from.y })
        let to = GlassPoint(x: mean { $0.to.x }, y: mean { $0.to.y })
        let (xx, xy, yy) = (
            mean { ($0.from.x - from.x) * ($0.from.x - from.x) }, mean { ($0.from.x - from.x) * ($0.from.y - from.y) },
            mean { ($0.from.y - from.y) * ($0.from.y - from.y) }
        )
        let spread = xx * yy - xy * xy
        guard spread > leastSpread * leastSpread, spread > leastSpread * xx * yy else { return nil }
        func row(_ value: (GlassPoint) -> Double, _ middle: Double) -> (Double, Double, Double) {
            let xv = mean { ($0.from.x - from.x) * (value($0.to) - middle) }
            let yv = mean { ($0.from.y - from.y) * (value($0.to) - middle) }
            let (along, across) = ((xv * yy - yv * xy) / spread, (yv * xx - xv * xy) / spread)
            return (along, across, middle - along * from.x - across * from.y)
        }
        let (a, b, c) = row(\.x, to.x)
        let (d, e, f) = row(\.y, to.y)
        let map = AffineMap(a, b, c, d, e, f)
        return map.numbers.allSatisfy(\.isFinite) ? map : nil
    }
}
