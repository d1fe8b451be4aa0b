// Purpose: network printers that speak IPP: what the device says about itself, as symptoms. Must not know libcups.
import ZoneModel

/// A printer-state-reason taken apart (RFC 8011, 5.4.12): keyword and severity suffix. ippeveprinter cuts long ones
/// (`marker-waste-almost-full-warnin`), so a cut suffix counts; other suffixes belong to the keyword.
package struct StateReason: Sendable, Hashable {
    package enum Weight: String, Sendable { case report, warning, error }

    package var keyword: String
    /// `nil`: no suffix, which RFC 8011 says is to be read as an error.
    package var weight: Weight?

    package init(_ text: String) {
        let lower = text.lowercased()
        guard let dash = lower.lastIndex(of: "-") else {
            (keyword, weight) = (lower, nil)
            return
        }
        let suffix = lower[lower.index(after: dash)...]
        let found = [Weight.report, .warning, .error].first { weight in
            suffix.count >= 4 && weight.rawValue.hasPrefix(suffix)
        }
        (keyword, weight) = found == nil ? (lower, nil) : (String(lower[..<dash]), found)
    }

    /// What it means to us; families rather than a list, for 794 keywords are registered. `nil`: nothing of ours.
    package var code: ConditionCode? {
        switch keyword {
        case "media-empty", "media-needed", "input-tray-missing", "media-path-input-empty": .printerPaperOut
        case "media-low": .printerPaperLow
        case "toner-low", "marker-supply-low", "marker-supply-almost-empty", "developer-low", "marker-ink-almost-empty":
            .printerTonerLow
        case "toner-empty", "marker-supply-empty", "marker-supply-missing", "developer-empty", "marker-ink-empty":
            .printerTonerOut
        case "marker-waste-full", "waste-receptacle-full": .printerWasteFull
        case "output-area-full", "output-tray-missing": .printerBinFull
        case "paused", "moving-to-paused", "hold-new-jobs", "deactivated": .printerQueuePaused
        case "door-open", "cover-open", "interlock-open": .printerCoverOpen
        case "other": weight == .report ? nil : .printerServiceRequired
        case _ where keyword.hasSuffix("-jam"): .printerJam
        case _ where keyword.hasSuffix("-cover-open"): .printerCoverOpen
        case _ where keyword.hasSuffix("-failure") || keyword.hasSuffix("-life-over"): .printerServiceRequired
        default: nil
        }
    }
}

extension StateReason {
    /// Every code that a device's reasons can speak of.
    package static let codes: [ConditionCode] = [
        .printerPaperOut, .printerPaperLow, .printerJam, .printerCoverOpen, .printerTonerLow, .printerTonerOut,
        .printerWasteFull, .printerBinFull, .printerQueuePaused, .printerServiceRequired,
    ]

    /// One symptom per code: what the device names is wrong, the rest is fine, for the list is complete (RFC 8011).
    /// - Parameter hasOtherPaper: it may feed from another tray. A Dell 2335dn says `media-empty-warning` for one empty
    ///   tray and prints on.
    package static func symptoms(_ reasons: [String], hasOtherPaper: Bool = false) -> [Symptom] {
        var seen: [ConditionCode: String] = [:]
        for text in reasons {
            let reason = StateReason(text)
            guard var code = reason.code else { continue }
            let isMild = reason.weight == .warning || reason.weight == .report
            if code == .printerPaperOut, isMild, hasOtherPaper { code = .printerPaperLow }
            seen[code] = seen[code].map { "\($0), \(text)" } ?? text
        }
        return codes.map { code in Symptom(code, seen[code].map { .wrong(evidence: $0.cleaned()) } ?? .fine) }
    }
}
