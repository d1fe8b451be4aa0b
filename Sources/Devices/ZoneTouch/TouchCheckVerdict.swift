import DriverKit

/// What a guided check has found: somebody touched marks on the display one after the other, and this is where the
/// panel felt it. Shares of the glass; of the person nothing but that they pointed where they were asked to.
package struct TouchCheckVerdict: Sendable, Hashable {
    /// One mark.
    package struct TargetResult: Sendable, Hashable {
        package var target: GlassPoint
        /// Where the panel felt it; `nil`: it felt nothing there.
        package var place: GlassPoint?
        /// How far `place` is from where the fitted map puts it: what no calibration mends. In mm when the size of the
        /// glass is known.
        package var residualMm: Double?

        package init(target: GlassPoint, place: GlassPoint? = nil, residualMm: Double? = nil) {
            (self.target, self.place, self.residualMm) = (target, place, residualMm)
        }
    }

    /// What the panel's axes are to the display's.
    package enum Shape: Sendable, Hashable {
        /// Within what the profile allows.
        case fits
        /// Turned by quarters or mirrored; at least one is `true`. Turned is swapped and one of them inverted.
        case axes(swapped: Bool, invertedX: Bool, invertedY: Bool)
        /// Shifted as a whole: by how many shares of the glass the panel feels too far to the right and below.
        case offset(x: Double, y: Double)
        /// Stretched, sheared or turned a little.
        case scaled
        /// No map fits, or fewer than three marks were felt.
        case unclear
    }

    package var points: [TargetResult]
    package var shape: Shape

    package init(points: [TargetResult], shape: Shape) { (self.points, self.shape) = (points, shape) }

    /// Where nothing was felt.
    package var missed: [GlassPoint] { points.filter { $0.place == nil }.map(\.target) }
}

/// A panel that learns from guided checks.
package protocol CheckedSurface: TouchSurface {
    /// Handed over when a check was gone through to its end, passed or failed; of one that was cancelled nothing is told.
    func take(_ verdict: TouchCheckVerdict) async
}
