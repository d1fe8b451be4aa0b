import ZoneLinux
import ZoneModel

/// Connectors of display cards (drivers/gpu/drm/drm_sysfs.c). They have no node, and udev tells of them by a `change`
/// of their card (`HOTPLUG=1`); a display is there when its connector says `connected`. That file is the kernel's last
/// word and asks no cable.
extension UdevDevice {
    package static let displaySubsystem = "drm"
    /// A card has a handful; a dock adds as many.
    private static let mostConnectors = 64

    /// - Parameter sysPath: such as `/sys/devices/…/drm/card0/card0-HDMI-A-1`.
    /// - Returns: `nil` when nothing is connected, and for what is no connector.
    package init?(connectorAt sysPath: String) {
        let parts = sysPath.split(separator: "/")
        guard let name = parts.last, name.utf8.count <= 64, let dash = name.firstIndex(of: "-"),
            name.hasPrefix("card"), let status = try? SmallFile.read("\(sysPath)/status", limit: 64),
            status.hasPrefix("connected")
        else { return nil }
        let connector = String(name[name.index(after: dash)...]).cleaned()
        var properties = ["CONNECTOR": connector]
        // Cards are numbered anew at each boot; what they are plugged into is not.
        if let drm = parts.lastIndex(of: "drm"), drm > 0 {
            properties["ID_PATH"] = "\(parts[drm - 1])-\(connector)".cleaned()
        }
        properties["ID_SERIAL_SHORT"] = UdevDevice.displayIdentity(of: "\(sysPath)/edid")
        self.init(
            sysPath: sysPath, node: sysPath, subsystem: UdevDevice.displaySubsystem, properties: properties)
    }

    /// Maker, product, serial number, week and year of the EDID (E-EDID A2, section 3.4), so that a display at another
    /// connector is the same one. Two of the same bytes are told apart by the table of bindings.
    private static func displayIdentity(of path: String) -> String? {
        guard let bytes = try? SmallFile.readBytes(path, limit: 32_768), bytes.count >= 128,
            bytes[0] == 0, bytes[1..<7].allSatisfy({ $0 == 255 }), bytes[0..<128].reduce(UInt8(0), &+) == 0
        else { return nil }
        return Hex.text(Array(bytes[8..<18]))
    }

    /// What is on the connectors of a card now; one on which nothing is, is told as removed.
    package static func connectors(ofCard sysPath: String) -> [HotplugEvent] {
        guard let card = sysPath.split(separator: "/").last, card.hasPrefix("card"), !card.contains("-") else {
            return []
        }
        let names = SmallFile.list(sysPath).filter { $0.hasPrefix("\(card)-") }.prefix(mostConnectors)
        return names.compactMap { name in
            let path = "\(sysPath)/\(name)"
            if let device = UdevDevice(connectorAt: path) { return .present(device) }
            // `unknown`: the card cannot tell (VGA without load detection), so neither can we.
            let status = try? SmallFile.read("\(path)/status", limit: 64)
            return status?.hasPrefix("unknown") == true ? nil : .removed(sysPath: path)
        }
    }
}

/// Which display was last told at which connector: another one at the same place is a removal and an arrival, the same
/// one is no news.
package struct ToldDisplays {
    private var keys: [String: String] = [:]
    /// What the last display at a connector said of itself, also after its cable was pulled.
    private var identities: [String: String] = [:]

    package init() {}

    mutating func remember(_ devices: [UdevDevice]) {
        for device in devices where device.subsystem == UdevDevice.displaySubsystem {
            keys[device.sysPath] = device.bindingKey
            identities[device.sysPath] = device.properties[ToldDisplays.identity]
        }
    }

    private static let identity = "ID_SERIAL_SHORT"

    package mutating func news(_ events: [HotplugEvent]) -> [HotplugEvent] {
        events.flatMap { event -> [HotplugEvent] in
            switch event {
            case .present(var device):
                if let identity = device.properties[ToldDisplays.identity] {
                    identities[device.sysPath] = identity
                } else {
                    // An EDID that could not be read this time (a set that wakes up, a card that reads it once:
                    // drivers/gpu/drm/tiny/bochs.c) makes no other display of it.
                    if keys[device.sysPath] != nil { return [] }
                    device.properties[ToldDisplays.identity] = identities[device.sysPath]
                    // Unless that one stands at another connector now.
                    if keys.values.contains(device.bindingKey) { device.properties[ToldDisplays.identity] = nil }
                }
                let known = keys.updateValue(device.bindingKey, forKey: device.sysPath)
                if known == device.bindingKey { return [] }
                return known == nil ? [.present(device)] : [.removed(sysPath: device.sysPath), .present(device)]
            case .removed(let path): return keys.removeValue(forKey: path) == nil ? [] : [event]
            case .listed: return [event]
            }
        }
    }
}
