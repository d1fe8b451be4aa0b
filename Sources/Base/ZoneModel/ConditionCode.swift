/// A stable name for one thing that can be wrong. Codes never change meaning; a code stands here only when
/// something raises it. Its three texts are in `ConditionTexts`.
package enum ConditionCode: String, Sendable, Codable, CaseIterable, Hashable {
    case printerPaperOut = "prn.paper.out"
    case printerPaperLow = "prn.paper.low"
    case printerJam = "prn.jam"
    case printerCoverOpen = "prn.cover.open"
    case printerTonerLow = "prn.toner.low"
    case printerTonerOut = "prn.toner.out"
    case printerWasteFull = "prn.waste.full"
    case printerBinFull = "prn.bin.full"
    case printerLinkDown = "prn.link.down"
    case printerQueuePaused = "prn.queue.paused"
    case printerQueueStuck = "prn.queue.stuck"
    case printerQueueDiffers = "prn.queue.differs"
    case printerSpoolLeft = "prn.spool.left"
    case printerUnproven = "prn.print.unproven"
    case printerServiceRequired = "prn.service.required"
    case scanFailed = "scan.failed"
    case copyFailed = "copy.failed"
    case touchAbsent = "touch.absent"
    case touchStuck = "touch.stuck"
    case touchGhost = "touch.ghost"
    case touchDeadZone = "touch.deadzone"
    case touchAxis = "touch.axis"
    case touchJitter = "touch.jitter"
    case displayAbsent = "display.absent"
    case displayMode = "display.mode"
    case displaySmall = "display.small"
    case ledNoAnswer = "led.noanswer"
    case ledContentStale = "led.content.stale"
    case boxSlotBlocked = "box.slot.blocked"
    case boxLidOpen = "box.lid.open"
    case boxSensorDead = "box.sensor.dead"
    case networkLink = "net.link"
    case networkGateway = "net.gateway"
    case networkDNS = "net.dns"
    case networkPortal = "net.portal"
    case networkPortalContent = "net.portal.content"
    case networkPortalCertificate = "net.portal.cert"
    case networkCaptive = "net.captive"
    case networkHub = "net.hub"
    case diskLow = "pc.disk.low"
    case diskReadOnly = "pc.disk.readonly"
    case pcMemory = "pc.memory"
    case pcClock = "pc.clock"
    case diskSMART = "pc.disk.smart"
    case pcTemperature = "pc.temp"
    case appAbsent = "app.absent"
    case appFrozen = "app.frozen"
    case appCrashLoop = "app.crashloop"
    case appResidue = "app.residue"
    case browserHomepage = "browser.homepage"
    case zoneOpenedLate = "zone.openedLate"
    case zoneClosedInHours = "zone.closedInHours"
    case inspectionOverdue = "inspection.overdue"
    case cleaningOverdue = "cleaning.overdue"
    case dutyOverdue = "duty.overdue"
    case formsMissing = "forms.missing"
    case journalPressure = "agent.journal.pressure"
    case driverWedged = "agent.driver.wedged"
    case healBudgetSpent = "heal.budget.spent"
    case profileUnmatched = "agent.profile.unmatched"
    case configurationInvalid = "agent.config.invalid"
}

extension ConditionCode {
    package var severity: Severity {
        switch self {
        // Citizens lose nothing by it, and many sites have no time server.
        case .pcClock: .notice
        // The day is not over yet.
        case .cleaningOverdue: .notice
        // Staff empty the box: an open lid is no fault, a lid that stays open is seen by its duration.
        case .boxLidOpen, .boxSlotBlocked, .ledContentStale, .printerUnproven: .warning
        // A copier that does not scan still prints.
        case .scanFailed, .copyFailed, .printerQueueDiffers, .printerSpoolLeft: .warning
        // The zone still serves, or what is late is a person's work.
        case .diskSMART, .pcTemperature, .appResidue, .browserHomepage, .zoneOpenedLate, .zoneClosedInHours,
            .inspectionOverdue, .dutyOverdue:
            .warning
        // Part of the glass still works, and what is on the screen can still be read.
        case .touchDeadZone, .touchJitter, .displayMode, .displaySmall: .warning
        case .printerPaperLow, .printerTonerLow, .networkHub, .diskLow, .networkPortalContent, .profileUnmatched,
            .configurationInvalid, .pcMemory, .journalPressure, .healBudgetSpent, .formsMissing:
            .warning
        default: .fault
        }
    }

    package var fixer: Fixer {
        switch self {
        case .printerPaperOut, .printerPaperLow, .printerJam, .printerCoverOpen, .printerBinFull, .printerLinkDown,
            .printerUnproven, .scanFailed, .copyFailed,
            .networkLink, .networkGateway, .touchAbsent, .touchStuck, .displayAbsent, .ledNoAnswer, .boxSlotBlocked,
            .boxLidOpen, .formsMissing:
            .staff
        case .printerTonerLow, .printerTonerOut, .networkPortal, .networkPortalContent, .networkPortalCertificate,
            .displaySmall:
            .office
        case .printerWasteFull, .diskLow, .diskReadOnly, .profileUnmatched, .configurationInvalid, .pcMemory,
            .pcClock, .journalPressure, .driverWedged, .healBudgetSpent, .ledContentStale, .boxSensorDead,
            .printerQueueDiffers, .printerSpoolLeft, .touchGhost, .touchDeadZone, .touchAxis, .touchJitter,
            .displayMode:
            .technician
        case .pcTemperature, .appAbsent, .zoneOpenedLate, .zoneClosedInHours, .inspectionOverdue, .cleaningOverdue,
            .dutyOverdue:
            .staff
        case .diskSMART, .appCrashLoop, .appResidue, .browserHomepage: .technician
        case .appFrozen: .self
        case .printerServiceRequired: .vendor
        case .printerQueuePaused, .printerQueueStuck, .networkHub: .self
        case .networkDNS, .networkCaptive: .network
        }
    }

    /// Good facts in a row that raise or clear: presence and link speak at once, everything else twice.
    package var factsToRaise: Int {
        switch self {
        case .touchAbsent, .displayAbsent, .printerLinkDown: 1
        // The driver has debounced the contact or counted the seconds already.
        case .boxLidOpen, .boxSlotBlocked, .boxSensorDead: 1
        // Read from a file or a list, or counted already: looking twice shows nothing new.
        case .profileUnmatched, .configurationInvalid, .journalPressure, .driverWedged, .healBudgetSpent,
            .printerUnproven, .formsMissing, .copyFailed, .touchStuck, .touchGhost, .touchDeadZone, .touchAxis,
            .touchJitter, .displaySmall, .appFrozen, .appCrashLoop, .appResidue, .browserHomepage, .zoneOpenedLate,
            .zoneClosedInHours, .inspectionOverdue, .cleaningOverdue, .dutyOverdue:
            1
        default: 2
        }
    }
}
