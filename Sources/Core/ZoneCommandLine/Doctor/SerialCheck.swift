import ZoneLinux
import ZoneModel
import ZoneUdev

/// Programs that take serial adapters away from LED cards.
package struct SerialCheck: Check {
    /// Adapters that programs for Braille displays take for one: CH340, CP210x, FT232R. As udev's `PRODUCT` writes
    /// them, without leading zeros.
    private static let adapters = [("1a86", "7523"), ("10c4", "ea60"), ("403", "6001")]

    package let id = "serial"
    package let title = Saying("串口", "Serial lines")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        guard let system = patient.system else {
            return [.onlyForTheSystem("serial.brltty"), .onlyForTheSystem("serial.modemManager")]
        }
        return [await braille(system, patient), await modem(patient)]
    }

    /// The adapter disappears a moment after it is plugged in: its node is gone, so the rules are all there is to see.
    private func braille(_ system: String, _ patient: Patient) async -> Finding {
        let id = "serial.brltty"
        let rules = await patient.look { SerialCheck.brailleRules(system) }
        guard let rule = rules.first else {
            return .ok(id, "没有盲文程序抢占串口转换器。", "No Braille program takes serial adapters.")
        }
        return .warning(
            id, "\(rule) 会抢占 CH340、CP210x 一类的串口转换器，LED 屏会断开。",
            "\(rule) takes serial adapters such as CH340 and CP210x: the LED card goes away.",
            Saying(
                "不用盲文显示器的电脑：sudo apt-get remove brltty，再重插转换器",
                "On a PC without a Braille display: sudo apt-get remove brltty, then plug the adapter in again"))
    }

    private static func brailleRules(_ system: String) -> [String] {
        var seen: Set<String> = []
        return ["/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"].flatMap {
            folder in
            SmallFile.list(system + folder).filter { $0.contains("brltty") && $0.hasSuffix(".rules") }
                // An empty file or a link to /dev/null of the same name in front of it switches a rule off (udev(7)).
                .filter { seen.insert($0).inserted }.map { "\(folder)/\($0)" }
        }.filter { path in
            let text = (try? SmallFile.read(system + path)) ?? ""
            return text.split(separator: "\n").contains { takesAdapter($0) }
        }
    }

    private static func takesAdapter(_ line: Substring) -> Bool {
        let rule = line.lowercased()
        guard !rule.drop(while: { $0 == " " || $0 == "\t" }).hasPrefix("#") else { return false }
        return adapters.contains { rule.contains($0.0) && rule.contains($0.1) }
    }

    private func modem(_ patient: Patient) async -> Finding {
        let id = "serial.modemManager"
        let lines: [UdevDevice]
        do {
            lines = try await patient.plugged(["tty"]).filter(\.isSerialAdapter)
        } catch {
            return udevFailed(id, error)
        }
        guard !lines.isEmpty else { return .ok(id, "没有 USB 串口。", "There is no USB serial line.") }
        switch await patient.programs.run("systemctl", ["is-active", "ModemManager"], within: .seconds(3)) {
        case .ended(_, let words) where words.hasPrefix("active"):
            return .warning(
                id, "ModemManager 在运行，会向串口发探测命令，干扰 LED 屏。",
                "ModemManager runs and sends its questions to serial lines: LED cards are disturbed.",
                Saying(
                    "没有上网卡的电脑：sudo systemctl disable --now ModemManager",
                    "On a PC without a mobile modem: sudo systemctl disable --now ModemManager"))
        case .ended(_, let words) where ["inactive", "failed", "unknown"].contains { words.hasPrefix($0) }:
            return .ok(id, "ModemManager 没有运行。", "ModemManager does not run.")
        case .ended, .missing, .overran, .failed:
            return .unknown(
                id, "问不到 ModemManager 的状态。", "Cannot ask whether ModemManager runs.",
                Saying("systemctl status ModemManager", "systemctl status ModemManager"))
        }
    }
}

extension UdevDevice {
    /// A tty behind USB: names of usb-serial and cdc-acm.
    var isSerialAdapter: Bool {
        subsystem == "tty" && ["/dev/ttyUSB", "/dev/ttyACM"].contains { node.hasPrefix($0) }
    }
}
