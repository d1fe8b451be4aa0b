import DriverKit
import Glibc
import ZoneAgentCore
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneUdev

/// Everything the checks look at. A test hands in a folder and answers of its own.
package struct Patient: Sendable {
    package var places: Places
    /// What stands in front of the system's own paths (`/usr/lib`, `/etc`, `/sys`, `/dev`): nothing on a real PC.
    /// `nil`: the agent has a `--root`, and the system's service manager, rules and queues are not about it.
    package var system: String?
    /// Whose uid the agent has.
    package var agentUID: UInt32 = 0
    package var groupID: @Sendable (String) -> UInt32?
    package var files = FileDoor()
    /// What udev lists of some subsystems.
    package var plugged: @Sendable (Set<String>) async throws -> [UdevDevice]
    package var drivers: [any DeviceDriver]
    package var wall: WallTime
    package var clockQuality: ClockQuality
    package var agent: any AgentLine
    package var programs: any ProgramRunner
    /// Of this program.
    package var version: String

    package init(
        places: Places, system: String?, groupID: @escaping @Sendable (String) -> UInt32?,
        plugged: @escaping @Sendable (Set<String>) async throws -> [UdevDevice], drivers: [any DeviceDriver],
        wall: WallTime, clockQuality: ClockQuality, agent: any AgentLine, programs: any ProgramRunner, version: String
    ) {
        (self.places, self.system, self.groupID) = (places, system, groupID)
        (self.plugged, self.drivers, self.wall, self.clockQuality) = (plugged, drivers, wall, clockQuality)
        (self.agent, self.programs, self.version) = (agent, programs, version)
    }
}

/// How single files are looked at; a test closes some of them.
package struct FileDoor: Sendable {
    package var read: @Sendable (String) throws(SystemError) -> String = { path throws(SystemError) in
        try SmallFile.read(path)
    }
    package var facts: @Sendable (String) throws(SystemError) -> FileFacts = { path throws(SystemError) in
        try FileFacts(path: path)
    }

    package init() {}
}

/// What became of looking at a file.
enum Sight<Value: Sendable>: Sendable {
    case seen(Value)
    case missing
    case notPermitted
    case failed(String)

    init(_ look: () throws(SystemError) -> Value) {
        do throws(SystemError) {
            self = .seen(try look())
        } catch {
            switch error.errno {
            case ENOENT, ENOTDIR: self = .missing
            case EACCES, EPERM: self = .notPermitted
            default: self = .failed(error.description.cleaned())
            }
        }
    }
}

extension Patient {
    /// Runs what may block on a thread of its own: a dead disk costs one check its answer, not all of them.
    func look<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await BlockingLane(label: "doctor").run(work)
    }

    func read(_ path: String) async -> Sight<String> {
        let files = files
        return await look { Sight { () throws(SystemError) in try files.read(path) } }
    }

    func facts(_ path: String) async -> Sight<FileFacts> {
        let files = files
        return await look { Sight { () throws(SystemError) in try files.facts(path) } }
    }

    func list(_ directory: String) async -> [String] { await look { SmallFile.list(directory) } }

    /// What is plugged in and what the agent would make of it.
    func scouted() async throws -> [(device: UdevDevice, verdict: HardwareScout.Verdict)] {
        let (places, drivers) = (places, drivers)
        let scout = await look { HardwareScout(shelf: ProfileShelf(places: places), drivers: drivers) }
        return scout.look(at: try await plugged(scout.subsystems))
    }
}
