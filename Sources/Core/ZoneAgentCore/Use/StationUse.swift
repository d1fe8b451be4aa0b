import Logging
import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTime

/// Use of the kiosk, told by the station: it is the one to whom panels report.
extension Station {
    /// The latest use, for what must be gone when it is over.
    package var lastUse: UseRecord.Last? { uses.record.last }

    /// What a panel's new state means for the use, to be written with that state.
    func useEntries(after state: DeviceState, _ now: Moment) -> [Entry] {
        guard state.card.kind == .touchPanel else { return [] }
        return entries(state.card.id, isTouched: isUse(state), now)
    }

    /// A panel that is on the list no longer is touched no longer.
    func useEntries(without panel: DeviceID, _ now: Moment) -> [Entry] { entries(panel, isTouched: false, now) }

    private func entries(_ panel: DeviceID, isTouched: Bool, _ now: Moment) -> [Entry] {
        let (news, isChanged) = uses.note(panel, isTouched: isTouched, at: now, lastSeq: journal.lastSeq)
        guard isChanged else { return [] }
        return news.map { Entry(draft($0)) } + [Entry(nil, [.use(uses.record)])]
    }

    /// A panel that is ill touches itself, and one that is in maintenance is touched by whoever repairs it.
    private func isUse(_ state: DeviceState) -> Bool {
        let isIll = state.conditions.contains { $0.code == .touchStuck || $0.code == .touchGhost }
        return state.activity == .busy && state.presence == .present && state.mode == .service && !isIll
            && (countsSimulated || !state.simulated)
    }

    /// Somebody touched this kiosk within the last minute.
    var isInUse: Bool { uses.record.use != nil }

    /// Warns, ends what nobody goes on with, and tells the hours that are over.
    func tickUse(_ now: Moment) async {
        let news = uses.tick(at: now)
        if !news.isEmpty { await commit(news.map { Entry(draft($0)) } + [Entry(nil, [.use(uses.record)])]) { _ in } }
        uses.turn(at: now, lastSeq: journal.lastSeq)
        for hour in uses.record.over { await tell(hour) }
    }

    /// The event and the record that knows of it are one transaction: an hour is told once.
    private func tell(_ hour: UseRecord.Hour) async {
        do {
            let printed = try await PrintedPages.read(
                journal, after: hour.after, through: hour.through ?? journal.lastSeq)
            let isUsed = hour.touchSessions + hour.touches + printed.pages + printed.copies > 0
            uses.close(hour, isTold: isUsed)
            let event = isUsed ? draft(.useHour, .c, data(of: hour, printed)) : nil
            do {
                _ = try await journal.submit([Entry(event, [.use(uses.record)])], .now).committed()
            } catch {
                uses.reopen(hour)
                throw error
            }
        } catch {
            log.error("An hour of use is not told", metadata: ["error": "\(error)"])
        }
    }

    private func data(of hour: UseRecord.Hour, _ printed: PrintedPages) -> JSONValue {
        [
            "hour": .string(hour.beginning.rfc3339), "touchSessions": .integer(Int64(hour.touchSessions)),
            "touches": .integer(Int64(hour.touches)), "pages": .integer(Int64(printed.pages)),
            "copies": .integer(Int64(printed.copies)),
        ]
    }

    private func draft(_ news: UseBook.News) -> EventDraft {
        switch news {
        case .began(let isFirstOfDay): draft(.useBegan, .d, ["firstOfDay": .bool(isFirstOfDay)])
        case .warned(let idle, let endsIn):
            draft(
                .useWarned, .d,
                ["idleMs": .integer(idle.milliseconds), "endsInMs": .integer(max(0, endsIn.milliseconds))])
        case .ended(let touches, let lasted):
            draft(
                .useEnded, .d, ["touches": .integer(Int64(touches)), "durationMs": .integer(lasted.milliseconds)])
        }
    }

    private func draft(_ name: EventName, _ eventClass: EventClass, _ data: JSONValue) -> EventDraft {
        EventDraft(
            name, eventClass, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: data)
    }
}
