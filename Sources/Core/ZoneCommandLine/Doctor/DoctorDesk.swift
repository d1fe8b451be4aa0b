import DriverKit
import ZoneAgentCore
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneUdev

/// `zonectl doctor`: looks at this PC as it is, with or without a running agent.
package struct DoctorDesk: Sendable {
    /// In the order of cause and effect.
    package static let checks: [any Check] = [
        UnitCheck(), ConfigurationCheck(), ProfileCheck(), PermissionCheck(), SocketCheck(), AgentCheck(), UdevCheck(),
        HardwareCheck(), ModuleCheck(), SerialCheck(), DiskCheck(), ClockCheck(), CUPSCheck(), CUPSDCheck(),
        ResidueCheck(),
    ]

    private let root: String
    private let drivers: [any DeviceDriver]
    private let clock: any ZoneClock
    private let show: @Sendable (String) -> Void

    package init(
        root: String, drivers: [any DeviceDriver], clock: any ZoneClock, show: @escaping @Sendable (String) -> Void
    ) {
        (self.root, self.drivers, self.clock, self.show) = (root, drivers, clock, show)
    }

    /// - Returns: the exit code, see `DoctorReport.exitCode`.
    package func run(asJSON: Bool) async throws -> Int32 {
        let patient = Patient.thisMachine(root: root, drivers: drivers, clock: clock)
        let examined = await Examination(DoctorDesk.checks, clock: clock).run(on: patient)
        let report = DoctorReport(examined, version: patient.version)
        show(asJSON ? try report.json() : report.text)
        return report.exitCode
    }
}

extension Patient {
    /// The PC that this program runs on.
    package static func thisMachine(root: String, drivers: [any DeviceDriver], clock: any ZoneClock) -> Patient {
        let places = Places(root: root)
        return Patient(
            places: places, system: places.root.isEmpty ? "" : nil,
            groupID: UserDatabase.groupID, plugged: Patient.listOfUdev, drivers: drivers, wall: clock.wall(),
            clockQuality: clock.quality(), agent: SocketAgentLine(places: places),
            programs: SystemPrograms(clock: clock), version: AgentVersion.text)
    }

    /// libudev reads files of sysfs: on a thread of its own.
    package static let listOfUdev: @Sendable (Set<String>) async throws -> [UdevDevice] = { subsystems in
        try await BlockingLane(label: "udev").run { Result { try Hotplug.present(subsystems: subsystems) } }.get()
    }
}
