import Logging
import Synchronization
import ZoneAccess
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Lets the opening hours drive things: the events, the mode of the devices, who is asked why the zone was shut, and what is
/// done while nobody is there. Looks once a second; each look is a pure step of `HoursBook` and `Attendance` on a record
/// that is on the disk before anything follows from it.
actor HoursKeeper {
    /// What the hours need of the rest of the agent.
    struct Seams: Sendable {
        var hours: @Sendable () -> OpeningCalendar?
        var keeping: @Sendable () -> HoursKeeping
        /// When staff said that the zone was in use on a date; `nil`: nobody did.
        var openedBy: @Sendable (CivilDate) async -> WallTime? = { _ in nil }
        /// Somebody uses a device or holds a lease, or a document is under way.
        var isBusy: @Sendable () async -> Bool = { false }
        /// Makes the signs dark or lights them, but for those that have done it.
        /// - Returns: which have done it by now, and whether that is all of them.
        var darken: @Sendable (Bool, Set<DeviceID>) async -> (done: Set<DeviceID>, isAll: Bool) = { _, _ in ([], true) }
    }

    /// A disk that does not take the record is asked again after so long.
    private static let patience = Duration.seconds(5)
    private static let signPatience = Duration.seconds(60)

    private let station: Station
    private let journal: Journal
    private let clock: any ZoneClock
    private let seams: Seams
    private let acts: [DailyAct]
    private let log: Logger
    private let view = Mutex(HoursNow())
    private var record: HoursRecord
    private var kept: KeptHours
    private var lastHours: OpeningCalendar?
    private var lastLook: Moment?
    /// One change of the record at a time, over its way to the disk.
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var nextTry: MonoTime?
    /// The conditions as they were last told.
    private var told: [HoursRecord.Lapse]?
    private var acting: Task<Void, Never>?
    private var isDark: Bool?
    /// Of a change under way: the signs that have done it.
    private var obeyed: (isDark: Bool, signs: Set<DeviceID>) = (false, [])
    private var nextDarkening: MonoTime?
    private var darkening: Task<Void, Never>?

    private typealias Moment = (wall: WallTime, mono: MonoTime)

    init(
        _ restored: Restored, station: Station, journal: Journal, clock: any ZoneClock, seams: Seams,
        acts: [DailyAct] = [], log: Logger
    ) {
        (record, kept) = (restored.hours ?? HoursRecord(), KeptHours(restored.hoursOfDates))
        (self.station, self.journal, self.clock) = (station, journal, clock)
        (self.seams, self.acts, self.log) = (seams, acts, log)
    }

    /// What is so now, for whoever wants to know.
    nonisolated var now: HoursNow { view.withLock { $0 } }

    /// A daily act is under way.
    var isActing: Bool { acting != nil }

    /// What staff have not explained yet.
    var lapses: [HoursRecord.Lapse] { record.lapses }

    /// The first look, before devices come onto the list: they come in the right mode.
    func begin() async { await alone { await look() } }

    /// Once a second.
    func tick() async {
        await alone {
            await look()
            await tellConditions()
            await act()
        }
        darkenSigns()
    }

    /// The PC goes off in order, or only the agent does: the next start will see which.
    func stop() async {
        acting?.cancel()
        darkening?.cancel()
        await alone {
            guard clock.quality() != .unsynced, record.alive != nil else { return }
            record.alive = HoursRecord.Sign(boot: journal.boot, at: clock.wall(), isGoodbye: true)
            _ = await keep(record, [])
        }
    }

    private func alone<Failure: Error>(_ work: () async throws(Failure) -> Void) async throws(Failure) {
        while isTaken { await withCheckedContinuation { waiting.append($0) } }
        isTaken = true
        defer {
            isTaken = false
            if !waiting.isEmpty { waiting.removeFirst().resume() }
        }
        try await work()
    }

    private func look() async {
        let closure = await station.closure
        let before = lastLook
        lastLook = (clock.wall(), clock.mono())
        // An empty battery says any hour: nothing is told, closed or asked by it.
        guard clock.quality() != .unsynced else {
            view.withLock { $0 = HoursNow(closure: closure) }
            if DayKeeper.believes(clock) { _ = await keepDates(clock.wall(), seams.hours()) }
            return await station.keepHours(nil)
        }
        let (now, hours) = (clock.wall(), seams.hours())
        await show(now, hours, closure)
        guard await keepDates(now, hours) else { return }
        var book = HoursBook(record)
        let news = book.look(at: now, hours, closure: closure)
        var next = book.record
        next.lapses.removeAll { $0.endsAt <= now }
        await judgeAttendance(&next, now, hours, since: before)
        // How far it has come is written with what follows from it; before other hours count, too.
        let isWorth = next.isOther(than: record) || hours != lastHours
        if isWorth, await !keep(next, news) { return }
        (record, lastHours) = (next, hours)
    }

    /// Which hours are in force on which date, before anything is judged by them.
    /// - Returns: whether that is on the disk.
    private func keepDates(_ now: WallTime, _ hours: OpeningCalendar?) async -> Bool {
        if let nextTry, clock.mono() < nextTry { return false }
        var next = kept
        let changes = next.look(at: now, hours)
        if !changes.isEmpty, await !write([Entry(nil, [.hoursOfDates(changes)])]) { return false }
        kept = next
        return true
    }

    private func show(_ now: WallTime, _ hours: OpeningCalendar?, _ closure: Hold?) async {
        let published = hours?.isOpen(at: now)
        let before = view.withLock { $0 }
        guard published != before.published || hours != lastHours || closure != before.closure else { return }
        let until = hours?.nextChange(after: now)
        view.withLock { $0 = HoursNow(published: published, closure: closure, until: until) }
        let since = hours?.spans(from: CivilDate(of: now).advanced(byDays: -2), through: CivilDate(of: now))
            .last { $0.range.upperBound <= now }?.range.upperBound
        await station.keepHours(published == false ? .outOfHours(since: since ?? now, until: until) : nil)
    }

    /// What is asked of staff, and the signs by which the next start will know how long this PC was on.
    private func judgeAttendance(
        _ next: inout HoursRecord, _ now: WallTime, _ hours: OpeningCalendar?, since before: Moment?
    ) async {
        let isOtherBoot = next.alive?.boot != journal.boot
        guard let hours else {
            // Hours that come into force later ask nobody about a time in which there were none.
            if isOtherBoot { next.alive = HoursRecord.Sign(boot: journal.boot, at: now, isGoodbye: false) }
            return
        }
        let bootedAt = now.advanced(byMilliseconds: -clock.mono().milliseconds)
        let dark = Attendance.dark(before: journal.boot, at: bootedAt, next.alive) ?? slept(since: before, until: now)
        if let dark { await ask(&next, dark, now, hours) }
        let isDue =
            next.alive.map { abs(now.milliseconds - $0.at.milliseconds) >= Attendance.signs.milliseconds } ?? true
        if isOtherBoot || isDue && hours.isOpen(at: now) || next.alive?.isGoodbye == true {
            next.alive = HoursRecord.Sign(boot: journal.boot, at: now, isGoodbye: false)
        }
    }

    /// A PC that slept was off for whoever stood before it.
    private func slept(since before: Moment?, until now: WallTime) -> Attendance.Dark? {
        guard let before, clock.mono().since(before.mono) > Attendance.signs, before.wall < now else { return nil }
        return Attendance.Dark(from: before.wall, to: now)
    }

    private func ask(
        _ next: inout HoursRecord, _ dark: Attendance.Dark, _ now: WallTime, _ hours: OpeningCalendar
    ) async {
        let closures = next.past + (next.closure.map { [$0] } ?? [])
        let attendance = Attendance(
            hours: hours, kept: kept.dates, closures: closures, grace: seams.keeping().grace)
        let today = CivilDate(of: dark.to)
        var openedBy: [CivilDate: WallTime] = [:]
        for date in [today.previous, today] { openedBy[date] = await seams.openedBy(date) }
        for lapse in attendance.lapses(dark, openedBy: openedBy, now: now) {
            // At most once for each date.
            guard next.accused[lapse.code.rawValue] != lapse.date else { continue }
            next.accused[lapse.code.rawValue] = lapse.date
            next.lapses.removeAll { $0.code == lapse.code }
            next.lapses.append(lapse)
        }
    }

    /// - Returns: whether it is on the disk.
    private func keep(_ next: HoursRecord, _ news: [HoursBook.News], _ more: [EventDraft] = []) async -> Bool {
        let drafts = news.map { draft($0.isOpen ? .hoursOpened : .hoursClosed, .b, $0.data) } + more
        return await write(drafts.map { Entry($0) } + [Entry(nil, [.hours(next)])])
    }

    private func write(_ entries: [Entry]) async -> Bool {
        do {
            try await journal.write(entries, .now)
            nextTry = nil
            return true
        } catch {
            log.error("What was told of the hours is not stored", metadata: ["error": "\(error)"])
            nextTry = clock.mono().advanced(by: HoursKeeper.patience)
            return false
        }
    }

    private func draft(_ name: EventName, _ eventClass: EventClass, _ data: JSONValue) -> EventDraft {
        EventDraft(
            name, eventClass, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: data)
    }
}

