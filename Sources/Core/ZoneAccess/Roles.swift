// Purpose: who is at a door and what they may do: roles, the action table, staff sessions, limits. No HTTP, no disk.
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

package enum Role: String, Sendable, CaseIterable, Codable {
    /// The kiosk app, and so every citizen in front of it.
    case kiosk
    /// Somebody of the house who typed the staff PIN at the kiosk.
    case staff
    case technician
    /// A command that came down from the hub.
    case hub
    case root
    /// Got a connection, but belongs to no group that may do anything.
    case stranger
}

/// Whose user and group ids mean what on this machine.
package struct Household: Sendable, Hashable {
    /// The user the agent itself runs as: its owner, whatever the number.
    package var ownUID: UInt32
    package var kioskGID: UInt32?
    package var technicianGID: UInt32?

    package init(ownUID: UInt32, kioskGID: UInt32?, technicianGID: UInt32?) {
        (self.ownUID, self.kioskGID, self.technicianGID) = (ownUID, kioskGID, technicianGID)
    }

    package static func ofThisMachine() -> Household {
        Household(
            ownUID: UserDatabase.ownUID, kioskGID: UserDatabase.groupID(Door.kiosk.group),
            technicianGID: UserDatabase.groupID(Door.admin.group))
    }

    private func isOwner(_ peer: PeerCredentials) -> Bool { peer.uid == 0 || peer.uid == ownUID }

    /// Through the kiosk's door everybody is the kiosk, root too: a page must not gain rights by who opened it.
    package func role(of peer: PeerCredentials, at door: Door) -> Role {
        switch door {
        case .kiosk:
            isOwner(peer) || peer.belongs(to: kioskGID) || peer.belongs(to: technicianGID) ? .kiosk : .stranger
        case .admin:
            isOwner(peer) ? .root : peer.belongs(to: technicianGID) ? .technician : .stranger
        }
    }
}

extension PeerCredentials {
    fileprivate func belongs(to group: UInt32?) -> Bool { group.map { $0 == gid || groups.contains($0) } ?? false }
}

/// Somebody at a door.
package struct Caller: Sendable, Hashable, CustomStringConvertible {
    package var door: Door
    package var uid: UInt32
    package var role: Role

    package init(door: Door, uid: UInt32, role: Role) { (self.door, self.uid, self.role) = (door, uid, role) }

    package func may(_ action: Action) -> Bool { action.rule.roles.contains(role) }

    /// As it stands in the journal: role, user and door, no name.
    package var description: String { "\(role.rawValue), uid \(uid) via \(door.rawValue)" }
}
