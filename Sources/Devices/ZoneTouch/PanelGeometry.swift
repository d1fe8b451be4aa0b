import DriverKit

/// Where on the glass something is: 0 at the left and upper edge of what the panel declares, 1 at the right and lower.
package struct GlassPoint: Sendable, Hashable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
}

/// The panel's units against its glass. What lies outside of the declared range is kept: a panel that reports there is
/// ill, and somebody must see it.
package struct PanelGeometry: Sendable, Hashable {
    package let x: InputCapabilities.Axis
    package let y: InputCapabilities.Axis

    /// `nil` for axes without an extent, as hostile or broken descriptors have.
    package init?(x: InputCapabilities.Axis?, y: InputCapabilities.Axis?) {
        guard let x, let y, x.maximum > x.minimum, y.maximum > y.minimum else { return nil }
        (self.x, self.y) = (x, y)
    }

    /// `nil` as long as the panel has not said both.
    package func place(of contact: Contact) -> GlassPoint? {
        guard let horizontal = contact.x, let vertical = contact.y else { return nil }
        return GlassPoint(x: PanelGeometry.share(horizontal, of: x), y: PanelGeometry.share(vertical, of: y))
    }

    private static func share(_ value: Int32, of axis: InputCapabilities.Axis) -> Double {
        (Double(value) - Double(axis.minimum)) / (Double(axis.maximum) - Double(axis.minimum))
    }
}
