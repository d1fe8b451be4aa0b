import Glibc
import Logging
import ZoneLinux
import ZoneModel
import ZoneTime

/// The parent's side of `zone-agent worker printing`: starts the child when there is something to ask, kills it when
/// it overruns a deadline, and then asks the questions of the others again.
package actor PrintingWorkerClient: PrinterExchange {
    private struct Pending {
        var request: WorkerRequest
        var expires: MonoTime
        var resume: CheckedContinuation<WorkerReply, Never>
    }

    private let grace: Duration
    private let launch: @Sendable (CInt) async -> Void
    private let clock: any ZoneClock
    private let log: Logger
    private var pending: [Int: Pending] = [:]
    private var lastID = 0
    private var child: WorkerChild?
    /// Children ended for overrunning, since start.
    package private(set) var kills = 0

    /// - Parameters:
    ///   - grace: the child has its own deadline; it gets this much longer before it is taken for stuck.
    ///   - launch: runs the worker on the given end of a socket pair until it exits or the task is cancelled, and then
    ///     makes sure that it is dead; it owns the descriptor.
    package init(
        clock: any ZoneClock, grace: Duration = .milliseconds(500), log: Logger,
        launch: @escaping @Sendable (CInt) async -> Void
    ) {
        (self.clock, self.grace, self.log, self.launch) = (clock, grace, log, launch)
    }

    package func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        await exchange(query, within: deadline).answerResult
    }

    package func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        await exchange(query, within: deadline).jobResult
    }

    package func spool(_ query: PrinterQuery, within deadline: Duration) async -> Result<QueueAnswer, PrinterSilence> {
        await exchange(query, within: deadline).queueResult
    }

    private func exchange(_ query: PrinterQuery, within deadline: Duration) async -> WorkerReply {
        lastID += 1
        let id = lastID
        let timer = Task { [clock, grace, weak self] in
            try? await clock.sleep(for: deadline + grace)
            if !Task.isCancelled { await self?.overrun(id) }
        }
        defer { timer.cancel() }
        let request = WorkerRequest(id: id, query: query, deadlineMs: Int(deadline.milliseconds))
        return await withCheckedContinuation { continuation in
            pending[id] = Pending(
                request: request, expires: clock.mono().advanced(by: deadline), resume: continuation)
            send(request)
        }
    }

    /// Ends the child; what is still being asked fails.
    package func close() {
        child?.end()
        child = nil
        for id in pending.keys { fail(id, .workerFailed, "closing") }
    }

    private func send(_ request: WorkerRequest) {
        let line = WorkerLine.encode(request)
        do {
            do {
                try current().write(line)
            } catch let error as SystemError where error.errno == EPIPE {
                // It has ended, and that has not been told yet, or never is: after hundreds of kills an end was missed
                // (seen), and every printer was down for good. It has read nothing of this request.
                forget(sparing: request.id)
                try current().write(line)
            }
        } catch {
            fail(request.id, .workerFailed, "\(error)")
        }
    }

    private func current() throws -> WorkerChild {
        let child = try self.child ?? start()
        self.child = child
        return child
    }

    /// What it was asked before nobody will answer.
    private func forget(sparing id: Int) {
        child?.end()
        child = nil
        for other in pending.keys where other != id { fail(other, .workerFailed, "the worker ended") }
    }

    private func start() throws -> WorkerChild {
        try WorkerChild(
            launch: launch,
            onReply: { [weak self] child, reply in Task { await self?.take(reply, from: child) } },
            onEnd: { [weak self] child in Task { await self?.ended(child) } })
    }

    private func take(_ reply: WorkerReply, from child: WorkerChild) {
        guard child === self.child else { return }
        finish(reply)
    }

    private func finish(_ reply: WorkerReply) { pending.removeValue(forKey: reply.id)?.resume.resume(returning: reply) }

    private func fail(_ id: Int, _ kind: PrinterSilence.Kind, _ detail: String) {
        finish(WorkerReply(id: id, silence: PrinterSilence(kind, detail)))
    }

    private func overrun(_ id: Int) {
        guard let late = pending[id] else { return }
        kills += 1
        log.warning(
            "Printing worker overran its deadline and is ended",
            metadata: ["device": "\(late.request.query.device)", "uri": "\(late.request.query.uri)"])
        fail(id, .workerOverrun, "no answer in \(late.request.deadlineMs) ms")
        child?.end()
        child = nil
        askAgain()
    }

    private func ended(_ child: WorkerChild) {
        guard child === self.child else { return }
        log.error("Printing worker ended by itself")
        self.child = nil
        // One device may be what kills it: everybody who waited learns of it, nobody is asked again in a circle.
        for id in pending.keys { fail(id, .workerFailed, "the worker ended") }
    }

    private func askAgain() {
        for (id, entry) in pending.sorted(by: { $0.key < $1.key }) {
            var request = entry.request
            request.deadlineMs = Int(entry.expires.since(clock.mono()).milliseconds)
            guard request.deadlineMs > 0 else {
                fail(id, .workerOverrun, "the worker was ended for another device")
                continue
            }
            // Asking twice is harmless, printing twice is not.
            guard request.query.task.isQuestion else {
                fail(id, .workerOverrun, "the worker was ended for another device meanwhile")
                continue
            }
            send(request)
        }
    }
}
