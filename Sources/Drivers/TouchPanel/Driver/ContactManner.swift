import DriverKit

/// How a panel tells of touches (Documentation/input/multi-touch-protocol.rst of the kernel).
package enum ContactManner: Sendable, Hashable {
    /// Protocol B: each touch has a slot and a tracking id.
    case slots(Int)
    /// Protocol A: all touches anew in each frame, without names.
    case anonymous
    /// One point and a button: BTN_TOUCH, or BTN_LEFT of a panel that enumerates as a mouse.
    case point

    package init(of panel: InputCapabilities) {
        self = panel.slots > 0 ? .slots(panel.slots) : panel.isAnonymous == true ? .anonymous : .point
    }

    package var name: String {
        switch self {
        case .slots: "slots"
        case .anonymous: "anonymous"
        case .point: "point"
        }
    }
}
