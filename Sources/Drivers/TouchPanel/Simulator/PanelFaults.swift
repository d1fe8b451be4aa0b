import ZoneTouch

/// A part of the glass, in shares.
package struct GlassRegion: Sendable, Hashable {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>

    func contains(_ point: GlassPoint) -> Bool { x.contains(point.x) && y.contains(point.y) }

    /// The shapes in which glass dies: a corner that was hit, one line of the sensor, a chip's share of lines, a spot.
    static let named = [
        "corner": GlassRegion(x: 0...0.15, y: 0...0.15), "column": GlassRegion(x: 0.4...0.5, y: 0...1),
        "row": GlassRegion(x: 0...1, y: 0.4...0.5), "cell": GlassRegion(x: 0.5...0.6, y: 0.5...0.6),
        "half": GlassRegion(x: 0.5...1, y: 0...1), "all": GlassRegion(x: 0...1, y: 0...1),
    ]

    /// By name, or as `x0,y0,x1,y1`.
    init?(_ text: String) {
        if let named = GlassRegion.named[text] {
            self = named
            return
        }
        guard let edges = PanelMove.shares(text), edges.count == 4, edges[0] < edges[2], edges[1] < edges[3] else {
            return nil
        }
        self.init(x: edges[0]...edges[2], y: edges[1]...edges[3])
    }

    private init(x: ClosedRange<Double>, y: ClosedRange<Double>) { (self.x, self.y) = (x, y) }
}

/// What is wrong with the simulated panel, until `mend`.
struct PanelFaults: Sendable {
    var dead: [GlassRegion] = []
    var isSwapped = false
    var inverted = (x: false, y: false)
    var offset = GlassPoint(x: 0, y: 0)
    /// By how much of the glass a resting finger seems to tremble.
    var jitter = 0.0
    var isSlow = false
    var isSilent = false
    /// Reports more touches than anybody has fingers, in slots that it has not declared.
    var hasExtra = false
    var stuck: GlassPoint?

    /// Has to report although no finger moves.
    var isRestless: Bool { jitter > 0 || isSlow }

    /// Where the panel says that a finger is; `nil` where it feels nothing. Its tremble is `noise`, -1 to 1.
    func place(_ finger: GlassPoint, noise: GlassPoint) -> GlassPoint? {
        guard !dead.contains(where: { $0.contains(finger) }) else { return nil }
        var (x, y) = isSwapped ? (finger.y, finger.x) : (finger.x, finger.y)
        if inverted.x { x = 1 - x }
        if inverted.y { y = 1 - y }
        return GlassPoint(x: x + offset.x + noise.x * jitter, y: y + offset.y + noise.y * jitter)
    }
}
