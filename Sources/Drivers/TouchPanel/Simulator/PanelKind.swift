import DriverKit

/// How a simulated panel shows itself to the kernel (Documentation/input/multi-touch-protocol.rst).
package enum PanelKind: String, Sendable, CaseIterable {
    /// Slots and tracking ids.
    case b
    /// All touches in each frame, without names.
    case a
    /// One point and BTN_TOUCH.
    case point
    /// One that enumerates as an absolute mouse: one point and BTN_LEFT.
    case mouse

    package static let slots = 10

    package var capabilities: InputCapabilities {
        InputCapabilities(
            name: name, physicalPath: "sim/panel", serial: "SIM-PANEL-1", bus: 3, vendor: 0x5A41,
            product: 0x0001, version: 0x0100, slots: self == .b ? PanelKind.slots : 0, isAnonymous: self == .a,
            x: .init(minimum: 0, maximum: PanelKind.most, resolution: 34),
            y: .init(minimum: 0, maximum: PanelKind.most, resolution: 60), simulated: true)
    }

    static let most: Int32 = 32767

    private var name: String {
        switch self {
        case .b: "Simulated Touch Panel"
        case .a: "Simulated Touch Panel A"
        case .point: "Simulated Touch Panel Point"
        case .mouse: "Simulated Touch Panel Mouse"
        }
    }
}
