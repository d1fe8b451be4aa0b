import DriverKit
import ZoneLinux

/// What /sys/class/net says of an interface.
package enum Interfaces {
    /// - Parameter addresses: of the kernel's table; `nil` when it did not say.
    /// - Returns: each with the number by which the kernel's tables call it; 0 when that was not to be read.
    static func list(_ addresses: [AddressEntry]?) -> [(index: Int32, fact: InterfaceFact)] {
        SmallFile.list("/sys/class/net").filter { $0 != "lo" }.map { name in
            let folder = "/sys/class/net/\(name)"
            var fact = InterfaceFact(name: name, kind: kind(folder), hasCarrier: nil)
            // Reading carrier, speed or duplex of an interface that is switched off gives EINVAL.
            fact.hasCarrier = word(folder + "/carrier").map { $0 == "1" }
            fact.speed = word(folder + "/speed").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            fact.duplex = word(folder + "/duplex").flatMap { ["full", "half"].contains($0) ? $0 : nil }
            let index = word(folder + "/ifindex").flatMap { Int32($0) } ?? 0
            fact.addresses = addresses?.filter { $0.index == index }.map(\.address.text)
            return (index, fact)
        }
    }

    /// `type` as in linux/if_arp.h; `uevent` names radio by DEVTYPE (Documentation/ABI/testing/sysfs-class-net).
    package static func kind(_ folder: String) -> InterfaceKind {
        let names = SmallFile.list(folder)
        let uevent = ((try? SmallFile.read(folder + "/uevent", limit: 4096)) ?? "").split(separator: "\n")
        if uevent.contains("DEVTYPE=wlan") || names.contains("wireless") || names.contains("phy80211") { return .wifi }
        if uevent.contains("DEVTYPE=wwan") { return .cellular }
        switch word(folder + "/type") {
        case "1": return .wired
        // ARPHRD_RAWIP: a modem that hands over bare IP.
        case "519": return .cellular
        default: return .other
        }
    }

    private static func word(_ path: String) -> String? {
        (try? SmallFile.read(path, limit: 64)).map { String($0.prefix { $0 != "\n" }) }
    }
}
