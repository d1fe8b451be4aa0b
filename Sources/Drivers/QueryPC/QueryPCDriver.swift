// Purpose: the PC itself as a device on the list: its disks, memory, temperature and clock, who made it, the program in front
// of the citizens, and what that leaves behind.
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
        "maxTemperatureC": .integer(50...120),
    ]
    package let absence: ConditionCode? = nil

    private let statePath: String
    private let clock: any ZoneClock
    private let seams: PCSeams

    /// - Parameter statePath: a directory on the file system that holds the state; that disk is watched.
    package init(statePath: String, clock: any ZoneClock, seams: PCSeams = PCSeams()) {
        (self.statePath, self.clock, self.seams) = (statePath, clock, seams)
    }

    package func open(_ attachment: Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        guard attachment == .machine else {
            throw DeviceError(.unsupported, doing: "open PC", "it is the machine itself")
        }
        func number(_ name: String) -> Int? { profile.settings[name].flatMap { Int($0) } }
        func percent(_ name: String) -> UInt64 { UInt64(clamping: number(name) ?? 5) }
        let spool = profile.settings["printSpool"]
        return QueryPCDevice(
            disk: DiskSight(
                statePath: statePath, spool: spool, root: seams.root, lowPercent: percent("diskLowPercent")),
            spool: spool.map(PrintSpool.init), memoryLowPercent: percent("memoryLowPercent"),
            maxCelsius: number("maxTemperatureC"), seams: seams, clock: clock)
    }
}

