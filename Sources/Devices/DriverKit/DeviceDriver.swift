// Purpose: the contract between the core and its drivers; the only thing the author of a driver must learn.
import ZoneModel

/// A value that knows how to open one family of devices and holds none. What it needs (input, printing, network) is
/// handed to its initializer, so that the same code meets hardware, a simulator or a test.
package protocol DeviceDriver: Sendable {
    /// What hw-profiles call it, for example `touch-panel`.
    var name: String { get }
    var kinds: Set<DeviceKind> { get }
    /// The keys under `set:` that it understands; any other key in a profile is a lint error.
    var settings: [String: SettingKind] { get }
    /// The condition that says the whole device is not there, raised by the core when it is unplugged or will not open.
    var absence: ConditionCode? { get }
    /// What of the things that are plugged in may be its devices, the best first: of several nodes of one thing that fit,
    /// the one whose rule stands first is the device (decision 0028). None by default.
    var hotplug: [HotplugRule] { get }
    /// Whether its devices have a port at which something could be recorded. Yes by default.
    var hasWire: Bool { get }

    /// - Parameter tap: to be told everything that passes at the device's port.
    /// - Throws: `DeviceError` when the thing cannot be opened now; the supervisor tries again with back-off.
    func open(_ attachment: Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
}

extension DeviceDriver {
    package var hotplug: [HotplugRule] { [] }
    package var hasWire: Bool { true }
}

/// One opened piece of hardware.
package protocol LiveDevice: Actor {
    /// News between checks. One consumer, bounded; ends after `close()` or after `.lost`.
    nonisolated var events: AsyncStream<DeviceEvent> { get }

    /// Looks at everything that can be looked at and says what it saw, within the deadline.
    /// A device that does not answer is a report (`link: .down`), not an error.
    /// - Throws: `DeviceError` when this object is of no more use and must be opened anew.
    func check(within deadline: Duration) async throws(DeviceError) -> Report

    /// What the driver can do about faults, the mildest first. None by default.
    nonisolated var healingSteps: [HealingStep] { get }

    /// Does one of `healingSteps`; whether it helped, the next checks say.
    /// - Throws: `DeviceError` when it could not be done.
    func heal(_ step: HealingStep) async throws(DeviceError)

    /// Idempotent.
    func close() async
}

package enum DeviceEvent: Sendable, Hashable {
    case report(Report)
    /// The device is gone; the stream ends with this.
    case lost(DeviceError)
}

/// How the core found a device.
package enum Attachment: Sendable, Hashable {
    /// A device node that udev announced, with its properties.
    case node(path: String, properties: [String: String])
    /// An address from the configuration, such as `ipp://192.0.2.7/ipp/print`.
    case address(String)
    /// The machine itself.
    case machine
}

/// What a setting's text must look like.
package enum SettingKind: Sendable, Hashable {
    case integer(ClosedRange<Int>)
    case duration
    case choice([String])
    case text

    /// `nil` when `text` fits, else what was expected.
    package func complaint(about text: String) -> String? {
        switch self {
        case .integer(let range):
            Int(text).map(range.contains) == true
                ? nil : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration: Duration(shortText: text) == nil ? "a duration such as 500ms, 2s, 5m" : nil
        case .choice(let words): words.contains(text) ? nil : "one of " + words.joined(separator: ", ")
        case .text: nil
        }
    }
}
