import DriverKit
import Logging
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneUdev
import ZoneWire

extension TouchTools {
    /// The panels of this agent.
    static func live(
        _ supervisor: Supervisor, _ station: Station, leases: LeaseDesk, places: Places, journal: Journal,
        clock: any ZoneClock, log: Logger
    ) -> TouchTools {
        let board = station.board
        return TouchTools(
            surface: { await supervisor.touchSurface(of: $0) },
            settings: { await supervisor.assignments[$0]?.profile.settings ?? [:] },
            reopen: { try? await supervisor.heal($0, .reopen) },
            isLeaseHeld: { leases.isHeld($0, by: $1) }, releaseLease: { try? leases.release($1, $0) },
            calibration: CalibrationDesk(places: places, clock: clock) { id in
                guard let busId = board.state(of: id)?.identity.busId else { return nil }
                let nodes = await supervisor.plugged.values.filter { $0.id == id }.map(\.node.device)
                return CalibrationSubject(
                    busId: busId, idPath: nodes.compactMap { $0.properties["ID_PATH"] }.first,
                    sysPaths: nodes.map(\.sysPath).sorted())
            },
            journal: journal, clock: clock, log: log)
    }
}

extension DeviceJSON {
    /// With the countdown of a panel that is being cleaned.
    func cleaning(endsIn rest: Duration?) -> DeviceJSON {
        guard let rest else { return self }
        var copy = self
        var members: [String: JSONValue] = [:]
        if case .object(let known) = details { members = known }
        members["cleaningEndsInMs"] = .integer(rest.milliseconds)
        copy.details = .object(members)
        return copy
    }
}