extension HoursKeeper {
    /// Staff say why hours were missed: each open question is answered with it.
    /// - Throws: `ErrorJSON` when nothing is asked, or the journal does not take it.
    func explain(_ reason: String, by caller: Caller) async throws {
        try await alone { try await answer(reason, caller) }
    }

    private func answer(_ reason: String, _ caller: Caller) async throws {
        guard !record.lapses.isEmpty else {
            throw ErrorJSON(
                code: "hours.nothing", message: "no missed hours wait for a reason", zh: "没有需要说明原因的未按时启用", fixer: .none)
        }
        var next = record
        let answered = next.lapses
        next.lapses = []
        let rows = answered.map { lapse in
            draft(
                .hoursExplained, .a,
                [
                    "code": .string(lapse.code.rawValue), "date": .string(lapse.date),
                    "from": .string(lapse.from.rfc3339),
                    "to": .string(lapse.to.rfc3339), "minutes": .integer(Int64(lapse.minutes)), "why": .string(reason),
                    "by": .string(caller.description),
                ])
        }
        guard await keep(next, [], rows) else {
            throw ErrorJSON(
                code: "hours.notKept", message: "the journal does not take it: try again", zh: "没有存下来，请再试一次")
        }
        record = next
        await tellConditions()
    }

    /// The conditions of this PC say what the record says.
    private func tellConditions() async {
        guard told != record.lapses else { return }
        let open = record.lapses
        for code in [ConditionCode.zoneOpenedLate, .zoneClosedInHours] {
            let lapse = open.last { $0.code == code }
            let wasTold = told.map { $0.contains { $0.code == code } } ?? true
            guard lapse != nil || wasTold else { continue }
            let sight = lapse.map { Symptom.Sight.wrong(evidence: $0.evidence) } ?? .fine
            await station.takeForGood(Symptom(code, sight), from: DeviceID(.queryPC, 1))
        }
        told = open
    }

