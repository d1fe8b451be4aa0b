import DriverKit
import ZoneModel
import ZoneTime

/// Signs with an Onbon font card of the K series (BX-5K, BX-5MK, BX-6K) on TCP or a tty.
package struct OnbonLEDDriver: DeviceDriver {
    package let name = "onbon-led"
    package let kinds: Set<DeviceKind> = [.ledDisplay]
    package let settings = OnbonSettings.kinds
    package let absence: ConditionCode? = .ledNoAnswer

    private let opener: any ByteOpener
    private let clock: any ZoneClock

    package init(opener: any ByteOpener, clock: any ZoneClock) { (self.opener, self.clock) = (opener, clock) }

    /// Less than the core allows for opening a device, so that the reason is told and not lost in a wedge.
    private static let identifyWithin = Duration.seconds(25)

    package func open(
        _ attachment: Attachment, profile: DeviceProfile, tap: WireTap
    ) async throws(DeviceError) -> any LiveDevice {
        let address = try OnbonAddress(attachment)
        let settings = try OnbonSettings(profile.settings)
        let line = OnbonLine(address, settings, opener: opener, tap: tap, clock: clock)
        let device = OnbonDevice(address, settings, line: line, clock: clock)
        do throws(DeviceError) {
            try await device.identify(within: OnbonLEDDriver.identifyWithin)
            return device
        } catch {
            await device.close()
            throw error
        }
    }
}
