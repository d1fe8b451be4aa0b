import DriverKit
import ZoneAgentCore
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneProfiles

/// Kernel drivers that keep a HID device of ours for themselves: then it has no hidraw node and is not there for the
/// agent. Which devices are ours, the hw-profiles say; which modules to keep out, the shipped list for modprobe.
package struct ModuleCheck: Check {
    private static let list = "zone-agent.conf"

    package let id = "modules"
    package let title = Saying("内核驱动", "Kernel drivers")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        guard let system = patient.system else {
            return [.onlyForTheSystem("modules.holder"), .onlyForTheSystem("modules.blacklist")]
        }
        let wanted = await wantedIDs(patient)
        let held = await patient.look { HeldDevice.find(below: "\(system)/sys/bus/hid", wanted) }
        return held.map(finding) + (await blacklist(system, patient))
            + (held.isEmpty
                ? [.ok("modules.holder", "没有内核驱动占住我们的设备。", "No kernel driver keeps a device of ours.")] : [])
    }

    /// As in hw-profiles, `04d8:00dd`: devices that are found by their hidraw node.
    private func wantedIDs(_ patient: Patient) async -> Set<String> {
        let kinds = Set(patient.drivers.flatMap(\.hotplug).filter { $0.subsystem == "hidraw" }.map(\.kind))
        let places = patient.places
        let shelf = await patient.look { ProfileShelf(places: places) }
        return Set(shelf.files.filter { kinds.contains($0.kind) }.compactMap { $0.match["usb"] })
    }

    private func finding(_ held: HeldDevice) -> Finding {
        guard let module = held.module else {
            return .fault(
                "modules.holder", "没有内核驱动接管 \(held.usb)，服务看不到它。",
                "No kernel driver has taken \(held.usb): the agent cannot see it.",
                Saying("sudo modprobe hid-generic，再重插设备", "sudo modprobe hid-generic, then plug it in again"))
        }
        return .fault(
            "modules.holder", "内核驱动 \(module) 占住了 \(held.usb)（意见箱等），服务看不到它。",
            "The kernel driver \(module) keeps \(held.usb) (the suggestion box or alike): the agent cannot see it.",
            Saying(
                "在 /etc/modprobe.d/\(ModuleCheck.list) 中加一行 blacklist \(module)，再 sudo modprobe -r \(module)，重插设备",
                "Add “blacklist \(module)” to /etc/modprobe.d/\(ModuleCheck.list); sudo modprobe -r \(module); plug in again"
            ))
    }

    private func blacklist(_ system: String, _ patient: Patient) async -> [Finding] {
        let id = "modules.blacklist"
        for folder in ["/etc/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"] {
            let path = "\(folder)/\(ModuleCheck.list)"
            switch await patient.read(system + path) {
            case .missing: continue
            case .notPermitted: return [.hidden(id, path)]
            case .failed(let detail): return [.unreadable(id, path, detail)]
            case .seen(let text): return await loaded(ModuleCheck.names(in: text), system, path, patient)
            }
        }
        return [
            .warning(
                id, "没有 modprobe.d/\(ModuleCheck.list)：内核驱动可能占住意见箱。",
                "There is no modprobe.d/\(ModuleCheck.list): a kernel driver may take the suggestion box.",
                Remedy.reinstall)
        ]
    }

    private func loaded(_ names: [String], _ system: String, _ path: String, _ patient: Patient) async -> [Finding] {
        let id = "modules.blacklist"
        let loaded = await patient.look { names.filter { SmallFile.exists("\(system)/sys/module/\($0)") } }
        guard !loaded.isEmpty else {
            return [.ok(id, "已屏蔽：\(names.joined(separator: ", "))。", "Kept out: \(names.joined(separator: ", ")).")]
        }
        return loaded.map {
            .warning(
                id, "\($0) 已在 \(path) 中屏蔽，但还在内核里。", "\($0) is kept out by \(path), and is still in the kernel.",
                Saying(
                    "sudo modprobe -r \($0)，再重插设备（或重启电脑）",
                    "sudo modprobe -r \($0), then plug the device in again (or restart the PC)"))
        }
    }

    /// Of lines such as `blacklist hid_x` (modprobe.d(5)).
    private static func names(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == "blacklist", words[1].allSatisfy(isOfName) else { return nil }
            return String(words[1].prefix(64))
        }
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "_-".contains(character))
    }
}

/// A HID device of ours without a hidraw node.
private struct HeldDevice: Sendable {
    let usb: String
    /// Of the driver that has it; `nil`: none has.
    let module: String?

    /// Names below `bus/devices` are bus, vendor, product and instance, such as `0003:04D8:00DD.0001`
    /// (drivers/hid/hid-core.c, hid_add_device).
    static func find(below bus: String, _ wanted: Set<String>) -> [HeldDevice] {
        SmallFile.list("\(bus)/devices").compactMap { name in
            let parts = name.prefix { $0 != "." }.split(separator: ":")
            guard parts.count == 3, parts[0] == "0003" else { return nil }
            let usb = "\(parts[1]):\(parts[2])".lowercased()
            guard wanted.contains(usb), SmallFile.list("\(bus)/devices/\(name)/hidraw").isEmpty else { return nil }
            let driver = FileFacts.target(ofLink: "\(bus)/devices/\(name)/driver").map(lastPart)
            let module = driver.map { driver in
                FileFacts.target(ofLink: "\(bus)/drivers/\(driver)/module").map(lastPart) ?? driver
            }
            return HeldDevice(usb: usb, module: module?.cleaned(limit: 64))
        }
    }

    private static func lastPart(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
