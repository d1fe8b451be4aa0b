import ZoneJournal
import ZoneModel
import ZoneWire

/// The run of history in one heartbeat: everything after the last acknowledged number, or declared missing.
package struct Batch: Sendable, Hashable {
    package var events: [Event] = []
    package var gaps: [Heartbeat.Gap] = []
    /// The journal's last number when it was read.
    package var end: Int64 = 0

    package init(_ events: [Event] = [], after start: Int64 = 0, end: Int64 = 0) {
        (self.events, self.end) = (events, end)
        var expected = start + 1
        for event in events {
            if event.seq > expected { gaps.append(.init(from: expected, to: event.seq - 1)) }
            expected = event.seq + 1
        }
    }

    package var count: Int { events.count }
    package var last: Int64? { events.last?.seq }

    /// One page, whatever the journal holds: an outage of a month is never in memory at once.
    /// - Parameter passedOver: numbers that the hub does not take; to it they are missing.
    package static func read(
        _ journal: Journal, after start: Int64, limit: Int, passedOver: Set<Int64>
    ) async throws -> Batch {
        let end = journal.lastSeq
        guard limit > 0 else { return Batch(end: end) }
        let page = try await journal.page(after: start, limit: limit + passedOver.count)
        return Batch(Array(page.lazy.filter { !passedOver.contains($0.seq) }.prefix(limit)), after: start, end: end)
    }
}
