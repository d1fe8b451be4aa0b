import DriverKit
import ZoneModel
import ZoneTime

package struct TouchPanelDriver: DeviceDriver {
    package let name = "touch-panel"
    package let kinds: Set<DeviceKind> = [.touchPanel]
    package let settings: [String: SettingKind] = ["idleAfter": .duration]
    package let absence: ConditionCode? = .touchAbsent

    private let opener: any InputOpener
    private let clock: any ZoneClock

    package init(opener: any InputOpener, clock: any ZoneClock) { (self.opener, self.clock) = (opener, clock) }

    package func open(
        _ attachment: Attachment, profile: DeviceProfile
    ) async throws(DeviceError) -> any LiveDevice {
        let source = try await opener.open(attachment)
        let idleAfter = profile.settings["idleAfter"].flatMap(Duration.init(shortText:)) ?? .seconds(1)
        return TouchPanelDevice(source: source, busPath: attachment.busPath, idleAfter: idleAfter, clock: clock)
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
