/// Everything that can be asked for; each route and each verb names one.
package enum Action: String, Sendable, CaseIterable {
    case readStatus = "status.read"
    case readDevices = "devices.read"
    case readConditions = "conditions.read"
    case readPublic = "public.read"
    case readHours = "hours.read"
    case explainHours = "hours.explain"
    case readPolicy = "policy.read"
    case readDays = "days.read"
    case readDuties = "duties.read"
    case readForms = "forms.read"
    case readFees = "fees.read"
    case readReports = "reports.read"
    case issueReports = "reports.issue"
    case readAccess = "access.read"
    case readHealing = "healing.read"
    case readChecks = "checks.read"
    case followEvents = "events.follow"
    case readJournal = "journal.read"
    case readCommands = "commands.read"
    case readConfiguration = "config.read"
    case reloadConfiguration = "config.reload"
    case pushConfiguration = "config.push"
    case probeDevice = "device.probe"
    case healDevice = "device.heal"
    case commandSign = "device.sign"
    case printTestPage = "device.testPage"
    case forgetDevice = "device.forget"
    case recordDevice = "device.record"
    case followContacts = "contacts.follow"
    case touchCheck = "touch.check"
    case cleanPanel = "touch.clean"
    case calibratePanel = "touch.calibrate"
    case restartService = "service.restart"
    case readDiagnostics = "diagnostics.read"
    case cancelCommand = "command.cancel"
    case holdClosed = "hold.closed"
    case holdMaintenance = "hold.maintenance"
    case holdDisabled = "hold.disabled"
    case takeLease = "lease.take"
    case breakLease = "lease.break"
    case submitJob = "job.submit"
    case printForms = "forms.print"
    case makeCopies = "copies.make"
    case readJob = "job.read"
    case readAnyJob = "job.readAny"
    case cancelJob = "job.cancel"
    case cancelAnyJob = "job.cancelAny"
    case confirmJob = "job.confirm"
    case enterDuty = "duties.enter"
    case fillCheckList = "checklists.fill"
    case openStaffSession = "staff.login"
    case endStaffSession = "staff.logout"
    case setStaffPIN = "staff.pin.set"
    case readEnrolment = "enrolment.read"
    case beginEnrolment = "enrolment.begin"
    case writeExport = "export.write"
    case reportCase = "case.report"
    case readCases = "cases.read"
    case actOnCase = "case.step"
    case tellAppAlive = "app.alive"
    case readBrowser = "browser.read"
    case writeBrowser = "browser.write"

    /// Who may, and why: `zonectl access` prints this table.
    package var rule: (roles: Set<Role>, why: String) { reading ?? acting }

    private static let everybody: Set<Role> = [.kiosk, .staff, .technician, .root]
    private static let house: Set<Role> = [.staff, .technician, .root]
    private static let technical: Set<Role> = [.technician, .root]

    private var reading: (roles: Set<Role>, why: String)? {
        switch self {
        case .readStatus, .readDevices, .readConditions, .readPublic, .readHours, .followEvents:
            (Action.everybody, "the kiosk page shows what is wrong and when the zone is open")
        case .readPolicy: (Action.everybody, "what the notices demand is public")
        case .readDuties: (Action.everybody, "what is due today is no secret, and looking needs no PIN")
        case .readForms: (Action.everybody, "official forms are there to be taken")
        case .readFees: (Action.everybody, "what something costs is posted, or it is free")
        case .readAccess: (Action.everybody, "everybody may know the rules")
        case .readJob: (Action.everybody, "who gave a job in may see what became of it")
        case .readDays: (Action.house, "who signs the sheet must see what it is made of")
        case .readReports: (Action.house, "the house prints its sheets and signs them")
        case .readAnyJob, .readCommands: (Action.house, "other people's jobs and acts are not for citizens")
        case .readHealing: (Action.house, "staff see whether the device is being looked after")
        case .readChecks: (Action.house, "staff print and sign what a check has found")
        case .readJournal: (Action.technical, "history names people's acts")
        case .readConfiguration: (Action.technical, "addresses of the network are not for citizens")
        case .readCases:
            (Action.house, "what the house and the office write to each other; citizens see the public view")
        case .readBrowser: (Action.technical, "what the browser is told shows how this PC is kept")
        case .readEnrolment: (Action.technical, "whose hub this PC trusts is for those who look after it")
        default: nil
        }
    }

    private var acting: (roles: Set<Role>, why: String) {
        switch self {
        case .takeLease, .submitJob, .cancelJob, .makeCopies:
            (Action.everybody, "citizens print, copy and scan at the kiosk")
        case .printForms: (Action.everybody, "citizens take a copy, the house prints a pile")
        case .reportCase: (Action.everybody, "citizens report what does not work, by choosing from a list")
        case .actOnCase: (Action.house, "whoever looks after the zone says what was done; each step has its own roles")
        case .openStaffSession: ([.kiosk, .staff], "the PIN is typed at the kiosk")
        case .explainHours: (Action.house, "who opens the zone says why it was late")
        case .endStaffSession: ([.staff], "who logged in may leave")
        case .probeDevice: (Action.house.union([.hub]), "costs the device's time, changes nothing")
        case .commandSign: (Action.house.union([.hub]), "a sign in the hall speaks for the office")
        case .printTestPage: (Action.house.union([.hub]), "costs a sheet of the house's paper")
        case .restartService: (Action.technical.union([.hub]), "what is being printed through it may be lost")
        case .readDiagnostics:
            (Action.technical.union([.hub]), "shows how this PC is set up, without secrets and names")
        case .followContacts: (Action.everybody, "a program draws what it has a lease on; technicians look without one")
        case .touchCheck: (Action.house, "somebody must stand in front of the panel and touch marks")
        case .cleanPanel: (Action.house, "the panel takes no touch for a while")
        case .calibratePanel: (Action.technical, "changes where every touch lands")
        case .forgetDevice: (Action.technical, "what was learned of it is lost, and its id may go to another")
        case .recordDevice: (Action.technical, "what passes on a wire may be what a person did")
        case .holdClosed: (Action.house.union([.hub]), "the house closes what it cannot offer now")
        case .cancelAnyJob: (Action.house, "somebody must clear the queue when the citizen has left")
        case .confirmJob: (Action.house, "who can look into the tray and answers for it")
        case .issueReports: (Action.house, "who signs the sheet sends it")
        case .enterDuty, .fillCheckList: (Action.house, "who has done it, or has looked, answers for it")
        case .holdMaintenance, .healDevice: (Action.technical.union([.hub]), "takes a device away from citizens")
        case .tellAppAlive: (Action.everybody, "the kiosk's program says that it lives")
        case .writeBrowser: (Action.technical, "changes what citizens see and what is left of them")
        case .beginEnrolment: (Action.technical, "decides which hub this PC obeys")
        case .writeExport: (Action.technical, "the whole history leaves the PC")
        case .pushConfiguration: ([.hub, .root], "the district's layer belongs to the hub")
        default: (Action.technical, "changes how the zone works")
        }
    }
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
