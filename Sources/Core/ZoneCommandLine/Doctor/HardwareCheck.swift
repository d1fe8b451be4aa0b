import DriverKit
import ZoneAgentCore
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneUdev

/// Each thing that is plugged in: does a driver with a profile fit? The lines that agent.yaml names: are they there?
package struct HardwareCheck: Check {
    package let id = "hardware"
    package let title = Saying("已接设备", "Plugged hardware")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] { await plugged(patient) + addresses(patient) }

    private func plugged(_ patient: Patient) async -> [Finding] {
        do {
            let findings = try await patient.scouted().compactMap(finding)
            guard findings.isEmpty else { return findings }
            return [.ok("hardware.fits", "没有接入需要驱动的设备。", "Nothing is plugged in that a driver is for.")]
        } catch {
            return [udevFailed("hardware.fits", error)]
        }
    }

    /// `nil` for what is none of the zone's.
    private func finding(_ device: UdevDevice, _ verdict: HardwareScout.Verdict) -> Finding? {
        let name = device.shownName
        switch verdict {
        case .notOurs: return nil
        case .fits(let fit):
            return .ok(
                "hardware.fits", "\(Words.kind(fit.rule.kind)) \(name)：驱动 \(fit.driver.name)。",
                "\(fit.rule.kind.rawValue) \(name): driver \(fit.driver.name).")
        case .unmatched(let rule):
            guard rule.isCertain else { return nil }
            let usb = device.usbID.map { " usb \($0)" } ?? ""
            return .warning(
                "hardware.unmatched", "接着一台\(Words.kind(rule.kind))（\(name)\(usb)），没有适合它的硬件资料。",
                "A \(rule.kind.rawValue) is plugged in (\(name)\(usb)), and no profile fits it.",
                Saying(
                    "在 /etc/zone-agent/hw-profiles/50-model/ 加一份资料，写法见 docs/profiles.md",
                    "Add a profile below /etc/zone-agent/hw-profiles/50-model/; docs/profiles.md says how"))
        }
    }

    private func addresses(_ patient: Patient) async -> [Finding] {
        guard let config = await patient.siteConfig() else { return [] }
        var findings: [Finding] = []
        for device in config.devices {
            guard let line = device.line, case .missing = await patient.facts((patient.system ?? "") + line) else {
                continue
            }
            findings.append(
                .warning(
                    "hardware.line", "\(device.card.id) 的串口不在：\(line)。",
                    "The line of \(device.card.id) is not there: \(line).",
                    Saying(
                        "接好转换器；现有的串口：ls /dev/serial/by-path",
                        "Plug the adapter in; the lines there are: ls /dev/serial/by-path")))
        }
        return findings
    }
}

extension Patient {
    /// `nil` when it cannot be read or has a mistake, which the check of the configuration tells.
    func siteConfig() async -> AgentConfig? {
        let path = places.agentConfig
        guard case .seen(let text) = await read(path) else { return nil }
        return try? ReadConfiguration(site: ConfigurationText(file: path, text: text)).config
    }
}

extension DeviceConfig {
    /// The device node in an address such as `scheme:/dev/serial/by-path/…?baud=9600`.
    fileprivate var line: String? {
        guard let uri, let start = uri.firstRange(of: ":/dev/") else { return nil }
        return String(uri[uri.index(after: start.lowerBound)...].prefix { $0 != "?" }).cleaned()
    }
}

extension UdevDevice {
    /// What it calls itself, for a person.
    var shownName: String {
        let names = ["NAME", "HID_NAME", "ID_MODEL"].compactMap { properties[$0] }
        return (names.first { !$0.isEmpty } ?? node).cleaned(limit: 60)
    }
}