    /// One act at a time; its date is on the disk before it begins, so that one that takes the PC down is not repeated.
    private func act() async {
        guard acting == nil, nextTry == nil, clock.quality() != .unsynced, record.through != nil else { return }
        let (now, hours) = (clock.wall(), seams.hours())
        for act in acts {
            guard let date = act.due(at: now, hours, done: record.acts[act.name]), await !seams.isBusy() else {
                continue
            }
            var next = record
            next.acts[act.name] = "\(date)"
            guard await keep(next, []) else { return }
            record.acts[act.name] = "\(date)"
            log.info("A daily act begins", metadata: ["act": "\(act.name)", "date": "\(date)"])
            acting = Task {
                await act.run()
                self.acted()
            }
            return
        }
    }

    private func acted() { acting = nil }

    /// Signs go dark with the published hours; who lit one by hand keeps it lit until the next change.
    private func darkenSigns() {
        let published = now.published
        let wanted: Bool? = seams.keeping().sign == .dark ? published == false : isDark == true ? false : nil
        guard let wanted, wanted != isDark, darkening == nil else { return }
        if let nextDarkening, clock.mono() < nextDarkening { return }
        // One that is dead does not have the others asked again and again.
        let signs = obeyed.isDark == wanted ? obeyed.signs : []
        darkening = Task { [seams] in
            let (done, isAll) = await seams.darken(wanted, signs)
            self.darkened(wanted, done, isAll: isAll)
        }
    }

    private func darkened(_ isDark: Bool, _ signs: Set<DeviceID>, isAll: Bool) {
        darkening = nil
        if isAll { self.isDark = isDark }
        obeyed = (isDark, isAll ? [] : signs)
        nextDarkening = isAll ? nil : clock.mono().advanced(by: HoursKeeper.signPatience)
    }
}

extension HoursRecord {
    /// Whether there is more to write down than that time has passed.
    fileprivate func isOther(than old: HoursRecord) -> Bool {
        var plain = self
        plain.through = old.through
        return plain != old || old.through == nil
    }
}

extension EventName {
    static let hoursExplained = EventName(rawValue: "hours.explained")
}
