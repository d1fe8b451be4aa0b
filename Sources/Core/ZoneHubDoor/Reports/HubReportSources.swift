import ZoneCases
import ZoneDays
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

extension HubReports.Sources {
    /// What this hub knows itself.
    package static func live(
        _ store: HubStore, _ wall: Wall, _ history: HubDays, _ ledger: CaseLedger, _ clock: any ZoneClock
    ) -> Self {
        var sources = Self()
        sources.days = { zone, period in
            let isDemo = await wall.zone(zone)?.purpose == "demo"
            let today = CivilDate(of: clock.wall())
            return try await days(of: zone, in: period, demo: isDemo, store, history, today: today)
        }
        sources.cases = { zone, period in
            let open = try await ledger.files(isOver: false, zone: zone)
            let over = try await ledger.files(isOver: true, zone: zone, changedSince: period.first.start)
            return .value(SheetCase.all(of: (open + over).map(\.file), in: period))
        }
        sources.outages = { zone, period in .value(try await outages(of: zone, in: period, store)) }
        sources.notes = { zone, period in
            var notes: [NodeNotes] = []
            for name in try await store.dayNodes(of: zone) {
                notes.append(
                    try await NodeNotes(node: name.node.text, period) { event, first, last, pick in
                        try await store.sheetNotes(of: name, event, from: first, to: last, pick)
                    })
            }
            return notes
        }
        return sources
    }

    /// When the hub was not at work in the zone's published hours; of a date on which nobody has told them, all of it.
    private static func outages(
        of zone: ZoneID, in period: SheetPeriod, _ store: HubStore
    ) async throws -> [SheetStretch] {
        let away = try await store.awayStretches(in: period.first.start..<period.last.next.start)
        let nodes = away.isEmpty ? [] : try await store.dayNodes(of: zone)
        var found: [SheetStretch] = []
        for stretch in away {
            var date = CivilDate(of: stretch.lowerBound)
            while date.start < stretch.upperBound {
                let day = stretch.clamped(to: date.start..<date.next.start)
                let said = try await store.said(by: nodes, of: date)
                for hours in said.closedHours ?? said.toldHours ?? [day] where hours.overlaps(day) {
                    let part = hours.clamped(to: day)
                    found.append(SheetStretch(from: part.lowerBound, to: part.upperBound))
                }
                date = date.next
            }
        }
        return found
    }

    /// Longer the rows of a date need not be there: those of class C stay a year from their receipt, in days.
    private static let rowsStay = 360

    /// What the one node has closed, or what several come to; a date that is still provisional has no numbers yet.
    private static func days(
        of zone: ZoneID, in period: SheetPeriod, demo: Bool, _ store: HubStore, _ history: HubDays, today: CivilDate
    ) async throws -> Known<[SheetDay]> {
        let closed = try await store.closedDays(of: zone, from: period.first, to: period.last)
        var days: [SheetDay] = []
        if closed.count == 1 {
            days = try SheetDay.all(of: closed.values.flatMap(\.self))
        } else {
            let dates = Dictionary(grouping: closed.values.flatMap(\.self), by: \.date)
            for (text, records) in dates.sorted(by: { $0.key < $1.key }) {
                guard let date = CivilDate(text) else { continue }
                if date < today.advanced(byDays: -rowsStay) {
                    if let day = try SheetDay(words: records) { days.append(day) }
                } else if let day = try await history.days(of: zone, from: date, to: date, demo: demo).first,
                    !day.isProvisional
                {
                    days += try day.nodes.count == 1 ? SheetDay.all(of: records) : [SheetDay(day.totals)]
                }
            }
        }
        return days.isEmpty ? .unknown(SheetFacts.noDays) : .value(days)
    }
}

extension SheetDay {
    /// What several nodes said themselves of one date whose rows are gone: of each group the one that served longest.
    fileprivate init?(words records: [DayRecord]) throws {
        let parts = records.sorted { $0.sha256 < $1.sha256 }.compactMap { DayTotals([$0]) }
        guard var whole = parts.first else { return nil }
        func better(_ one: DayBuckets, _ other: DayBuckets) -> DayBuckets {
            (one.up, -one.unknown) >= (other.up, -other.unknown) ? one : other
        }
        for part in parts.dropFirst() where part.published == whole.published {
            let (left, right) = (whole.groups, part.groups)
            whole.groups = DayTotals.Groups(
                network: better(left.network, right.network), query: better(left.query, right.query),
                print: better(left.print, right.print))
            whole.counts.merge(part.counts) { $0 &+ $1 }
            whole.through = max(whole.through, part.through)
        }
        try self.init(whole, sha256: parts.count == 1 ? records.first?.sha256 : nil)
    }
}
