import DriverKit

/// What can be seen of one connector at one moment. Files of sysfs that are not there are `nil`.
package struct ConnectorFacts: Sendable, Hashable {
    /// `connected`, `disconnected`, `unknown` (drm_get_connector_status_name).
    package var status: String?
    /// `enabled`: somebody shows a picture on it.
    package var enabled: String?
    /// `On`, `Standby`, `Suspend`, `Off`.
    package var dpms: String?
    /// The kernel's list, the preferred mode first.
    package var modes: [DisplayMode]
    package var edid: [UInt8]
    package var inForce: ModeInForce

    package init(
        status: String?, enabled: String? = nil, dpms: String? = nil, modes: [DisplayMode] = [], edid: [UInt8] = [],
        inForce: ModeInForce
    ) {
        (self.status, self.enabled, self.dpms) = (status, enabled, dpms)
        (self.modes, self.edid, self.inForce) = (modes, edid, inForce)
    }
}

/// In which mode the picture is shown: known, none at all, or not to be seen, with the reason.
package enum ModeInForce: Sendable, Hashable {
    case mode(DisplayMode)
    case dark
    case unknown(String)
}

/// Looks at connectors. Calls block; the device calls them on a lane of its own.
package protocol DisplaySource: Sendable {
    /// - Parameter connector: its folder, such as `/sys/class/drm/card0-HDMI-A-1`.
    /// - Throws: `DeviceError` `.absent` when there is no such connector, `.permission`, `.ioFailed`.
    func look(at connector: String) throws(DeviceError) -> ConnectorFacts
}
