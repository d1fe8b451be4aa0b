import DriverKit

/// Where marks stand in a check: row by row, from the upper left.
package enum CheckTargets {
    package static let counts = [9, 25]
    /// As near to the edge as a mark of a hand's width can be touched in its middle.
    private static let margin = 0.1

    package enum Corner: String, Sendable, CaseIterable { case topLeft, topRight, bottomLeft, bottomRight }

    /// Empty for a number that is not offered.
    package static func grid(_ count: Int) -> [GlassPoint] {
        guard counts.contains(count) else { return [] }
        let side = count == 9 ? 3 : 5
        // Hundredths, so that the wire says 0.3 and not 0.30000000000000004.
        let lines = (0..<side).map { index in
            ((margin + (1 - 2 * margin) * Double(index) / Double(side - 1)) * 100).rounded() / 100
        }
        return lines.flatMap { y in lines.map { x in GlassPoint(x: x, y: y) } }
    }

    package static func corner(_ point: GlassPoint) -> Corner? {
        switch (point.x, point.y) {
        case (margin, margin): .topLeft
        case (1 - margin, margin): .topRight
        case (margin, 1 - margin): .bottomLeft
        case (1 - margin, 1 - margin): .bottomRight
        default: nil
        }
    }
}

/// How far is too far, and how long a share of this glass is.
package struct CheckRuler: Sendable, Hashable {
    /// A finger's pad is about 10 mm wide, and people aim with its middle.
    package static let defaultToleranceMm = 10.0
    /// Towards the edges parallax and the bezel are in the way.
    package static let defaultCornerToleranceMm = 15.0
    /// Where the size of the glass is unknown: 10 mm and 15 mm of one that is 650 mm high.
    private static let shares = (inside: 0.016, corner: 0.024)

    package var size: (widthMm: Double, heightMm: Double)? { width.flatMap { width in height.map { (width, $0) } } }
    private let width: Double?
    private let height: Double?
    package var toleranceMm: Double
    package var cornerToleranceMm: Double

    package init(
        size: (widthMm: Double, heightMm: Double)?, toleranceMm: Double = defaultToleranceMm,
        cornerToleranceMm: Double = defaultCornerToleranceMm
    ) {
        (width, height) = (size?.widthMm, size?.heightMm)
        (self.toleranceMm, self.cornerToleranceMm) = (toleranceMm, cornerToleranceMm)
    }

    /// `nil` when the size of the glass is unknown.
    package func distanceMm(_ one: GlassPoint, _ other: GlassPoint) -> Double? {
        guard let size else { return nil }
        let (x, y) = ((one.x - other.x) * size.widthMm, (one.y - other.y) * size.heightMm)
        return (x * x + y * y).squareRoot()
    }

    package func isNear(_ one: GlassPoint, _ other: GlassPoint, atCorner: Bool) -> Bool {
        if let distance = distanceMm(one, other) { return distance <= (atCorner ? cornerToleranceMm : toleranceMm) }
        let (x, y) = (one.x - other.x, one.y - other.y)
        return (x * x + y * y).squareRoot() <= (atCorner ? CheckRuler.shares.corner : CheckRuler.shares.inside)
    }
}

extension PanelGeometry {
    /// From the resolution that the panel states (units per mm); `nil` without one, or for a size that no panel has.
    package var sizeMm: (widthMm: Double, heightMm: Double)? {
        guard x.resolution > 0, y.resolution > 0 else { return nil }
        let size = (
            widthMm: (Double(x.maximum) - Double(x.minimum)) / Double(x.resolution),
            heightMm: (Double(y.maximum) - Double(y.minimum)) / Double(y.resolution)
        )
        return (50...5000).contains(size.widthMm) && (50...5000).contains(size.heightMm) ? size : nil
    }
}
