import DriverKit
import ZoneLinux
import ZoneModel

/// SMART as udisks2 knows it; it asks each drive every ten minutes (udisks2 2.9, udiskslinuxmanager.c), and without waking
/// one that sleeps. No udisks2 on the PC is no fault of the drive: then nothing is known.
package struct UDisksDrives: DriveHealthSource {
    private static let objects = BusCall(
        "org.freedesktop.UDisks2", "/org/freedesktop/UDisks2", "org.freedesktop.DBus.ObjectManager",
        "GetManagedObjects")

    private let bus: SystemBus
    private let statePath: String

    package init(bus: SystemBus = SystemBus(), statePath: String) { (self.bus, self.statePath) = (bus, statePath) }

    package func drives(within deadline: Duration) async throws(DriveSilence) -> [DriveFact] {
        let answer = await bus.call(UDisksDrives.objects, within: deadline)
        switch answer {
        case .success(let objects):
            return UDisksObjects.drives(in: objects, holding: Machine.blockDevice(of: statePath))
        case .failure(let failure):
            throw DriveSilence(failure.isAbsent ? "udisks2 is not there" : "udisks2: \(failure)")
        }
    }
}

/// The answer of GetManagedObjects: object path, interface, property (udisks2's D-Bus reference). All of it is somebody
/// else's word: what is not of the type it should be is not there.
package enum UDisksObjects {
    private static let drive = "org.freedesktop.UDisks2.Drive"
    private static let ata = "org.freedesktop.UDisks2.Drive.Ata"
    private static let nvme = "org.freedesktop.UDisks2.NVMe.Controller"
    private static let block = "org.freedesktop.UDisks2.Block"
    /// A PC has two or three.
    private static let most = 16

    /// - Parameter device: such as `/dev/sda2`; its drive counts though it can be pulled out.
    package static func drives(in objects: BusValue, holding device: String?) -> [DriveFact] {
        guard case .map(let all) = objects else { return [] }
        let holder = all.values.compactMap { $0[block] }
            .first { $0["Device"]?.textValue == device && device != nil }.flatMap { $0["Drive"]?.textValue }
        let own = all.keys.sorted().compactMap { path -> DriveFact? in
            guard let interfaces = all[path], let drive = interfaces[drive] else { return nil }
            guard path == holder || isBuiltIn(drive) else { return nil }
            return fact(drive, interfaces)
        }
        return Array(own.prefix(most))
    }

    private static func isBuiltIn(_ drive: BusValue) -> Bool {
        let bus = drive["ConnectionBus"]?.textValue ?? ""
        return drive["Removable"]?.boolValue == false && !["usb", "ieee1394", "sdio"].contains(bus)
    }

    private static func fact(_ drive: BusValue, _ interfaces: BusValue) -> DriveFact {
        let name = (drive["Model"]?.textValue ?? "").cleaned(limit: 60)
        var fact = DriveFact(model: name.isEmpty ? "drive" : name, health: .unknown("offers no SMART"))
        if let ata = interfaces[ata] {
            fact.badSectors = ata["SmartNumBadSectors"]?.integerValue.flatMap { (0...1 << 40) ~= $0 ? Int($0) : nil }
            fact.celsius = celsius(ata)
            fact.health = health(ata, fact.badSectors)
        } else if let nvme = interfaces[nvme] {
            fact.celsius = celsius(nvme)
            fact.health = health(nvme)
        }
        return fact
    }

    /// SmartFailing is the drive's own verdict: an attribute at or below the maker's threshold.
    private static func health(_ ata: BusValue, _ badSectors: Int?) -> DriveFact.Health {
        if ata["SmartSupported"]?.boolValue == false { return .unknown("offers no SMART") }
        guard ata["SmartUpdated"]?.integerValue ?? 0 > 0 else { return .unknown("SMART was not read yet") }
        switch ata["SmartFailing"]?.boolValue {
        case true?:
            let failing = ata["SmartNumAttributesFailing"]?.integerValue.map { "\($0) attributes failing, " } ?? ""
            return .failing(failing + (badSectors.map { "\($0) bad sectors" } ?? "bad sectors unknown"))
        case false?: return .fine
        case nil: return .unknown("says nothing about failing")
        }
    }

    /// NVM Express 1.4, figure 194: each word is a bit that the controller has set.
    private static func health(_ nvme: BusValue) -> DriveFact.Health {
        guard nvme["SmartUpdated"]?.integerValue ?? 0 > 0 else { return .unknown("SMART was not read yet") }
        guard let warnings = nvme["SmartCriticalWarning"]?.listValue else { return .unknown("says no warnings") }
        let words = warnings.compactMap { $0.textValue?.cleaned(limit: 20) }.filter { !$0.isEmpty }
        guard !words.isEmpty else { return .fine }
        return .failing("\(words.count) critical warnings: " + words.prefix(4).joined(separator: ", "))
    }

    /// Both say kelvin, 0 for unknown.
    private static func celsius(_ smart: BusValue) -> Int? {
        guard let kelvin = smart["SmartTemperature"]?.doubleValue, (200.0...500.0).contains(kelvin) else { return nil }
        return Int((kelvin - 273.15).rounded())
    }
}
