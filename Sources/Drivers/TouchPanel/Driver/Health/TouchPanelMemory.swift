import DriverKit
import ZoneTouch

extension TouchPanelDevice: LearningDevice, CheckedSurface {
    func recall(_ memory: [UInt8]) { follower.withHealth { health, _ in _ = health.recall(memory) } }
    func memory() -> [UInt8]? { follower.withHealth { health, _ in health.memory } }
    func take(_ verdict: TouchCheckVerdict) { follower.withHealth { health, _ in health.note(CheckSummary(verdict)) } }
}
