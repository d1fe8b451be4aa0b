// Purpose: the PC itself as a device on the list: first form, its disk and who made it.
import DriverKit
import ZoneLinux
import ZoneModel

package struct QueryPCDriver: DeviceDriver {
    package let name = "query-pc"
    package let kinds: Set<DeviceKind> = [.queryPC]
    package let settings: [String: SettingKind] = ["diskLowPercent": .integer(1...50)]
    package let absence: ConditionCode? = nil

    private let statePath: String

    /// - Parameter statePath: a directory on the file system that holds the state; that disk is watched.
    package init(statePath: String) { self.statePath = statePath }

    package func open(_ attachment: Attachment, profile: DeviceProfile) async throws(DeviceError) -> any LiveDevice {
        guard attachment == .machine else {
            throw DeviceError(.unsupported, doing: "open PC", "it is the machine itself")
        }
        let percent = profile.settings["diskLowPercent"].flatMap { Int($0) } ?? 5
        return QueryPCDevice(statePath: statePath, lowPercent: UInt64(percent))
    }
}

actor QueryPCDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    private let statePath: String
    private let lowPercent: UInt64

    init(statePath: String, lowPercent: UInt64) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.statePath, self.lowPercent) = (statePath, lowPercent)
    }

    func close() async { continuation.finish() }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        guard let disk = try? Machine.fileSystem(of: statePath), disk.total > 0 else {
            let blind = Symptom.Sight.unknown(reason: "statvfs")
            return Report(
                presence: .present, link: .up, activity: .idle, identity: QueryPCDevice.identity(),
                symptoms: [Symptom(.diskLow, blind), Symptom(.diskReadOnly, blind)])
        }
        let free = disk.available.multipliedReportingOverflow(by: 100).partialValue / disk.total
        return Report(
            presence: .present, link: .up, activity: .idle, identity: QueryPCDevice.identity(),
            symptoms: [
                Symptom(.diskLow, free < lowPercent ? .wrong(evidence: "\(free) % free") : .fine),
                Symptom(.diskReadOnly, disk.readOnly ? .wrong(evidence: "mounted read-only") : .fine),
            ],
            details: [
                "diskBytes": .integer(Int64(clamping: disk.total)), "diskFreePercent": .integer(Int64(free)),
                "source": "statvfs",
            ])
    }

    /// DMI as the kernel shows it; the serial number is readable for root only.
    private static func identity() -> Identity {
        func read(_ name: String) -> String? {
            guard let text = try? SmallFile.read("/sys/class/dmi/id/\(name)", limit: 256) else { return nil }
            let value = text.cleaned(limit: 80)
            return value.isEmpty ? nil : value
        }
        return Identity(
            vendor: read("sys_vendor"), model: read("product_name"), serial: read("product_serial"),
            firmware: read("bios_version"))
    }
}
