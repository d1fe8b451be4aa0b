import DriverKit
import Logging
import ZoneAccess
import ZoneDocuments
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Takes documents, one at a time per device. An accepted job is never dropped silently: it ends as one of the
/// outcomes, and after a crash a job whose document may have reached the device is `unknown`, never printed twice.
package actor JobDesk {
    /// Prints, and says how far it is; cancelling the task asks the device to stop.
    package typealias Effect =
        @Sendable (
            JobJSON, _ path: String, _ progress: @escaping @Sendable (Int) -> Void
        ) async -> PrintResult
    /// Tells a device what a person saw in its tray.
    package typealias Sight = @Sendable (DeviceID, _ paper: Bool) async -> Void
    /// Where citizens take the paper of a device, as the site says now.
    package typealias Place = @Sendable (DeviceID) -> String?

    struct Live {
        var record: JobRecord
        var effect: Task<PrintResult, Never>?
        var isCancelled = false
    }

    /// A job that waited this long for its device is not printed to somebody else's surprise.
    private static let ttl = Duration.seconds(600)
    /// From its beginning: then the device is asked to stop. No page comes out for whoever has long gone home.
    private static let longest = Duration.seconds(1800)
    /// How long the device may take to say how that ended.
    private static let lastWord = Duration.seconds(60)
    private static let queueLimit = 16

    package nonisolated let spool: Spool
    let journal: Journal
    let clock: any ZoneClock
    private let examiner: DocumentExaminer
    private let effect: Effect
    let saw: Sight
    private let collect: Place
    private let log: Logger
    var live: [String: Live] = [:]
    /// The last word on a job that somebody looked after; the next one waits for it.
    var confirming: [String: Task<JobJSON, any Error>] = [:]
    private var tails: [DeviceID: Task<Void, Never>] = [:]
    private var memory: RequestMemory
    /// Documents that are on their way, by device.
    private var uploads: [DeviceID: Int] = [:]

    package init(
        spool: Spool, journal: Journal, clock: any ZoneClock, remembered: [RememberedRequest] = [], log: Logger,
        saw: @escaping Sight = { _, _ in }, collect: @escaping Place = { _ in nil }, effect: @escaping Effect
    ) {
        (self.spool, self.journal, self.clock, self.log) = (spool, journal, clock, log)
        (self.effect, self.saw, self.collect) = (effect, saw, collect)
        memory = RequestMemory(remembered)
        examiner = DocumentExaminer(clock: clock, log: log)
    }

    /// Keeps a place in the queue for a document that is still on its way; `endUpload` must follow.
    /// - Throws: `ErrorJSON` when the queue of the device is full.
    package func beginUpload(for device: DeviceID) throws(ErrorJSON) {
        let waiting = live.values.count { $0.record.job.device == device }
        guard waiting + uploads[device, default: 0] < JobDesk.queueLimit else {
            throw ErrorJSON(
                code: "job.queueFull", message: "\(JobDesk.queueLimit) jobs wait for \(device): try later",
                zh: "前面还有 \(JobDesk.queueLimit) 份文件，请稍后再试", fixer: .none)
        }
        uploads[device, default: 0] += 1
    }

    package func endUpload(for device: DeviceID) { uploads[device, default: 1] -= 1 }

    /// Whether a document of the device is on its way here.
    package func isReceiving(for device: DeviceID) -> Bool { uploads[device, default: 0] > 0 }

    /// Whether a document of the device is on its way, waits, or is printed.
    package func isBusy(with device: DeviceID) -> Bool {
        isReceiving(for: device) || live.values.contains { $0.record.job.device == device }
    }

    /// Whether a key was used before; what came of it, `accept` says.
    package func remembers(_ key: RequestKey?) -> Bool { key.map { memory.knows($0, at: clock.wall()) } ?? false }

    /// The document lies in the spool under `id`.
    /// - Returns: the ticket with what was found out.
    /// - Throws: `ErrorJSON` when it is not to be printed, or not like this.
    package nonisolated func examine(_ id: String, _ ticket: JobTicket) async throws(ErrorJSON) -> JobTicket {
        let wish = DocumentWish(
            declared: ticket.format, pages: ticket.options.pages?.bounds, copies: ticket.copies)
        do {
            let facts = try await examiner.examine(spool.path(of: id), wish)
            var ticket = ticket
            (ticket.format, ticket.pages) = (facts.kind.mediaType, facts.pages)
            return ticket
        } catch {
            throw ErrorJSON(code: error.code, message: error.message, zh: error.chinese, fixer: .none)
        }
    }

    /// The document lies in the spool under `id`, and was examined.
    /// - Returns: the job; an earlier one when the key was used before (then the new document is gone).
    package func accept(
        _ id: String, _ ticket: JobTicket, bytes: Int64, key: RequestKey?
    ) async throws -> JobJSON {
        if let key, let made = try memory.made(by: key, at: clock.wall()) {
            spool.remove(id)
            return try await known(made)
        }
        var job = JobJSON(
            id: id, device: ticket.device, format: ticket.format, bytes: bytes, copies: ticket.copies,
            actor: ticket.actor, requestedAt: clock.wall())
        (job.pages, job.options) = (ticket.pages, ticket.options == JobOptions() ? nil : ticket.options)
        (job.form, job.fee, job.copy) = (ticket.form, ticket.fee, ticket.isCopy ? true : nil)
        job.collect = collect(ticket.device)
        let record = JobRecord(
            job: job, user: ticket.caller.uid, boot: journal.boot,
            expires: clock.mono().advanced(by: JobDesk.ttl).milliseconds)
        let remembered = key.map { memory.remember($0, made: id, at: clock.wall()) }
        live[id] = Live(record: record)
        do {
            try await write(record, .jobAccepted, remembered.map { [.remembered($0)] } ?? [])
        } catch {
            live[id] = nil
            if let key { memory.forget(key) }
            throw error
        }
        enqueue(record)
        return job
    }

    /// - Returns: what the key made before; `nil` when it is new. Then the document need not be looked at again.
    package func made(by key: RequestKey?) async throws -> JobJSON? {
        guard let key, let made = try memory.made(by: key, at: clock.wall()) else { return nil }
        return try await known(made)
    }

    private func known(_ id: String) async throws -> JobJSON {
        if let known = live[id] { return known.record.job }
        guard let stored = try await journal.job(id) else { throw ErrorJSON.noJob(id) }
        return stored.job
    }

    /// - Throws: `ErrorJSON` when there is no such job or it is over.
    package func cancel(_ id: String, by caller: Caller) async throws -> JobJSON {
        guard var entry = live[id] else {
            guard let stored = try await journal.job(id) else { throw ErrorJSON.noJob(id) }
            throw ErrorJSON(
                code: "job.over", message: "job \(id) is over: \(stored.job.state.rawValue)", zh: "文件已处理完，不能取消",
                fixer: .none)
        }
        entry.isCancelled = true
        entry.effect?.cancel()
        live[id] = entry
        guard entry.record.job.state == .accepted else { return entry.record.job }
        // Before anything is awaited: its turn must not come meanwhile.
        live[id]?.record.job.state = .cancelled
        let name = entry.record.job.become(.cancelled("by \(caller) before it began"), at: clock.wall())
        do {
            try await write(entry.record, name)
        } catch {
            guard live[id] != nil else {
                // Its turn came meanwhile, found it cancelled, and threw it away.
                var lost = entry.record
                await end(&lost, .failed("its cancelling was not written down; nothing was printed"))
                throw error
            }
            // Nobody is told that it is cancelled: after a restart the journal would know better.
            live[id]?.record.job.state = .accepted
            live[id]?.isCancelled = false
            throw error
        }
        spool.remove(id)
        return entry.record.job
    }

    /// After a restart: what had begun may be on paper already; what had not begun goes on if it is still wanted.
    package func settle(_ unfinished: [JobRecord]) async {
        var kept: Set<String> = []
        for var record in unfinished {
            let isFresh = record.boot == journal.boot && record.expires > clock.mono().milliseconds
            if record.job.state == .started {
                await end(&record, .unknown("the agent restarted while it was printed"))
            } else if isFresh, spool.has(record.job.id) {
                kept.insert(record.job.id)
                live[record.job.id] = Live(record: record)
                enqueue(record)
            } else {
                await end(&record, .failed("the agent restarted before it began"))
            }
        }
        spool.sweep(keeping: kept)
    }

    private func enqueue(_ record: JobRecord) {
        let earlier = tails[record.job.device]
        tails[record.job.device] = Task {
            await earlier?.value
            await self.execute(record.job.id)
        }
    }

    private func execute(_ id: String) async {
        defer {
            live[id] = nil
            spool.remove(id)
        }
        guard var record = live[id]?.record, record.job.state == .accepted else { return }
        guard clock.mono().milliseconds < record.expires else {
            // Known before it is written down: whoever cancels meanwhile comes too late.
            live[id]?.record.job.state = .failed
            return await end(&record, .failed("its turn did not come in time"))
        }
        (record.job.state, record.job.changedAt) = (.started, clock.wall())
        live[id]?.record = record
        do {
            try await write(record, .jobStarted)
        } catch {
            log.error("Journal does not take a job", metadata: ["job": "\(id)", "error": "\(error)"])
            return await end(&record, .failed("the journal does not take it; nothing was printed"))
        }
        let (effect, path, job, progress) = (effect, spool.path(of: id), record.job, progress(of: id))
        let task = Task { await effect(job, path, progress.note) }
        live[id]?.effect = task
        if live[id]?.isCancelled == true { task.cancel() }
        let outcome = await outcome(of: task)
        await progress.end()
        record.job.impressions = live[id]?.record.job.impressions
        await end(&record, outcome)
    }

    /// The device's word, or that there was none: whatever a driver does, the next document gets its turn.
    private func outcome(of task: Task<PrintResult, Never>) async -> PrintResult {
        if let result = await firstOf(task, orAfter: JobDesk.longest, clock) { return result }
        task.cancel()
        switch await firstOf(task, orAfter: JobDesk.lastWord, clock) {
        // Nobody cancelled it.
        case .cancelled(let why): return .failed("not over after 30 minutes, so the device was asked to stop; \(why)")
        case let result?: return result
        case nil:
            return .unknown("not over after 30 minutes; the device was asked to stop, and does not say whether it did")
        }
    }

    /// Returns when it is on the disk: an end that was told and is not written down would be another one after a restart.
    private func end(_ record: inout JobRecord, _ outcome: PrintResult) async {
        let name = record.job.become(outcome, at: clock.wall())
        spool.remove(record.job.id)
        let ended = record
        await untilWritten("job \(ended.job.id)", clock, log) { try await self.write(ended, name) }
    }

    private func write(_ record: JobRecord, _ name: EventName, _ more: [Projection] = []) async throws {
        let event = draft(name, .c, record.job, at: record.job.changedAt, record.job.eventData)
        try await journal.write([Entry(event, [.job(record)] + more)], .now)
    }

    func draft(_ name: EventName, _ kind: EventClass, _ job: JobJSON, at: WallTime, _ data: JSONValue) -> EventDraft {
        EventDraft(
            name, kind, subject: job.device.text, at: at, clockQuality: clock.quality(), mono: clock.mono(), data: data)
    }
}
