import DriverKit
import ZonePrinting

/// What was seen of one printed document, and what it proves. The printer's "completed" alone proves nothing: one that
/// was switched off and on in mid-job forgets its jobs, and one with a stuck roller counts no page.
package struct PrintEvidence: Sendable {
    /// What the printer tells of itself beside the job.
    package struct Look: Sendable, Hashable {
        package var impressions: Int?
        package var upTimeSeconds: Int?
        package var serial: String?

        package init(impressions: Int? = nil, upTimeSeconds: Int? = nil, serial: String? = nil) {
            (self.impressions, self.upTimeSeconds, self.serial) = (impressions, upTimeSeconds, serial)
        }
    }

    package enum End: Sendable, Hashable {
        case told(PrinterJob.State, reason: String)
        /// The printer does not know the job any more.
        case forgotten
        case silent
        /// Somebody asked the printer to stop, and it did not say whether it did.
        case unheeded
        /// We asked the printer to stop, because nothing came for so long.
        case givenUp(after: Duration)
    }

    package var order: PrintOrder
    package var before: Look?
    package var after: Look?
    /// Between the two looks.
    package var elapsed: Duration

    package init(order: PrintOrder, before: Look?, after: Look? = nil, elapsed: Duration = .zero) {
        (self.order, self.before, self.after, self.elapsed) = (order, before, after, elapsed)
    }

    /// What the device's own counter moved by; `nil` when it has none, stepped back, or is another device's.
    package var counted: Int? {
        guard let before, let after, before.serial == after.serial, let first = before.impressions,
            let last = after.impressions, last >= first
        else { return nil }
        return last - first
    }

    /// What it should move by, where the document tells.
    package var wanted: Int? {
        order.expectedImpressions.map { $0.multipliedReportingOverflow(by: order.copies) }
            .flatMap { $0.overflow ? nil : $0.partialValue }
    }

    /// Whether the printer was switched off and on between the looks: its up-time went back, or lacks at least 20 s
    /// and half of what has passed. (A clock that stands still in a short sleep is no restart.)
    package var wasRestarted: Bool {
        guard let first = before?.upTimeSeconds, let last = after?.upTimeSeconds else { return false }
        let passed = Int(elapsed.components.seconds)
        return last < first || passed - (last - first) >= max(20, passed / 2)
    }

    package func result(_ end: End) -> PrintResult {
        switch end {
        case .told(.completed, _): completed
        case .told(.canceled, let reason): .cancelled(told(reason))
        case .told(.aborted, let reason): .failed(told(reason.isEmpty ? "the printer gave it up" : reason))
        case .told: .unknown(told("the printer did not say how it ended"))
        case .forgotten: forgotten
        case .silent: .unknown(told("the printer stopped answering"))
        case .unheeded: .unknown(told("the printer was asked to stop, and does not say whether it did"))
        case .givenUp(let after):
            .failed(told("no page for \(after.components.seconds) s, so the printer was asked to stop"))
        }
    }

    private var completed: PrintResult {
        if wasRestarted { return .unknown(told("the printer was switched off and on while it printed")) }
        guard let counted else { return .printed(pagesProven: nil) }
        let least = wanted ?? 1
        if counted >= least { return .printed(pagesProven: wanted ?? counted) }
        return .unknown("the printer says it is done but counted \(counted) of \(least) pages: look into its tray")
    }

    private var forgotten: PrintResult {
        if wasRestarted { return .unknown(told("the printer was switched off and on while it printed")) }
        if let wanted, let counted, counted >= wanted { return .printed(pagesProven: wanted) }
        return .unknown(told("the printer no longer knows the job"))
    }

    private func told(_ reason: String) -> String {
        guard let counted else { return reason }
        return reason + (reason.isEmpty ? "" : "; ") + "\(counted) pages counted"
    }
}

extension PrintEvidence.Look {
    package init(_ answer: PrinterAnswer) {
        self.init(
            impressions: answer.impressionsCompleted, upTimeSeconds: answer.upTimeSeconds, serial: answer.serialNumber)
    }
}
