import Testing
import ZoneAccess
import ZoneLinux

@Suite("Who is who at which door")
struct RoleTests {
    private static let house = Household(ownUID: 900, kioskGID: 1001, technicianGID: 1002)
    private static let withoutGroups = Household(ownUID: 900, kioskGID: nil, technicianGID: nil)

    struct Visit: Sendable, CustomTestStringConvertible {
        var name: String
        var peer: PeerCredentials
        var kiosk: Role
        var admin: Role
        /// The same where the two groups do not exist.
        var lonelyKiosk: Role
        var lonelyAdmin: Role
        var testDescription: String { name }

        init(
            _ name: String, _ uid: UInt32, _ gid: UInt32, groups: Set<UInt32> = [],
            _ roles: (kiosk: Role, admin: Role), lonely: (kiosk: Role, admin: Role)
        ) {
            (self.name, peer) = (name, PeerCredentials(uid: uid, gid: gid, groups: groups))
            (kiosk, admin) = roles
            (lonelyKiosk, lonelyAdmin) = lonely
        }
    }

    private static let nobody = (kiosk: Role.stranger, admin: Role.stranger)
    private static let owner = (kiosk: Role.kiosk, admin: Role.root)
    private static let technician = (kiosk: Role.kiosk, admin: Role.technician)
    private static let citizen = (kiosk: Role.kiosk, admin: Role.stranger)

    @Test(
        "the role follows from user, groups and door, with and without the two groups",
        arguments: [
            Visit("root", 0, 0, owner, lonely: owner),
            Visit("root with the kiosk's groups", 0, 1001, groups: [1002], owner, lonely: owner),
            Visit("the agent's own user", 900, 900, owner, lonely: owner),
            Visit("technician by group", 1000, 1002, technician, lonely: nobody),
            Visit("technician by supplementary group", 1000, 100, groups: [7, 1002], technician, lonely: nobody),
            Visit("technician who is in the kiosk's group too", 1000, 1001, groups: [1002], technician, lonely: nobody),
            Visit("kiosk user", 1003, 1001, citizen, lonely: nobody),
            Visit("kiosk user by supplementary group", 1003, 100, groups: [1001], citizen, lonely: nobody),
            Visit("stranger", 1004, 100, groups: [27, 999], nobody, lonely: nobody),
            Visit("stranger whose user id is a group's number", 1002, 100, nobody, lonely: nobody),
            Visit("stranger in root's group", 1004, 0, groups: [0], nobody, lonely: nobody),
        ])
    func matrix(_ visit: Visit) {
        #expect(Self.house.role(of: visit.peer, at: .kiosk) == visit.kiosk)
        #expect(Self.house.role(of: visit.peer, at: .admin) == visit.admin)
        #expect(Self.withoutGroups.role(of: visit.peer, at: .kiosk) == visit.lonelyKiosk)
        #expect(Self.withoutGroups.role(of: visit.peer, at: .admin) == visit.lonelyAdmin)
    }

    @Test("each door has its socket and its group; nobody is staff or the hub by a socket alone")
    func doors() {
        #expect(Door.allCases.map(\.rawValue) == ["kiosk.sock", "admin.sock"])
        #expect(Door.allCases.map(\.group) == ["zone-kiosk", "zone-tech"])
        let ids: [UInt32] = [0, 900, 1001, 1002, 1003]
        for door in Door.allCases {
            let peers = ids.flatMap { uid in ids.map { PeerCredentials(uid: uid, gid: $0, groups: [1001, 1002]) } }
            let roles = Set(peers.map { Self.house.role(of: $0, at: door) })
            #expect(roles.isDisjoint(with: [.staff, .hub]))
            #expect(door == .admin || roles == [.kiosk], "who opened the page gives it no rights")
        }
    }
}

@Suite("Who may do what")
struct ActionTests {
    private func list(_ role: Role) -> Set<String> {
        let caller = Caller(door: .admin, uid: 1, role: role)
        return Set(Action.allCases.filter(caller.may).map(\.rawValue))
    }

    /// What the page in front of the citizens needs.
    private static let kiosk: Set = [
        "status.read", "devices.read", "conditions.read", "public.read", "hours.read", "policy.read", "duties.read",
        "access.read",
        "events.follow", "lease.take", "job.submit", "job.read", "job.cancel", "staff.login", "forms.read",
        "forms.print", "copies.make", "fees.read", "contacts.follow", "case.report", "app.alive",
    ]

    /// What the PIN adds, spelled out: whoever changes it changes this list too.
    private static let pinAdds: Set = [
        "staff.logout", "device.probe", "device.sign", "device.testPage", "hold.closed", "job.readAny", "job.cancelAny",
        "job.confirm", "commands.read", "touch.check", "touch.clean", "days.read", "cases.read", "case.step",
        "reports.read", "reports.issue", "hours.explain", "healing.read", "checks.read", "duties.enter",
        "checklists.fill",
    ]

    private static let technicianAdds: Set = [
        "journal.read", "config.read", "config.reload", "device.heal", "command.cancel", "hold.maintenance",
        "hold.disabled", "lease.break", "staff.pin.set", "device.record", "service.restart", "diagnostics.read",
        "enrolment.read", "enrolment.begin", "export.write", "touch.calibrate",
        "browser.read", "browser.write",
        "device.forget",
    ]

    @Test("each role has exactly its list")
    func lists() {
        #expect(list(.kiosk) == Self.kiosk)
        #expect(list(.staff) == Self.kiosk.union(Self.pinAdds))
        let technician = Self.kiosk.union(Self.pinAdds).union(Self.technicianAdds)
            .subtracting(["staff.login", "staff.logout"])
        #expect(list(.technician) == technician)
        #expect(list(.root) == technician.union(["config.push"]))
        #expect(
            list(.hub) == [
                "device.probe", "device.heal", "device.sign", "device.testPage", "service.restart", "diagnostics.read",
                "hold.closed", "hold.maintenance", "config.push",
            ])
        #expect(list(.stranger) == [])
    }

    @Test("each action names who may and why, and none is for strangers", arguments: Action.allCases)
    func named(_ action: Action) {
        #expect(!action.rule.roles.isEmpty && !action.rule.why.isEmpty)
        #expect(!action.rule.roles.contains(.stranger))
        #expect(action.rule.roles.contains(.root) || action.rawValue.hasPrefix("staff.log"))
    }

    @Test("the table that people see is the one that decides")
    func table() {
        #expect(AccessRow.all.map(\.action) == Action.allCases.map(\.rawValue))
        for (row, action) in zip(AccessRow.all, Action.allCases) {
            #expect(Set(row.roles) == Set(action.rule.roles.map(\.rawValue)) && row.why == action.rule.why)
        }
    }

    @Test("in the journal a caller is a role, a number and a door, never a name")
    func description() {
        #expect("\(Caller(door: .kiosk, uid: 1000, role: .staff))" == "staff, uid 1000 via kiosk.sock")
    }
}
