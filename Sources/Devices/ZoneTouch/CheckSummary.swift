/// What is remembered of the last guided check: a person has touched marked points, or tried to. Stronger than anything
/// that is learned from passers-by, and in force until the next check. Places of marks, not of fingers.
package struct CheckSummary: Sendable, Hashable {
    package enum Axes: UInt8, Sendable, Hashable, CaseIterable {
        case fine, swapped, inverted, offset
    }

    package static let mostPoints = 25

    package var points: Int
    /// Where the marks stood that did not answer: places of marks, not of fingers.
    package var missed: [GlassPoint]
    /// `nil`: too little was touched to say.
    package var axes: Axes?
    package var residualMm: Double?

    package init(points: Int, missed: [GlassPoint], axes: Axes?, residualMm: Double? = nil) {
        self.points = min(max(0, points), CheckSummary.mostPoints)
        self.missed = Array(missed.filter { $0.x.isFinite && $0.y.isFinite }.prefix(self.points))
        (self.axes, self.residualMm) = (axes, residualMm.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil })
    }
}

extension CheckSummary {
    package init(_ verdict: TouchCheckVerdict) {
        let axes: Axes? =
            switch verdict.shape {
            case .fits: .fine
            case .axes(swapped: true, _, _): .swapped
            case .axes: .inverted
            case .offset, .scaled: .offset
            case .unclear: nil
            }
        self.init(points: verdict.points.count, missed: verdict.missed, axes: axes)
    }
}
