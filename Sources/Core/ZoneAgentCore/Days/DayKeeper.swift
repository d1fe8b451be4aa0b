import Logging
import ServiceLifecycle
import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Closes each date once when its hours are over, or at the next start, and gives signs of life meanwhile.
package actor DayKeeper: Service {
    private static let round = Duration.seconds(60)
    /// No more dates than these are believed to be over at once: a closed date stays closed.
    private static let mostAtOnce = 31
    /// A clock that is wrong is mostly set by then.
    private static let doubt = Duration.seconds(6 * 3600)
    private static let most = DayLedger.keptDates

    let journal: Journal
    let station: Station
    let node: NodeID
    let hours: @Sendable () -> OpeningCalendar?
    let countsSimulated: Bool
    let clock: any ZoneClock
    let log: Logger
    /// Since when more dates than `mostAtOnce` seem to be over.
    private var leaptAt: MonoTime?

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
                await self.look()
                try await self.clock.sleep(for: DayKeeper.round)
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

    /// Whether anybody vouches for the clock, or the PC has been on for long enough that it would have been set.
    static func believes(_ clock: any ZoneClock) -> Bool {
        clock.quality() != .unsynced || clock.mono().since(MonoTime(milliseconds: 0)) >= doubt
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
            let nextBegin = try await PublishedHours.begin(of: tomorrow, published(on: tomorrow))
            let next = ledger.next(
                after: after, through: through, end: end.milliseconds, nextBegin: nextBegin.milliseconds,
                snapshot: snapshot)
            let records = try DayRecord.all(
                reckoning, ledger,
                DayBounds(after: after, through: through, countedAfter: countedAfter, next: next)
            ) { hashes[$0] }
            try await journal.write(records.map { entry($0) }, .now)
            for record in records { hashes[record.device] = record.sha256 }
            (after, countedAfter) = (next, through)
        }
    }

    /// Dates whose hours are over and that nobody has closed, in order.
    private func due(after last: CivilDate?) async throws -> [DayReckoning] {
        guard DayKeeper.believes(clock) else { return [] }
        let now = clock.wall()
        let today = CivilDate(of: now)
        var first = today
        if let last { first = last.next } else if let date = try await journal.firstDate() { first = date }
        var (date, due) = (max(first, today.advanced(byDays: -DayKeeper.most)), [DayReckoning]())
        while date <= today {
            let published = try await published(on: date)
            guard canBeClosed(date, published) <= now else { break }
            due.append(DayReckoning(date, published: published, countsSimulated: countsSimulated))
            date = date.next
        }
        return try await isDoubtful(due.count, at: now) ? [] : due
    }

    /// A clock that was ahead for a minute would close dates to come as those of a PC that was off, and the real ones
    /// could never be closed. That a PC was truly away is believed in the next boot at the latest: many are on for less
    /// than six hours a day.
    private func isDoubtful(_ count: Int, at now: WallTime) async throws -> Bool {
        guard count > DayKeeper.mostAtOnce else {
            leaptAt = nil
            return false
        }
        guard clock.quality() != .unsynced else { return true }
        let since = leaptAt ?? clock.mono()
        leaptAt = since
        guard clock.mono().since(since) < DayKeeper.doubt else { return false }
        guard let before = try await journal.lastRowOfEarlierBoot(), before <= now else { return true }
        return CivilDate(of: before).advanced(byDays: DayKeeper.mostAtOnce) < CivilDate(of: now)
    }

    /// As kept while they were in force; of a date of which nobody kept them, those of now.
    private func published(on date: CivilDate) async throws -> [Range<WallTime>] {
        if let kept = try await journal.hours(of: date) { return kept }
        return planned(date)
    }

    private func planned(_ date: CivilDate) -> [Range<WallTime>] {
        hours().map { PublishedHours.of(date, in: $0) } ?? []
    }

    /// From when on. Hours that were changed on the date may be changed again until it ends: a mistake costs minutes then,
    /// not the rest of the date.
    private func canBeClosed(_ date: CivilDate, _ published: [Range<WallTime>]) -> WallTime {
        let end = PublishedHours.end(of: date, published)
        return published == planned(date) ? end : max(end, date.next.start)
    }

    private func entry(_ record: DayRecord) -> Entry {
        Entry(
            EventDraft(
                .dayClosed, .a, subject: record.device, at: clock.wall(), clockQuality: clock.quality(),
                mono: clock.mono(), data: record.data), [.day(record)])
    }
}
