import DriverKit
import ZoneModel
import ZoneTouch

/// Places that are not where the finger is. Passively only what no page on a screen can cause: places outside of the
/// declared range; and a picture of use that is the mirror of what it was for weeks.
struct AxisDetector: Sendable {
    private static let leastOutside = 20
    private static let edge = 0.01
    /// After so many contacts all counts are halved.
    private static let horizon = 400

    private let settings: HealthSettings
    private var (begun, outside) = (0, 0)

    init(_ settings: HealthSettings) { self.settings = settings }

    mutating func take(_ step: TouchStep) {
        guard step.phase == .down, let place = step.place else { return }
        begun += 1
        let glass = -AxisDetector.edge...1 + AxisDetector.edge
        if !glass.contains(place.x) || !glass.contains(place.y) { outside += 1 }
        if begun >= AxisDetector.horizon { (begun, outside) = (begun / 2, outside / 2) }
    }

    func symptom(_ map: GlassMap, _ verdict: CheckSummary?) -> Symptom {
        if let axes = verdict?.axes, axes != .fine {
            let residual = verdict?.residualMm.map { ", off by \(($0 * 10).rounded() / 10) mm" } ?? ""
            return Symptom(.touchAxis, .wrong(evidence: "check: axes \(axes)\(residual)"))
        }
        if outside >= AxisDetector.leastOutside, outside * 100 >= begun * settings.outsidePercent {
            return Symptom(
                .touchAxis,
                .wrong(
                    evidence: "\(outside) of the last \(begun) contacts began outside of the range that the panel "
                        + "declares, limit \(settings.outsidePercent) %"))
        }
        if let shift = map.pattern.shift {
            return Symptom(
                .touchAxis,
                .wrong(
                    evidence: "suspected, run the touch check: what is touched now is like what was touched for weeks "
                        + "when \(shift.symmetry) (\(percent(Double(shift.likeness))) %), not as it stands "
                        + "(\(percent(Double(shift.upright))) %)",
                    severity: .notice))
        }
        return Symptom(.touchAxis, .fine)
    }
}
