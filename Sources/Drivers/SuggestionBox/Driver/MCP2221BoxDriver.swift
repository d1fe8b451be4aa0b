import DriverKit
import ZoneModel
import ZoneTime

package struct MCP2221BoxDriver: DeviceDriver {
    package let name = "mcp2221-box"
    package let kinds: Set<DeviceKind> = [.suggestionBox]
    package let settings = BoxSettings.kinds
    package let absence: ConditionCode? = .boxSensorDead
    package let hotplug = [HotplugRule(.suggestionBox, subsystem: "hidraw", nodePrefix: "/dev/hidraw")]

    private static let simulatorScheme = "sim-hid:"

    private let opener: any ReportOpener
    private let clock: any ZoneClock

    package init(opener: any ReportOpener, clock: any ZoneClock) { (self.opener, self.clock) = (opener, clock) }

    package func open(
        _ attachment: Attachment, profile: DeviceProfile, tap: WireTap
    ) async throws(DeviceError) -> any LiveDevice {
        let busPath = try MCP2221BoxDriver.busPath(attachment)
        let settings = try BoxSettings(profile.settings)
        let port = try await opener.open(attachment, tap: tap)
        let link = ChipLink(port: port, clock: clock)
        do throws(DeviceError) {
            let firmware = try await ChipSetup(link: link, pins: settings.pinsInUse).run()
            let device = BoxDevice(
                link: link, settings: settings, identity: Identity(port.identity, firmware: firmware, busPath: busPath),
                clock: clock)
            await device.start()
            return device
        } catch {
            await port.close()
            throw error
        }
    }

    /// The place it is plugged into, as udev names it, or its address; `nil` when udev does not say.
    private static func busPath(_ attachment: Attachment) throws(DeviceError) -> String? {
        switch attachment {
        case .node(_, let properties): return properties["ID_PATH"]
        case .address(let address) where address.hasPrefix(simulatorScheme): return address
        case .address, .machine:
            throw DeviceError(
                .unsupported, doing: "open suggestion box", "expected a plugged hidraw node or \(simulatorScheme)PATH")
        }
    }
}

extension Identity {
    fileprivate init(_ port: ReportIdentity, firmware: String?, busPath: String?) {
        func hex(_ value: UInt16) -> String { Hex.text([UInt8(value >> 8), UInt8(value & 0xFF)]) }
        self.init(
            vendor: "Microchip", model: "MCP2221A", serial: port.serial?.cleaned(), firmware: firmware,
            busId: "\(hex(port.vendor)):\(hex(port.product))", busPath: (busPath ?? port.physicalPath)?.cleaned())
    }
}
