// Purpose: a screen that is plugged into this PC: is it there, what is it, does it show its picture as it was built to.
import DriverKit
import ZoneModel
import ZoneTime

package struct DisplayDriver: DeviceDriver {
    package let name = "drm-display"
    package let kinds: Set<DeviceKind> = [.display]
    package let settings: [String: SettingKind] = ["mode": .text]
    package let absence: ConditionCode? = .displayAbsent
    package let hasWire = false
    /// A connector has no device node; udev's path stands for it. Only connected ones are told (ZoneUdev).
    package let hotplug = [HotplugRule(.display, subsystem: "drm", nodePrefix: "/sys/", isCertain: true)]

    package static let simulatorScheme = "sim-display:"

    private let source: any DisplaySource
    private let clock: any ZoneClock

    package init(source: any DisplaySource, clock: any ZoneClock) { (self.source, self.clock) = (source, clock) }

    package func open(
        _ attachment: Attachment, profile: DeviceProfile, tap: WireTap
    ) async throws(DeviceError) -> any LiveDevice {
        let place = try DisplayDriver.place(attachment)
        var wanted: DisplayMode?
        if let text = profile.settings["mode"] {
            guard let mode = DisplayMode(text) else {
                throw DeviceError(
                    .unsupported, doing: "set mode", "“\(text.cleaned(limit: 40))” is no mode such as 1920x1080")
            }
            wanted = mode
        }
        let device = DisplayDevice(place, source: source, wanted: wanted, clock: clock)
        // What is not there is said at once, and not by the first check.
        _ = try await device.look(within: .seconds(10))
        return device
    }

    private static func place(_ attachment: Attachment) throws(DeviceError) -> DisplayDevice.Place {
        switch attachment {
        case .node(let path, _) where path.hasPrefix("/sys/"):
            return DisplayDevice.Place(folder: path, isSimulated: false)
        case .address(let address) where address.hasPrefix(simulatorScheme):
            return DisplayDevice.Place(folder: String(address.dropFirst(simulatorScheme.count)), isSimulated: true)
        case .node, .address, .machine:
            throw DeviceError(
                .unsupported, doing: "open display", "expected a connector below /sys or \(simulatorScheme)FOLDER")
        }
    }
}
