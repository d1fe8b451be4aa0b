import ZoneModel

/// Which plugged devices a driver may be for. Whether one of them is taken, a hw-profile says.
package struct HotplugRule: Sendable, Hashable {
    package var kind: DeviceKind
    /// As udev names it, such as `input`, `hidraw`.
    package var subsystem: String
    /// One piece of hardware may have several nodes in a subsystem (a panel's `mouse0` and `event3`).
    package var nodePrefix: String
    /// udev properties that must have these values.
    package var properties: [String: String]
    /// Whether a device that fits here but has no profile is worth a condition: a touchscreen is, any one of the many
    /// HID devices of a PC is not.
    package var isCertain: Bool

    package init(
        _ kind: DeviceKind, subsystem: String, nodePrefix: String, properties: [String: String] = [:],
        isCertain: Bool = false
    ) {
        (self.kind, self.subsystem, self.nodePrefix) = (kind, subsystem, nodePrefix)
        (self.properties, self.isCertain) = (properties, isCertain)
    }
}
