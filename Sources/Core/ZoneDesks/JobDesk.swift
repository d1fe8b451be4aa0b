import Logging
import ZoneAccess
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// How a job ended, as far as the device lets us know.
package enum JobOutcome: Sendable, Hashable {
    /// `pagesProven`: what the device itself counted; `nil` when it does not count.
    case printed(pagesProven: Int?)
    case failed(String)
    /// The device has the document, but nobody saw what it did with it.
    case unknown(String)
    case cancelled(String)
}

/// What is known of a job before its document has arrived.
package struct JobTicket: Sendable, Hashable {
    package static let copiesRange = 1...99

    package var device: DeviceID
    package var format: String
    package var copies: Int
    package var caller: Caller

    package init(device: DeviceID, format: String, copies: Int, caller: Caller) {
        (self.device, self.format, self.copies, self.caller) = (device, format, copies, caller)
    }
}

/// Takes documents, one at a time per device. An accepted job is never dropped silently: it ends as one of the
/// outcomes, and after a crash a job whose document may have reached the device is `unknown`, never printed twice.
package actor JobDesk {
    /// Prints; cancelling the task asks the device to stop.
    package typealias Effect = @Sendable (JobJSON, _ path: String) async -> JobOutcome

    private struct Live {
        var record: JobRecord
        var effect: Task<JobOutcome, Never>?
        var isCancelled = false
    }

    /// A job that waited this long for its device is not printed to somebody else's surprise.
    private static let ttl = Duration.seconds(600)
    private static let queueLimit = 16

    package nonisolated let spool: Spool
    private let journal: Journal
    private let clock: any ZoneClock
    private let effect: Effect
    private let log: Logger
    private var live: [String: Live] = [:]
    private var tails: [DeviceID: Task<Void, Never>] = [:]
    private var memory: RequestMemory
    /// Documents that are on their way, by device.
    private var uploads: [DeviceID: Int] = [:]

    package init(
        spool: Spool, journal: Journal, clock: any ZoneClock, remembered: [RememberedRequest] = [], log: Logger,
        effect: @escaping Effect
    ) {
        (self.spool, self.journal, self.clock, self.log) = (spool, journal, clock, log)
        (self.effect, memory) = (effect, RequestMemory(remembered))
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

    /// Whether a key was used before; what came of it, `accept` says.
    package func remembers(_ key: RequestKey?) -> Bool { key.map { memory.knows($0, at: clock.wall()) } ?? false }

    /// The document lies in the spool under `id`.
    /// - Returns: the job; an earlier one when the key was used before (then the new document is gone).
    package func accept(
        _ id: String, _ ticket: JobTicket, bytes: Int64, key: RequestKey?
    ) async throws -> JobJSON {
        if let key, let made = try memory.made(by: key, at: clock.wall()) {
            spool.remove(id)
            if let known = live[made] { return known.record.job }
            guard let stored = try await journal.job(made) else { throw ErrorJSON.noJob(made) }
            return stored.job
        }
        let job = JobJSON(
            id: id, device: ticket.device, format: ticket.format, bytes: bytes, copies: ticket.copies,
            actor: ticket.caller.description, requestedAt: clock.wall())
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
        await end(&entry.record, .cancelled("by \(caller) before it began"))
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
        let (effect, path, job) = (effect, spool.path(of: id), record.job)
        let task = Task { await effect(job, path) }
        live[id]?.effect = task
        if live[id]?.isCancelled == true { task.cancel() }
        await end(&record, await task.value)
    }

    private func end(_ record: inout JobRecord, _ outcome: JobOutcome) async {
        let name: EventName
        switch outcome {
        case .printed(let pages): (record.job.state, record.job.pagesProven, name) = (.printed, pages, .jobPrinted)
        case .failed(let reason): (record.job.state, record.job.reason, name) = (.failed, reason, .jobFailed)
        case .unknown(let reason): (record.job.state, record.job.reason, name) = (.unknown, reason, .jobUnknown)
        case .cancelled(let reason): (record.job.state, record.job.reason, name) = (.cancelled, reason, .jobCancelled)
        }
        record.job.changedAt = clock.wall()
        spool.remove(record.job.id)
        do {
            try await write(record, name)
        } catch {
            log.error("Journal does not take a job", metadata: ["job": "\(record.job.id)", "error": "\(error)"])
        }
    }

    private func write(_ record: JobRecord, _ name: EventName, _ more: [Projection] = []) async throws {
        let job = record.job
        let data = JSONValue.members([
            "id": .string(job.id), "bytes": .integer(job.bytes), "format": .string(job.format),
            "copies": .integer(Int64(job.copies)), "reason": job.reason.map { .string($0) },
            "pagesProven": job.pagesProven.map { .integer(Int64($0)) },
        ])
        let event = EventDraft(
            name, .c, subject: job.device.text, at: job.changedAt, clockQuality: clock.quality(), mono: clock.mono(),
            data: data)
        try await journal.write([Entry(event, [.job(record)] + more)], .now)
    }
}

extension ErrorJSON {
    package static func noJob(_ id: String) -> ErrorJSON {
        ErrorJSON(code: "not.found", message: "no job \(id.cleaned(limit: 40))", zh: "没有找到这份文件")
    }
}
