import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Healing and checks as the control sockets show them.
struct CareView: CareBackend {
    private static let findable = 1000

    let round: HealingRound
    let keeper: CheckKeeper
    let board: CheckBoard
    let journal: Journal

    func healing(of device: DeviceID) async -> HealingJSON? {
        await round.standing(of: device).map { HealingJSON(device, $0) }
    }

    func checks(limit: Int) async throws -> ChecksJSON {
        let done = try await journal.audit(.checkDone, of: "zone", limit: limit).compactMap { CheckJSON($0) }
        let running = board.current.flatMap { current in done.contains { $0.id == current.id } ? nil : current }
        return ChecksJSON(
            checks: Array(((running.map { [$0] } ?? []) + done).prefix(limit)), monthly: await monthly())
    }

    func monthly() async -> ChecksJSON.Monthly? {
        await keeper.monthly().map { month in
            ChecksJSON.Monthly(
                state: month.standing.phase.rawValue, due: month.standing.due.description,
                remindsOn: month.standing.remindsOn?.description, lastDone: month.lastDone?.description)
        }
    }

    var isChecking: Bool { board.current.map { $0.check != .opening } ?? false }

    func check(_ id: String) async throws -> CheckJSON? {
        // The journal first: between its end and its row it is still on the board.
        let done = try await journal.audit(.checkDone, of: "zone", limit: CareView.findable)
        if let found = done.lazy.compactMap({ CheckJSON($0) }).first(where: { $0.id == id }) { return found }
        return board.current.flatMap { $0.id == id ? $0 : nil }
    }
}
