import Logging
import ServiceLifecycle
import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Closes each date once when its hours are over, or at the next start, and gives signs of life meanwhile.
package struct DayKeeper: Service {
    private static let round = Duration.seconds(60)
    /// Without a clock that anybody vouches for no more dates than these are believed to be over.
    private static let mostUnvouched = 31
    /// Nor any so soon after a boot, ms: a clock that is wrong is mostly set by then, and a closed date stays closed.
    private static let unvouchedWait: Int64 = 6 * 3_600_000
    private static let most = DayLedger.keptDates

    let journal: Journal
    let station: Station
    let node: NodeID
    let hours: @Sendable () -> OpeningCalendar?
    let countsSimulated: Bool
    let clock: any ZoneClock
    let log: Logger

    package init(
        journal: Journal, station: Station, node: NodeID, hours: @escaping @Sendable () -> OpeningCalendar?,
        countsSimulated: Bool, clock: any ZoneClock, log: Logger
    ) {
        (self.journal, self.station, self.node, self.hours) = (journal, station, node, hours)
        (self.countsSimulated, self.clock, self.log) = (countsSimulated, clock, log)
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                try await clock.sleep(for: DayKeeper.round)
            }
        }
    }

    /// One look at the clock.
    package func look() async {
        do {
            let sign = LastAlive(boot: journal.boot, at: clock.wall(), mono: clock.mono().milliseconds)
            _ = journal.submit([Entry(nil, [.alive(sign)])])
            try await closeWhatIsOver()
        } catch {
            log.error("A day could not be closed", metadata: ["error": "\(error)"])
        }
    }

    private func closeWhatIsOver() async throws {
        let last = try await journal.lastDayRecords()
        let zone = last.first { $0.device == DayRecord.zone }
        let due = try await due(after: zone.flatMap { CivilDate($0.date) })
        guard !due.isEmpty else { return }
        let snapshot = journal.lastSeq
        let through = try await station.tellStandings()
        var (after, countedAfter) = (zone?.next ?? 0, zone?.through ?? 0)
        let ledger = try await journal.dayLedger(of: node, after: min(after, countedAfter), through: through)
        var hashes = Dictionary(last.map { ($0.device, $0.sha256) }) { $1 }
        for reckoning in due {
            let end = PublishedHours.end(of: reckoning.date, reckoning.published)
            let tomorrow = reckoning.date.next
            let nextBegin = PublishedHours.begin(of: tomorrow, published(on: tomorrow))
            let next = ledger.next(
                after: after, through: through, end: end.milliseconds, nextBegin: nextBegin.milliseconds,
                snapshot: snapshot)
            let records = try DayRecord.all(
                reckoning, ledger,
                DayBounds(after: after, through: through, countedAfter: countedAfter, next: next)
            ) { hashes[$0] }
            try await journal.write(records.map(entry), .now)
            for record in records { hashes[record.device] = record.sha256 }
            (after, countedAfter) = (next, through)
        }
    }

    /// Dates whose hours are over and that nobody has closed, in order.
    private func due(after last: CivilDate?) async throws -> [DayReckoning] {
        let (now, isVouched) = (clock.wall(), clock.quality() != .unsynced)
        guard isVouched || clock.mono().milliseconds >= DayKeeper.unvouchedWait else { return [] }
        let today = CivilDate(of: now)
        var first = today
        if let last { first = last.next } else if let date = try await journal.firstDate() { first = date }
        var (date, due) = (max(first, today.advanced(byDays: -DayKeeper.most)), [DayReckoning]())
        while date <= today {
            let published = published(on: date)
            guard PublishedHours.end(of: date, published) <= now else { break }
            due.append(DayReckoning(date, published: published, countsSimulated: countsSimulated))
            date = date.next
        }
        return !isVouched && due.count > DayKeeper.mostUnvouched ? [] : due
    }

    private func published(on date: CivilDate) -> [Range<WallTime>] {
        hours().map { PublishedHours.of(date, in: $0) } ?? []
    }

    private func entry(_ record: DayRecord) -> Entry {
        Entry(
            EventDraft(
                .dayClosed, .a, subject: record.device, at: clock.wall(), clockQuality: clock.quality(),
                mono: clock.mono(), data: record.data), [.day(record)])
    }
}
