import ZoneLinux
import ZoneModel

/// Temperatures as the kernel shows them: hwmon chips (Documentation/hwmon/sysfs-interface.rst) and, where there is none, thermal
/// zones (Documentation/driver-api/thermal/sysfs-api.rst). All in thousandths of a degree Celsius.
package struct Sensors: Sendable {
    package struct Reading: Sendable, Hashable {
        package var name: String
        package var celsius: Int
        /// What its maker calls critical.
        package var critical: Int?
    }

    /// Chips that measure a processor or a drive. Others (Super-I/O) show inputs that nothing is connected to, often as 127 °C.
    private static let chips: Set = [
        "coretemp", "k10temp", "k8temp", "zenpower", "via_cputemp", "cpu_thermal", "nvme", "drivetemp",
    ]
    private static let zones = ["x86_pkg_temp", "acpitz", "cpu"]
    /// The PC switches itself off at the critical one; somebody should hear of it before.
    package static let margin = 5
    package static let fallback = 85
    private static let most = 64

    private let root: String

    /// - Parameter root: in front of `/sys`.
    package init(root: String = "") { self.root = root }

    package func readings() -> [Reading] {
        let chips = chipReadings()
        return Array((chips.isEmpty ? zoneReadings() : chips).prefix(Sensors.most))
    }

    /// - Parameter limit: of the profile; `nil`: each sensor's own.
    /// - Returns: what is to be said, and the hottest.
    package func look(limit: Int?) -> (symptom: Symptom, hottest: Reading?) {
        let all = readings()
        guard let hottest = all.max(by: { $0.celsius < $1.celsius }) else {
            return (Symptom(.pcTemperature, .unknown(reason: "no sensor")), nil)
        }
        for reading in all {
            let bound = limit ?? reading.critical.map { $0 - Sensors.margin } ?? Sensors.fallback
            guard reading.celsius >= bound else { continue }
            let evidence = "\(reading.name): \(reading.celsius) °C, limit \(bound) °C"
            return (Symptom(.pcTemperature, .wrong(evidence: evidence)), hottest)
        }
        return (Symptom(.pcTemperature, .fine), hottest)
    }

    private func chipReadings() -> [Reading] {
        let folder = root + "/sys/class/hwmon"
        return SmallFile.list(folder).prefix(Sensors.most).flatMap { chip -> [Reading] in
            guard let name = text("\(folder)/\(chip)/name"), Sensors.chips.contains(name) else { return [] }
            return (1...Sensors.most).compactMap { number in
                let input = "\(folder)/\(chip)/temp\(number)"
                guard let celsius = degrees(input + "_input") else { return nil }
                let label = text(input + "_label").map { "\(name) \($0)" } ?? name
                return Reading(name: label, celsius: celsius, critical: critical(degrees(input + "_crit")))
            }
        }
    }

    private func zoneReadings() -> [Reading] {
        let folder = root + "/sys/class/thermal"
        return SmallFile.list(folder).prefix(Sensors.most).compactMap { zone in
            guard zone.hasPrefix("thermal_zone"), let type = text("\(folder)/\(zone)/type"),
                Sensors.zones.contains(where: { type.hasPrefix($0) }), let celsius = degrees("\(folder)/\(zone)/temp")
            else { return nil }
            let trip = (0..<12).first { text("\(folder)/\(zone)/trip_point_\($0)_type") == "critical" }
            let bound = trip.flatMap { degrees("\(folder)/\(zone)/trip_point_\($0)_temp") }
            return Reading(name: type, celsius: celsius, critical: critical(bound))
        }
    }

    /// Firmware that never set it says 0 or 255.
    private func critical(_ celsius: Int?) -> Int? { celsius.flatMap { (60...125).contains($0) ? $0 : nil } }

    /// What no PC that runs can have is a sensor that lies.
    private func degrees(_ path: String) -> Int? {
        guard let thousandths = text(path).flatMap({ Int($0) }) else { return nil }
        let celsius = thousandths / 1000
        return (-30...149).contains(celsius) && thousandths != 0 ? celsius : nil
    }

    private func text(_ path: String) -> String? {
        guard let raw = try? SmallFile.read(path, limit: 4096) else { return nil }
        let value = raw.cleaned(limit: 40)
        return value.isEmpty ? nil : value
    }
}