actor QueryPCDevice: LiveDevice {
    /// After a cold start the clock gets this long to find its time server.
    private static let clockPatience: Int64 = 600_000
    /// Three times, as staff are told.
    static let restartApp = HealingStep(
        "restartApp", harm: .interruptsUse, reach: .machine, deadline: .seconds(60), dailyBudget: 3)

    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    private let disk: DiskSight
    private let spool: PrintSpool?
    private let memoryLowPercent: UInt64
    private let maxCelsius: Int?
    private let seams: PCSeams
    private let clock: any ZoneClock
    private let lane = BlockingLane(label: "query-pc")
    private var drives: DriveHealth
    private var kiosk = KioskWatch()

    init(
        disk: DiskSight, spool: PrintSpool?, memoryLowPercent: UInt64, maxCelsius: Int?, seams: PCSeams,
        clock: any ZoneClock
    ) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.disk, self.spool, self.memoryLowPercent) = (disk, spool, memoryLowPercent)
        (self.maxCelsius, self.seams, self.clock) = (maxCelsius, seams, clock)
        drives = DriveHealth(seams.drives)
    }

    func close() async { continuation.finish() }

    nonisolated var healingSteps: [HealingStep] { seams.program.canRestart ? [QueryPCDevice.restartApp] : [] }

    func heal(_ step: HealingStep) async throws(DeviceError) {
        guard step.name == QueryPCDevice.restartApp.name else {
            throw DeviceError(.unsupported, doing: step.name, "the PC has no such step")
        }
        try await seams.program.restart(within: step.deadline)
        kiosk.restarted()
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        let smart = await lookAtDrives(deadline)
        let sight = await seams.program.look()
        let files = await lookAtFiles(await seams.use())
        let program = kiosk.symptoms(sight, isOpen: seams.isHallOpen(clock.wall()), at: clock.mono())
        let symptoms = files.symptoms + [memorySymptom(files.memory), clockSymptom(), smart] + program
        return Report(
            presence: .present, link: .up, activity: .idle, identity: QueryPCDevice.identity(),
            symptoms: symptoms + QueryPCDevice.unasked(beside: symptoms),
            details: details(files, sight))
    }

    /// What the configuration or the profile asks for no longer is nothing that could stay open.
    static func unasked(beside symptoms: [Symptom]) -> [Symptom] {
        let told = Set(symptoms.map(\.code))
        let asked: [ConditionCode] = [
            .appAbsent, .appFrozen, .appCrashLoop, .browserHomepage, .appResidue, .printerSpoolLeft,
        ]
        return asked.filter { !told.contains($0) }.map { Symptom($0, .fine) }
    }

    /// While this one waits for the bus, another check may be asked for: it gets what was known before.
    private func lookAtDrives(_ deadline: Duration) async -> Symptom {
        var look = drives
        let symptom = await look.look(at: clock.mono(), within: deadline)
        drives = look
        return symptom
    }

    private struct Files: Sendable {
        var disk: DiskSight.Facts
        var memory: (total: UInt64, available: UInt64)?
        var symptoms: [Symptom]
        var hottest: Sensors.Reading?
    }

    /// Everything that is read from files: a disk that hangs keeps the lane, and nothing else.
    private func lookAtFiles(_ use: KioskUse) async -> Files {
        let (disk, spool, seams, limit, now) = (disk, spool, seams, maxCelsius, clock.wall())
        return await lane.run {
            let facts = disk.facts()
            let heat = Sensors(root: seams.root).look(limit: limit)
            let wish = seams.browser()
            return Files(
                disk: facts, memory: Machine.memory(),
                symptoms: disk.symptoms(facts) + [heat.symptom] + (spool?.symptoms(at: now) ?? [])
                    + (wish.map { [$0.symptom] } ?? []) + ResidueSight.symptoms(seams.residue(), use, at: now),
                hottest: heat.hottest)
        }
    }

    private func details(_ files: Files, _ sight: KioskSight?) -> JSONValue {
        let (disk, memory) = (files.disk, files.memory)
        func percent(_ pair: (total: UInt64, available: UInt64)?) -> JSONValue? {
            pair.flatMap { share($0.available, of: $0.total) }.map { .integer(Int64($0)) }
        }
        return .members([
            "diskBytes": disk.disk.map { .integer(Int64(clamping: $0.total)) },
            "diskFreePercent": percent(disk.disk.map { ($0.total, $0.available) }),
            "diskFreeFilesPercent": percent(disk.inodes), "drives": drives.details,
            "memoryBytes": memory.map { .integer(Int64(clamping: $0.total)) },
            "memoryFreePercent": percent(memory),
            "celsius": files.hottest.map { .integer(Int64($0.celsius)) },
            "hottest": files.hottest.map { .string($0.name) },
            "uptimeS": .integer(clock.mono().milliseconds / 1000), "app": sight?.json(at: clock.mono()),
            "clock": .string(clock.quality().rawValue),
            "source": "statvfs, mountinfo, meminfo, hwmon, adjtimex, udisks2, systemd",
        ])
    }

    private func memorySymptom(_ memory: (total: UInt64, available: UInt64)?) -> Symptom {
        guard let memory, let free = share(memory.available, of: memory.total) else {
            return Symptom(.pcMemory, .unknown(reason: "meminfo"))
        }
        return Symptom(.pcMemory, free < memoryLowPercent ? .wrong(evidence: "\(free) % available") : .fine)
    }

    private func clockSymptom() -> Symptom {
        guard clock.quality() == .unsynced else { return Symptom(.pcClock, .fine) }
        guard clock.mono().milliseconds > QueryPCDevice.clockPatience else {
            return Symptom(.pcClock, .unknown(reason: "just started"))
        }
        return Symptom(.pcClock, .wrong(evidence: "not synchronized (adjtimex)"))
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

extension KioskSight {
    fileprivate func json(at now: MonoTime) -> JSONValue {
        var (state, restarts): (String?, Int?)
        switch unit?.state {
        case .active(let count)?: (state, restarts) = ("active", count)
        case .starting(let count)?: (state, restarts) = ("starting", count)
        case .down(let words, let count)?: (state, restarts) = (words, count)
        case .unknown?: state = "unknown"
        case nil: break
        }
        return .members([
            "unit": (unit?.name).map { .string($0) }, "state": state.map { .string($0) },
            "restarts": restarts.map { .integer(Int64($0)) },
            "lastSignMs": (sign?.last).map { .integer(now.since($0).milliseconds) },
        ])
    }
}
