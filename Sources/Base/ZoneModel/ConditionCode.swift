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
    case printerServiceRequired = "prn.service.required"
    case touchAbsent = "touch.absent"
    case networkLink = "net.link"
    case networkGateway = "net.gateway"
    case networkDNS = "net.dns"
    case networkPortal = "net.portal"
    case networkPortalContent = "net.portal.content"
    case networkHub = "net.hub"
    case diskLow = "pc.disk.low"
    case diskReadOnly = "pc.disk.readonly"
    case pcMemory = "pc.memory"
    case pcClock = "pc.clock"
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
        case .printerPaperLow, .printerTonerLow, .networkHub, .diskLow, .networkPortalContent, .profileUnmatched,
            .configurationInvalid, .pcMemory, .journalPressure, .healBudgetSpent:
            .warning
        default: .fault
        }
    }

    package var fixer: Fixer {
        switch self {
        case .printerPaperOut, .printerPaperLow, .printerJam, .printerCoverOpen, .printerBinFull, .printerLinkDown,
            .networkLink, .networkGateway, .touchAbsent:
            .staff
        case .printerTonerLow, .printerTonerOut, .networkPortal, .networkPortalContent: .office
        case .printerWasteFull, .diskLow, .diskReadOnly, .profileUnmatched, .configurationInvalid, .pcMemory,
            .pcClock, .journalPressure, .driverWedged, .healBudgetSpent:
            .technician
        case .printerServiceRequired: .vendor
        case .printerQueuePaused, .networkHub: .self
        case .networkDNS: .network
        }
    }

    /// Good facts in a row that raise or clear: presence and link speak at once, everything else twice.
    package var factsToRaise: Int {
        switch self {
        case .touchAbsent, .printerLinkDown: 1
        // Read from a file or a list, or counted already: looking twice shows nothing new.
        case .profileUnmatched, .configurationInvalid, .journalPressure, .driverWedged, .healBudgetSpent: 1
        default: 2
        }
    }
}
