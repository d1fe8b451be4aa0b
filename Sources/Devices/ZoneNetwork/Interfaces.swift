import DriverKit
import Glibc
import ZoneLinux

/// What /sys/class/net and the kernel's list of addresses say of an interface.
package enum Interfaces {
    static func list() -> [InterfaceFact] {
        let addresses = addresses()
        return SmallFile.list("/sys/class/net").filter { $0 != "lo" }.map { name in
            let folder = "/sys/class/net/\(name)"
            var fact = InterfaceFact(name: name, kind: kind(folder), hasCarrier: nil)
            // Reading carrier, speed or duplex of an interface that is switched off gives EINVAL.
            fact.hasCarrier = word(folder + "/carrier").map { $0 == "1" }
            fact.speed = word(folder + "/speed").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            fact.duplex = word(folder + "/duplex").flatMap { ["full", "half"].contains($0) ? $0 : nil }
            fact.addresses = addresses.map { $0[name] ?? [] }
            return fact
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

    /// By interface; `nil` when the kernel did not say. getifaddrs(3) asks by netlink and does not leave the machine.
    private static func addresses() -> [String: [String]]? {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        var found: [String: [String]] = [:]
        var entry = first
        while let one = entry?.pointee {
            entry = one.ifa_next
            guard let address = one.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET) else { continue }
            let number = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
            let text = withUnsafeBytes(of: number) { $0.map(String.init).joined(separator: ".") }
            // An address may have a label of its own, eth0:0 (rtnetlink(7), IFA_LABEL).
            let name = String(String(cString: one.ifa_name).prefix { $0 != ":" })
            found[name, default: []].append(text)
        }
        return found
    }
}
