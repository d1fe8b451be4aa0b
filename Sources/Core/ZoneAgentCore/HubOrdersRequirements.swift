import ZoneAccess
import ZoneConfig
import ZoneDesks
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// Whether what an order requires is so at this moment. What nobody can tell is not met: an order that asks for closed
/// doors must not run because the hours are missing.
struct HubOrdersRequirements: Sendable {
    private static let hub = Caller(door: .admin, uid: UserDatabase.ownUID, role: .hub)

    let store: ConfigurationStore
    let board: Board
    let leases: LeaseDesk
    let clock: any ZoneClock

    func complaint(_ requirement: OrderJSON.Requirement, _ device: DeviceID) -> ErrorJSON? {
        switch requirement {
        case .closedHours: closedHours()
        case .maintenance: maintenance(device)
        case .noLease: noLease(device)
        }
    }

    private func closedHours() -> ErrorJSON? {
        guard let hours = store.config.hours else {
            return unmet("closedHours: no opening hours are published here", "本专区没有公布开放时间，无法判断是否已闭馆")
        }
        // An empty battery says any hour.
        guard clock.quality() != .unsynced else {
            return unmet("closedHours: the clock of this PC is not synchronised", "本机时钟未同步，无法判断是否在开放时间内")
        }
        guard !hours.allowsInterruption(at: clock.wall()) else { return nil }
        return unmet("closedHours: the zone is open now", "现在是开放时间")
    }

    private func maintenance(_ device: DeviceID) -> ErrorJSON? {
        guard let mode = board.state(of: device)?.mode, mode >= .maintenance else {
            return unmet("maintenance: \(device) is not held in maintenance", "设备 \(device) 没有设为维护")
        }
        return nil
    }

    /// Of the whole PC: nobody holds any device.
    private func noLease(_ device: DeviceID) -> ErrorJSON? {
        let devices = device == Verb.Target.machineID ? board.states.map(\.card.id) : [device]
        for id in devices {
            do throws(ErrorJSON) {
                try leases.check(id, token: nil, by: HubOrdersRequirements.hub)
            } catch {
                return unmet("noLease: \(id) is leased to a program", "设备 \(id) 正被程序占用")
            }
        }
        return nil
    }

    private func unmet(_ message: String, _ zh: String) -> ErrorJSON {
        ErrorJSON(code: "command.unmet", message: "requires \(message)", zh: zh)
    }
}
