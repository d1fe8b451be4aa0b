// Purpose: the control sockets: who may do what, the routes, and the event stream. Must not know drivers or journal.
import ZoneLinux
import ZoneModel

/// The two doors. Which one somebody came through counts as much as who it is.
package enum Door: String, Sendable, CaseIterable {
    case kiosk = "kiosk.sock"
    case admin = "admin.sock"

    /// The group that may connect.
    package var group: String {
        switch self {
        case .kiosk: "zone-kiosk"
        case .admin: "zone-tech"
        }
    }
}

package enum Role: String, Sendable, CaseIterable { case kiosk, technician, root }

/// Everything that can be asked for on a control socket; each route names one.
package enum Action: String, Sendable, CaseIterable {
    case readStatus = "status.read"
    case readDevices = "devices.read"
    case readConditions = "conditions.read"
    case readPublic = "public.read"
    case readHours = "hours.read"
    case readJournal = "journal.read"
    case followEvents = "events.follow"
    case readAccess = "access.read"
    case probeDevice = "device.probe"

    /// Who may, and why: `zonectl access` prints this table.
    package var rule: (roles: Set<Role>, why: String) {
        switch self {
        case .readStatus, .readDevices, .readConditions, .readPublic, .readHours, .followEvents:
            (Set(Role.allCases), "the kiosk page shows what is wrong and when the zone is open")
        case .readAccess: (Set(Role.allCases), "everybody may know the rules")
        case .readJournal: ([.technician, .root], "history names people's acts")
        case .probeDevice: ([.technician, .root], "costs the device's time")
        }
    }
}

/// Somebody at a door.
package struct Caller: Sendable, Hashable, CustomStringConvertible {
    package var door: Door
    package var peer: PeerCredentials

    package init(door: Door, peer: PeerCredentials) { (self.door, self.peer) = (door, peer) }

    /// Through the kiosk's door everybody is the kiosk, root too.
    package var role: Role {
        switch door {
        case .kiosk: .kiosk
        case .admin: peer.uid == 0 ? .root : .technician
        }
    }

    package func may(_ action: Action) -> Bool { action.rule.roles.contains(role) }
    package var description: String { "uid \(peer.uid) via \(door.rawValue)" }
}

/// One row of `zonectl access`.
package struct AccessRow: Sendable, Hashable, Codable {
    package var action: String
    package var roles: [String]
    package var why: String

    package static let all = Action.allCases.map { action in
        AccessRow(
            action: action.rawValue,
            roles: Role.allCases.filter { action.rule.roles.contains($0) }.map(\.rawValue), why: action.rule.why)
    }
}
