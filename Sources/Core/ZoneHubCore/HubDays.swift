import ZoneDays
import ZoneHubStore
import ZoneModel
import ZoneTime

/// One date of a zone, as the hub reckons it from what the nodes sent.
package struct HubDay: Sendable, Hashable, Encodable {
    /// What one node said of its own part when it closed the date.
    package struct Agreement: Sendable, Hashable, Encodable {
        package var node: String
        /// Absent while the node has not closed the date.
        package var sha256: String?
        /// Whether the hub gets the same from the same rows.
        package var agrees: Bool?
        /// Whether the hours are those that the hub was told for the date.
        package var hoursAgree: Bool?
        /// The first date, device and reason where the node's own chain is broken.
        package var broken: DayChain.Break?
    }

    package var totals: DayTotals
    /// Some node has not closed the date, and its rows may still come.
    package var isProvisional: Bool
    /// 数据不足, by group: more than 5 % unknown.
    package var insufficient: [String]
    package var nodes: [Agreement]
    /// Of the published hours; a note: what a node does not know because of it, it tells later.
    package var hubAwaySeconds: Int64
}

/// Past dates of zones. Reads only.
package struct HubDays: Sendable {
    /// Dates in one answer.
    package static let most = 92
    /// How long the rows of a date that nobody has closed are looked through again, in days.
    private static let awaited = 14
    /// A node that was silent for longer says nothing about a date.
    private static let stillThere = 31

    private let store: HubStore
    private let clock: any ZoneClock

    package init(store: HubStore, clock: any ZoneClock) { (self.store, self.clock) = (store, clock) }

    /// The first date whose rows may still come.
    private var firstAwaited: CivilDate { CivilDate(of: clock.wall()).advanced(byDays: -HubDays.awaited) }

    /// One node's part of a date.
    private struct Part {
        var history: NodeHistory
        var counts: [String: Int64]
        var through: Int64
        var agreement: HubDay.Agreement
    }

    /// - Parameter demo: whether simulated devices count.
    package func days(of zone: ZoneID, from first: CivilDate, to last: CivilDate, demo: Bool) async throws -> [HubDay] {
        let nodes = try await store.dayNodes(of: zone)
        let end = min(last, CivilDate(of: clock.wall()))
        var (date, days) = (first, [HubDay]())
        while date <= end, days.count < HubDays.most {
            if let day = try await day(date, nodes, demo: demo) { days.append(day) }
            date = date.next
        }
        return days
    }

    private func day(_ date: CivilDate, _ nodes: [NodeName], demo: Bool) async throws -> HubDay? {
        let said = try await store.said(by: nodes, of: date)
        let isAwaited = firstAwaited <= date
        guard let published = said.closedHours ?? (isAwaited ? said.toldHours : nil) else { return nil }
        let reckoning = DayReckoning(date, published: published, countsSimulated: demo)
        var parts: [Part] = []
        for node in nodes {
            let records = said.closed[node] ?? []
            guard let part = try await part(of: node, reckoning, records, told: said.toldHours) else { continue }
            parts.append(part)
        }
        guard !parts.isEmpty else { return nil }
        let counts = parts.reduce(into: [String: Int64]()) { $0.merge($1.counts) { $0 &+ $1 } }
        let totals = reckoning.totals(
            parts.map(\.history), counts: counts, through: parts.map(\.through).max() ?? 0)
        return HubDay(
            totals: totals, isProvisional: isAwaited && parts.contains { $0.agreement.sha256 == nil },
            insufficient: totals.insufficient, nodes: parts.map(\.agreement),
            hubAwaySeconds: try await store.awaySeconds(in: published))
    }

    private func part(
        of node: NodeName, _ reckoning: DayReckoning, _ records: [DayRecord], told: [Range<WallTime>]?
    ) async throws -> Part? {
        if let zone = records.first(where: { $0.device == DayRecord.zone }) {
            let ledger = try await store.dayLedger(
                of: node, after: min(zone.after, zone.countedAfter), through: zone.through)
            return Part(
                history: ledger.history(after: zone.after, through: zone.through),
                counts: ledger.counts(after: zone.countedAfter, through: zone.through), through: zone.through,
                agreement: try agreement(node, zone, records, ledger, reckoning.date, told))
        }
        let last = try await store.lastDayRecord(of: node, before: reckoning.date)
        // What never closed a date is no part of those that are long over; of the others its latest rows say enough.
        let oldest = last == nil ? firstAwaited : nil
        if let oldest, reckoning.date < oldest { return nil }
        let (after, countedAfter) = (last?.next ?? 0, last?.through ?? 0)
        let ledger = try await store.dayLedger(
            of: node, after: min(after, countedAfter), through: .max, since: oldest?.previous.start)
        // It came when the date was over: the new PC in the place of an old one.
        let end = PublishedHours.end(of: reckoning.date, reckoning.published)
        if last == nil, let first = ledger.firstSeen, first >= end { return nil }
        let reach = reckoning.date.advanced(byDays: -HubDays.stillThere).start
        guard let seen = ledger.lastSeen, seen >= reach else { return nil }
        return Part(
            history: ledger.history(after: after), counts: ledger.counts(after: countedAfter, through: .max),
            through: ledger.lastSeq, agreement: .init(node: node.node.text))
    }

    /// The same rows and the same hours must give the same hash.
    private func agreement(
        _ node: NodeName, _ zone: DayRecord, _ records: [DayRecord], _ ledger: DayLedger, _ date: CivilDate,
        _ told: [Range<WallTime>]?
    ) throws -> HubDay.Agreement {
        let previous = Dictionary(records.map { ($0.device, $0.previous) }) { $1 }
        let own = try DayRecord.all(
            DayReckoning(date, published: zone.open, countsSimulated: zone.countsSimulated), ledger, DayBounds(zone)
        ) { previous[$0] ?? nil }
        return .init(
            node: node.node.text, sha256: zone.sha256, agrees: own.last?.sha256 == zone.sha256,
            hoursAgree: told.map { $0 == zone.open }, broken: DayChain.firstBreak(records))
    }
}

extension DayTotals {
    /// Groups of which too little is known.
    package var insufficient: [String] {
        [("network", groups.network), ("query", groups.query), ("print", groups.print)]
            .filter { $0.1.isInsufficient }.map(\.0)
    }
}
