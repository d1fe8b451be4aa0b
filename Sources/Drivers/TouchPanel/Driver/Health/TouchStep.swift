import DriverKit
import ZoneModel
import ZoneTouch

/// What one frame says of one contact, with what was known of it before: what the detectors are fed with.
struct TouchStep {
    enum Phase { case down, move, up }

    var phase: Phase
    /// As a share of the glass; `nil` when the panel has not said, or has no range.
    var place: GlassPoint?
    /// Where it was before.
    var from: GlassPoint?
    /// Since the contact's last report, and since it began, by the kernel's stamps; 0: not known.
    var micros: Int64 = 0
    var livedMicros: Int64 = 0
    /// The kernel's stamp.
    var stamp: Int64 = 0
    /// How it had moved in the report before, as shares of the glass.
    var before = GlassPoint(x: 0, y: 0)
    /// How its way had bent in the report before: the difference of two steps; `nil` before there were two.
    var bend: GlassPoint?
    /// Events were lost before it: it says where a finger is, not how it came there.
    var isResync = false
    /// Contacts on the glass now.
    var contacts = 0
}

/// A contact that has not ended.
struct ContactTrack {
    let number: Int
    var place: GlassPoint?
    /// Where it has rested since.
    var anchor: GlassPoint?
    var restingSince: MonoTime
    let began: MonoTime
    let beganStamp: Int64
    var stamp: Int64
    /// Steps in a row of which none was a leap over lost events.
    var steps = 0
    var before = GlassPoint(x: 0, y: 0)
    var bend = GlassPoint(x: 0, y: 0)
}

extension ContactTrack {
    mutating func go(to next: GlassPoint?, _ stamp: Int64, isResync: Bool) {
        defer { (place, self.stamp) = (next, stamp) }
        guard let place, let next, !isResync else {
            steps = 0
            before = GlassPoint(x: 0, y: 0)
            return
        }
        let step = GlassPoint(x: next.x - place.x, y: next.y - place.y)
        bend = GlassPoint(x: step.x - before.x, y: step.y - before.y)
        before = step
        steps += 1
    }
}

/// Shares of the glass in millimetres.
struct GlassScale: Sendable {
    /// For panels that do not say how large they are: between the 43 and the 86 inches that stand in halls.
    static let assumed = (width: 1200.0, height: 680.0)

    let width: Double
    let height: Double
    let isAssumed: Bool

    init(_ geometry: PanelGeometry?) {
        func length(_ minimum: Int32, _ maximum: Int32, _ resolution: Int32) -> Double? {
            let length = (Double(maximum) - Double(minimum)) / Double(resolution)
            // A resolution that makes a kiosk's panel a stamp or a wall was never filled in.
            return resolution > 0 && (100...4000).contains(length) ? length : nil
        }
        let width = geometry.flatMap { length($0.x.minimum, $0.x.maximum, $0.x.resolution) }
        let height = geometry.flatMap { length($0.y.minimum, $0.y.maximum, $0.y.resolution) }
        isAssumed = width == nil || height == nil
        (self.width, self.height) = isAssumed ? GlassScale.assumed : (width ?? 0, height ?? 0)
    }

    func squaredMm(_ first: GlassPoint, _ second: GlassPoint) -> Double {
        let (right, down) = ((second.x - first.x) * width, (second.y - first.y) * height)
        return right * right + down * down
    }
}
