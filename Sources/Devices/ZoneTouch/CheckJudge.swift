/// What was felt, against where the marks stood.
package struct CheckFinding: Sendable, Hashable {
    package var verdict: TouchCheckVerdict
    /// What would put it right; `nil` where nothing would, or too little was felt to know.
    package var calibration: CalibrationMatrix?
    /// Over all marks that were felt, what remains after the best straight map: root mean square.
    package var residualMm: Double?
    package var corners: [CheckTargets.Corner: Corner]
    package var isPassed: Bool

    package struct Corner: Sendable, Hashable {
        package enum State: String, Sendable { case passed, failed, missed }
        package var state: State
        package var errorMm: Double?
    }
}

package enum CheckJudge {
    /// Three points fit every map without a remainder, which would say nothing about how good it is.
    private static let enoughForCalibration = 4

    /// - Parameter matrix: the calibration in force. What the desktop makes of a touch is judged, because that is where it
    ///   lands; what would put it right is measured at the panel, because a new matrix takes this one's place.
    package static func judge(
        targets: [GlassPoint], places: [GlassPoint?], through matrix: CalibrationMatrix?, by ruler: CheckRuler
    ) -> CheckFinding {
        let atPanel = judge(targets: targets, places: places, by: ruler)
        guard let matrix else { return atPanel }
        let landed = places.map { $0.map(matrix.map.place) }
        var finding = judge(targets: targets, places: landed, by: ruler)
        finding.calibration = atPanel.calibration
        return finding
    }

    package static func judge(
        targets: [GlassPoint], places: [GlassPoint?], by ruler: CheckRuler
    ) -> CheckFinding {
        let felt = zip(targets, places).compactMap { target, place in place.map { (from: $0, to: target) } }
        let map = AffineFit.map(felt)
        let shape = shape(felt, map, ruler)
        let points = zip(targets, places).map { target, place in
            TouchCheckVerdict.TargetResult(
                target: target, place: place,
                residualMm: place.flatMap { place in map.flatMap { ruler.distanceMm($0.place(of: place), target) } })
        }
        let squares = points.compactMap { $0.residualMm.map { $0 * $0 } }
        let corners = corners(points, ruler)
        let isStraight = shape != .unclear && felt.count >= enoughForCalibration
        return CheckFinding(
            verdict: TouchCheckVerdict(points: points, shape: shape),
            calibration: isStraight ? map.flatMap(CalibrationMatrix.init) : nil,
            residualMm: squares.isEmpty ? nil : (squares.reduce(0, +) / Double(squares.count)).squareRoot(),
            corners: corners,
            isPassed: shape == .fits && felt.count == targets.count
                && corners.values.allSatisfy { $0.state == .passed })
    }

    private static func shape(
        _ felt: [(from: GlassPoint, to: GlassPoint)], _ map: AffineMap?, _ ruler: CheckRuler
    ) -> TouchCheckVerdict.Shape {
        func fits(_ place: (GlassPoint) -> GlassPoint) -> Bool {
            felt.allSatisfy { ruler.isNear(place($0.from), $0.to, atCorner: CheckTargets.corner($0.to) != nil) }
        }
        guard felt.count >= 3 else { return .unclear }
        if fits({ $0 }) { return .fits }
        guard let map, fits(map.place) else { return .unclear }
        let isSwapped = abs(map.b) + abs(map.d) > abs(map.a) + abs(map.e)
        let (across, down) = isSwapped ? (map.b, map.d) : (map.a, map.e)
        if isSwapped || across < 0 || down < 0 {
            return .axes(swapped: isSwapped, invertedX: across < 0, invertedY: down < 0)
        }
        let count = Double(felt.count)
        let (x, y) = (
            felt.reduce(0) { $0 + $1.from.x - $1.to.x } / count, felt.reduce(0) { $0 + $1.from.y - $1.to.y } / count
        )
        return fits { GlassPoint(x: $0.x - x, y: $0.y - y) } ? .offset(x: x, y: y) : .scaled
    }

    private static func corners(
        _ points: [TouchCheckVerdict.TargetResult], _ ruler: CheckRuler
    ) -> [CheckTargets.Corner: CheckFinding.Corner] {
        var found: [CheckTargets.Corner: CheckFinding.Corner] = [:]
        for point in points {
            guard let corner = CheckTargets.corner(point.target) else { continue }
            guard let place = point.place else {
                found[corner] = .init(state: .missed)
                continue
            }
            let isNear = ruler.isNear(place, point.target, atCorner: true)
            found[corner] = .init(
                state: isNear ? .passed : .failed, errorMm: ruler.distanceMm(place, point.target))
        }
        return found
    }
}
