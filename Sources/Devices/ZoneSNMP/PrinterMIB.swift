/// Where things stand: columns of the Host Resources MIB (RFC 2790) and the Printer MIB (RFC 3805).
package enum PrinterMIB {
    package static let deviceDescription = mib2(25, 3, 2, 1, 3)
    package static let deviceStatus = mib2(25, 3, 2, 1, 5)
    package static let printerStatus = mib2(25, 3, 5, 1, 1)
    package static let detectedErrors = mib2(25, 3, 5, 1, 2)
    package static let serialNumber = mib2(43, 5, 1, 1, 17)

    package static let inputType = mib2(43, 8, 2, 1, 2)
    package static let inputCapacity = mib2(43, 8, 2, 1, 9)
    package static let inputLevel = mib2(43, 8, 2, 1, 10)
    package static let inputName = mib2(43, 8, 2, 1, 13)
    package static let inputDescription = mib2(43, 8, 2, 1, 18)

    package static let markerUnit = mib2(43, 10, 2, 1, 3)
    package static let markerLifeCount = mib2(43, 10, 2, 1, 4)

    package static let supplyClass = mib2(43, 11, 1, 1, 4)
    package static let supplyType = mib2(43, 11, 1, 1, 5)
    package static let supplyDescription = mib2(43, 11, 1, 1, 6)
    package static let supplyUnit = mib2(43, 11, 1, 1, 7)
    package static let supplyCapacity = mib2(43, 11, 1, 1, 8)
    package static let supplyLevel = mib2(43, 11, 1, 1, 9)

    private static func mib2(_ arcs: UInt32...) -> ObjectID { ObjectID([1, 3, 6, 1, 2, 1] + arcs) }
}

extension PrinterMIB {
    /// PrtMarkerSuppliesTypeTC, from 1; the same words as in `printer-supply` (PWG 5100.13).
    static let supplyTypes = [
        "other", "unknown", "toner", "wasteToner", "ink", "inkCartridge", "inkRibbon", "wasteInk", "opc", "developer",
        "fuserOil", "solidWax", "ribbonWax", "wasteWax", "fuser", "coronaWire", "fuserOilWick", "cleanerUnit",
        "fuserCleaningPad", "transferUnit", "tonerCartridge", "fuserOiler", "water", "wasteWater", "glueWaterAdditive",
        "wastePaper", "bindingSupply", "bandingSupply", "stitchingWire", "shrinkWrap", "paperWrap", "staples",
        "inserts", "covers",
    ]

    /// PrtInputTypeTC, from 1; the same words as in `printer-input-tray`.
    static let inputTypes = [
        "other", "unknown", "sheetFeedAutoRemovableTray", "sheetFeedAutoNonRemovableTray", "sheetFeedManual",
        "continuousRoll", "continuousFanFold",
    ]

    /// PrtMarkerCounterUnitTC: one side of a sheet.
    static let impressions = 7
    /// PrtMarkerSuppliesSupplyUnitTC.
    static let percent = 19
    /// PrtMarkerSuppliesClassTC.
    static let consumed = 3
    static let filled = 4
}

/// A bit of hrPrinterDetectedErrorState (RFC 2790), from the top of the first octet.
package enum DetectedError: Int, Sendable, CaseIterable {
    case lowPaper, noPaper, lowToner, noToner, doorOpen, jammed, offline, serviceRequested
    case inputTrayMissing, outputTrayMissing, markerSupplyMissing, outputNearFull, outputFull, inputTrayEmpty
    case overduePreventMaint

    package static func all(in octets: [UInt8]) -> [DetectedError] {
        allCases.filter { error in
            let octet = error.rawValue / 8
            return octets.indices.contains(octet) && octets[octet] & (0x80 >> UInt8(error.rawValue % 8)) != 0
        }
    }

    /// The keyword of printer-state-reasons (RFC 8011, 5.4.12) that says the same. Four raise nothing here: CUPS ignores
    /// `offline`, `serviceRequested` and `overduePreventMaint` because devices set them for no reason
    /// (backend/snmp-supplies.c), and one empty tray is not yet a printer without paper.
    package var reason: String {
        switch self {
        case .lowPaper: "media-low-warning"
        case .noPaper: "media-empty-error"
        case .lowToner: "toner-low-warning"
        case .noToner: "toner-empty-error"
        case .doorOpen: "door-open-error"
        case .jammed: "media-jam-error"
        case .inputTrayMissing: "input-tray-missing-warning"
        case .outputTrayMissing: "output-tray-missing-warning"
        case .markerSupplyMissing: "marker-supply-missing-warning"
        case .outputNearFull: "output-area-almost-full-report"
        case .outputFull: "output-area-full-warning"
        case .offline: "offline-report"
        case .serviceRequested: "service-needed-report"
        case .inputTrayEmpty: "input-tray-empty-report"
        case .overduePreventMaint: "maintenance-overdue-report"
        }
    }
}
