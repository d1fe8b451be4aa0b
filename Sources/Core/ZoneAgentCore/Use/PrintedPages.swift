import ZoneJournal
import ZoneModel

/// What came out of the printers, as the journal's own events tell it. Each event has one number, so each page is
/// counted in one hour.
package struct PrintedPages: Sendable, Hashable {
    package var pages = 0
    /// Sides of copies that were scanned and printed here.
    package var copies = 0

    private static let pageSize = 500

    package init() {}

    /// Of the jobs that ended behind the event `after`, up to `through`.
    static func read(_ journal: Journal, after: Int64, through: Int64) async throws -> PrintedPages {
        var (sum, position) = (PrintedPages(), after)
        while position < through {
            let events = try await journal.page(after: position, limit: pageSize)
            for event in events where event.seq <= through { sum.add(event) }
            guard let last = events.last, events.count == pageSize else { break }
            position = last.seq
        }
        return sum
    }

    /// What the device itself counted, else what was ordered of a job that it calls done.
    package mutating func add(_ event: Event) {
        guard event.name == .jobPrinted else { return }
        let ordered = (event.data["pages"]?.integerValue ?? 0)
            .multipliedReportingOverflow(by: event.data["copies"]?.integerValue ?? 1).partialValue
        let sides = Int(clamping: event.data["pagesProven"]?.integerValue ?? ordered)
        guard sides > 0 else { return }
        if event.data["copy"] == .bool(true) { copies += sides } else { pages += sides }
    }
}
