import DriverKit
import ZoneModel
import ZoneTime

package struct TouchPanelDriver: DeviceDriver {
    package let name = "touch-panel"
    package let kinds: Set<DeviceKind> = [.touchPanel]
    package let settings: [String: SettingKind] = HealthSettings.keys.merging([
        "idleAfter": .duration, "checkToleranceMm": .integer(1...100), "checkCornerToleranceMm": .integer(1...100),
    ]) { _, own in own }
    package let absence: ConditionCode? = .touchAbsent
    /// Whatever tells of contacts may be a panel: some enumerate as a mouse or a tablet, and then a profile has to say
    /// so. What udev calls a touchscreen comes first, and of several nodes of one panel the one that tells most.
    package let hotplug =
        [["CONTACTS": "slots"], ["CONTACTS": "anonymous"], [:]].map {
            TouchPanelDriver.rule($0.merging(["ID_INPUT_TOUCHSCREEN": "1"]) { $1 }, isCertain: true)
        } + ["slots", "anonymous", "point"].map { TouchPanelDriver.rule(["CONTACTS": $0], isCertain: false) }

    private let opener: any InputOpener
    private let clock: any ZoneClock
    private let isHallOpen: @Sendable (WallTime) -> Bool?

    /// - Parameter isHallOpen: by the published hours; `nil`: there are none, and touches at night are like others.
    package init(
        opener: any InputOpener, clock: any ZoneClock,
        isHallOpen: @escaping @Sendable (WallTime) -> Bool? = { _ in nil }
    ) {
        (self.opener, self.clock, self.isHallOpen) = (opener, clock, isHallOpen)
    }

    private static func rule(_ properties: [String: String], isCertain: Bool) -> HotplugRule {
        HotplugRule(
            .touchPanel, subsystem: "input", nodePrefix: "/dev/input/event", properties: properties,
            isCertain: isCertain)
    }

    package func open(
        _ attachment: Attachment, profile: DeviceProfile, tap: WireTap
    ) async throws(DeviceError) -> any LiveDevice {
        let source = try await opener.open(attachment)
        let idleAfter = profile.settings["idleAfter"].flatMap(Duration.init(shortText:)) ?? .seconds(1)
        return TouchPanelDevice(
            source: source, busPath: attachment.busPath, idleAfter: idleAfter,
            health: HealthSettings(profile.settings), clock: clock, isHallOpen: isHallOpen, tap: tap)
    }
}

extension Attachment {
    /// The place it is plugged into, as udev names it.
    fileprivate var busPath: String? {
        switch self {
        case .node(_, let properties): properties["ID_PATH"]
        case .address(let address): address
        case .machine: nil
        }
    }
}
