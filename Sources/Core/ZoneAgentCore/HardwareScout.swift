import DriverKit
import ZoneModel
import ZoneProfiles
import ZoneUdev

/// Says what a plugged device is good for, and which driver with which profile serves a device.
package struct HardwareScout: Sendable {
    package struct Fit: Sendable {
        package var rule: HotplugRule
        package var driver: any DeviceDriver
        package var profile: DeviceProfile
        package var facts: [String: String]
        /// Where the rule stands among all: of several nodes of one thing the lowest is the device.
        var preference = 0
    }

    package enum Verdict: Sendable {
        /// No driver is for things like this.
        case notOurs
        /// A driver is, but no hw-profile fits.
        case unmatched(HotplugRule)
        case fits(Fit)
    }

    private let shelf: ProfileShelf
    private let drivers: [any DeviceDriver]

    package init(shelf: ProfileShelf, drivers: [any DeviceDriver]) { (self.shelf, self.drivers) = (shelf, drivers) }

    /// udev's subsystems from which something may come; serial lines are watched for the devices behind them.
    package var subsystems: Set<String> {
        Set(drivers.flatMap(\.hotplug).map(\.subsystem)).union([SerialLine.subsystem])
    }

    package func look(at device: UdevDevice) -> Verdict {
        var unmatched: HotplugRule?
        for (preference, rule) in drivers.flatMap(\.hotplug).enumerated() where rule.fits(device) {
            let facts = device.profileFacts
            if let (driver, profile) = choose(HardwareFacts(kind: rule.kind, facts: facts)) {
                return .fits(Fit(rule: rule, driver: driver, profile: profile, facts: facts, preference: preference))
            }
            unmatched = unmatched ?? rule
        }
        return unmatched.map { .unmatched($0) } ?? .notOurs
    }

    package func choose(_ hardware: HardwareFacts) -> (driver: any DeviceDriver, profile: DeviceProfile)? {
        guard var profile = shelf.profile(for: hardware),
            let driver = drivers.first(where: { $0.name == profile.driver })
        else { return nil }
        // Lint has named the file and the line; the driver goes by its own value.
        profile.settings = profile.settings.filter { driver.settings[$0.key]?.complaint(about: $0.value) == nil }
        return (driver, profile)
    }

    /// What a device says it is, beside what was known before it was opened. Another driver is not chosen by it.
    package func refinement(of hardware: HardwareFacts, for driver: any DeviceDriver)
        -> @Sendable (Identity) ->
        DeviceProfile?
    {
        { [self] identity in
            var said = hardware
            (said.facts["vendor"], said.facts["model"]) = (identity.vendor, identity.model)
            guard let (fitting, profile) = choose(said), fitting.name == driver.name else { return nil }
            return profile
        }
    }

    /// What to raise when a device of a kind that is found by plugging is not there; `nil` for other kinds.
    package func absence(ofPlugged kind: DeviceKind) -> ConditionCode? {
        drivers.first { $0.hotplug.contains { $0.kind == kind } }?.absence
    }
}

/// Serial lines carry no device of their own that udev could tell: they are named in addresses.
enum SerialLine { static let subsystem = "tty" }

extension HotplugRule {
    fileprivate func fits(_ device: UdevDevice) -> Bool {
        device.subsystem == subsystem && device.node.hasPrefix(nodePrefix)
            && properties.allSatisfy { device.properties[$0.key] == $0.value }
    }
}

extension UdevDevice {
    /// The facts that hw-profiles match on.
    package var profileFacts: [String: String] {
        var facts: [String: String] = [:]
        for (name, value) in properties { facts["udev.\(name)"] = value }
        facts["usb"] = usbID
        return facts
    }
}
