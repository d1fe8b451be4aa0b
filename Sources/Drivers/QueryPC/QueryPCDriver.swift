// Purpose: the PC itself as a device on the list: its disk, memory, clock and who made it.
import DriverKit
import ZoneLinux
import ZoneModel
import ZoneTime

package struct QueryPCDriver: DeviceDriver {
    package let name = "query-pc"
    package let kinds: Set<DeviceKind> = [.queryPC]
    package let hasWire = false
    package let settings: [String: SettingKind] = [
        "diskLowPercent": .integer(1...50), "memoryLowPercent": .integer(1...50), "printSpool": .text,
    ]
    package let absence: ConditionCode? = nil

    private let statePath: String
    private let clock: any ZoneClock

    /// - Parameter statePath: a directory on the file system that holds the state; that disk is watched.
    package init(statePath: String, clock: any ZoneClock) { (self.statePath, self.clock) = (statePath, clock) }

    package func open(_ attachment: Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        guard attachment == .machine else {
            throw DeviceError(.unsupported, doing: "open PC", "it is the machine itself")
        }
        func percent(_ name: String) -> UInt64 { profile.settings[name].flatMap { UInt64($0) } ?? 5 }
        return QueryPCDevice(
            statePath: statePath, spool: profile.settings["printSpool"].map(PrintSpool.init), clock: clock,
            lowPercent: (disk: percent("diskLowPercent"), memory: percent("memoryLowPercent")))
    }
}

actor QueryPCDevice: LiveDevice {
    /// After a cold start the clock gets this long to find its time server.
    private static let clockPatience: Int64 = 600_000

    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    private let statePath: String
    private let spool: PrintSpool?
    private let clock: any ZoneClock
    private let lowPercent: (disk: UInt64, memory: UInt64)

    init(
        statePath: String, spool: PrintSpool?, clock: any ZoneClock, lowPercent: (disk: UInt64, memory: UInt64)
    ) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.statePath, self.spool, self.clock, self.lowPercent) = (statePath, spool, clock, lowPercent)
    }

    func close() async { continuation.finish() }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        let (disk, memory) = (try? Machine.fileSystem(of: statePath), Machine.memory())
        return Report(
            presence: .present, link: .up, activity: .idle, identity: QueryPCDevice.identity(),
            symptoms: diskSymptoms(disk) + [memorySymptom(memory), clockSymptom()]
                + (spool?.symptoms(at: clock.wall()) ?? []),
            details: .members([
                "diskBytes": disk.map { .integer(Int64(clamping: $0.total)) },
                "diskFreePercent": disk.flatMap { share($0.available, of: $0.total) }.map { .integer(Int64($0)) },
                "memoryBytes": memory.map { .integer(Int64(clamping: $0.total)) },
                "memoryFreePercent": memory.flatMap { share($0.available, of: $0.total) }.map { .integer(Int64($0)) },
                "clock": .string(clock.quality().rawValue), "source": "statvfs, meminfo, adjtimex",
            ]))
    }

    private func diskSymptoms(_ disk: (total: UInt64, available: UInt64, readOnly: Bool)?) -> [Symptom] {
        guard let disk, let free = share(disk.available, of: disk.total) else {
            let blind = Symptom.Sight.unknown(reason: "statvfs")
            return [Symptom(.diskLow, blind), Symptom(.diskReadOnly, blind)]
        }
        return [
            Symptom(.diskLow, free < lowPercent.disk ? .wrong(evidence: "\(free) % free") : .fine),
            Symptom(.diskReadOnly, disk.readOnly ? .wrong(evidence: "mounted read-only") : .fine),
        ]
    }

    private func memorySymptom(_ memory: (total: UInt64, available: UInt64)?) -> Symptom {
        guard let memory, let free = share(memory.available, of: memory.total) else {
            return Symptom(.pcMemory, .unknown(reason: "meminfo"))
        }
        return Symptom(.pcMemory, free < lowPercent.memory ? .wrong(evidence: "\(free) % available") : .fine)
    }

    private func clockSymptom() -> Symptom {
        guard clock.quality() == .unsynced else { return Symptom(.pcClock, .fine) }
        guard clock.mono().milliseconds > QueryPCDevice.clockPatience else {
            return Symptom(.pcClock, .unknown(reason: "just started"))
        }
        return Symptom(.pcClock, .wrong(evidence: "not synchronized (adjtimex)"))
    }

    private func share(_ part: UInt64, of whole: UInt64) -> UInt64? {
        whole > 0 ? part.multipliedReportingOverflow(by: 100).partialValue / whole : nil
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
