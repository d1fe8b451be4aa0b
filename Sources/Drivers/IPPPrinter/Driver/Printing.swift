import DriverKit
import ZoneModel
import ZonePrinting
import ZoneTime

/// How long a document's way may take; see the README for the settings.
package struct PrintPatience: Sendable, Hashable {
    /// The whole document to the printer.
    package var sending = Duration.seconds(120)
    /// Between looks at the job.
    package var look = Duration.seconds(2)
    /// A printer that says nothing for this long has taken its secret along.
    package var silence = Duration.seconds(300)
    /// Waiting, stopped, or counting no further page: a sheet that comes out hours later is a leak.
    package var stalled = Duration.seconds(300)
    /// For its word on how it ended, once it was asked to stop; less than the minute that the desk waits for ours.
    package var lastWord = Duration.seconds(45)
    /// Counters of real printers lag behind the paper; asked again until they have moved, at most this long.
    package var settling = Duration.seconds(10)

    package init() {}
}

extension IPPPrinterDevice: DocumentPrinter {
    func printDocument(_ wanted: PrintOrder, progress: @escaping @Sendable (Int) -> Void) async -> PrintResult {
        let begin = clock.mono()
        var evidence = PrintEvidence(order: wanted, before: await look())
        // The printer has nothing of it yet: what was cancelled meanwhile is not sent at all.
        guard !Task.isCancelled else { return .cancelled("before it was sent") }
        ledger.begin(evidence.before)
        defer { ledger.end(evidence.after) }
        switch await order(.print(wanted), within: pace.sending) {
        case .failure(let silence): return silence.asPrintResult
        case .success(let job):
            // The watcher lives on when the task is cancelled: only the printer knows how it ends.
            let watcher = Task { await self.watch(job, progress) }
            let end = await withTaskCancellationHandler {
                await watcher.value
            } onCancel: {
                Task {
                    _ = await self.order(.cancel(job.id), within: self.patience)
                    // One that goes on all the same must not be watched for ever.
                    _ = await firstOf(Task { _ = await watcher.value }, orAfter: self.pace.lastWord, self.clock)
                    watcher.cancel()
                }
            }
            return await weigh(&evidence, end, since: begin)
        }
    }

    /// The next check tells it.
    func personSaw(paper: Bool) {
        proof = paper ? .fine : .wrong(evidence: "done by its own word, but a person found no paper")
    }

    /// Beside the questions about the printer's state, not behind them.
    private nonisolated func order(_ task: PrinterTask, within deadline: Duration) async -> Result<
        PrinterJob, PrinterSilence
    > {
        await exchange.order(PrinterQuery(device: uri + "#jobs", uri: uri, task: task), within: deadline)
    }

    /// With the second source: many printers tell their life counter by SNMP alone.
    private func look() async -> PrintEvidence.Look? {
        let (result, _) = await askDevice("#jobs", within: patience, since: clock.mono())
        guard case .success(let answer) = result else { return nil }
        return PrintEvidence.Look(answer)
    }

    private func weigh(_ evidence: inout PrintEvidence, _ end: PrintEvidence.End, since begin: MonoTime) async
        -> PrintResult
    {
        let asked = clock.mono()
        while true {
            evidence.after = await look()
            evidence.elapsed = clock.mono().since(begin)
            let isShort = evidence.counted.map { $0 < evidence.wanted ?? 1 } ?? false
            guard case .told(.completed, _) = end, isShort, clock.mono().since(asked) < pace.settling else { break }
            // Cancelled: nobody waits for a counter any more.
            guard (try? await clock.sleep(for: pace.look)) != nil else { break }
        }
        if case .told(.completed, _) = end, let counted = evidence.counted, !evidence.wasRestarted {
            proof =
                counted > 0
                ? .fine : .wrong(evidence: "done, but the counter stays at \(evidence.after?.impressions ?? 0)")
        }
        return evidence.result(end)
    }

    private func watch(_ first: PrinterJob, _ progress: @Sendable (Int) -> Void) async -> PrintEvidence.End {
        let began = clock.mono()
        var (job, heard, moved, told) = (first, began, began, 0)
        while true {
            if let impressions = job.impressions, impressions > told {
                told = impressions
                progress(told)
            }
            if let end = job.end { return end }
            let now = clock.mono()
            if Task.isCancelled { return .unheeded }
            if now.since(heard) > pace.silence { return .silent }
            let still = now.since(moved)
            if still > pace.stalled { return await giveUp(job, after: still) }
            try? await clock.sleep(for: pace.look)
            guard case .success(let next) = await order(.job(job.id), within: patience) else { continue }
            heard = clock.mono()
            // A printer that does not count while it prints is given the whole time.
            let isBlind = next.impressions == nil && next.state == .processing
            if isBlind || next.impressions != job.impressions || next.state != job.state { moved = heard }
            job = next
        }
    }

    /// Asks the printer to stop and takes its word for it.
    private func giveUp(_ job: PrinterJob, after: Duration) async -> PrintEvidence.End {
        switch await order(.cancel(job.id), within: patience) {
        case .success(let last) where last.state == .completed: return last.end ?? .silent
        case .success: return .givenUp(after: after)
        case .failure:
            // A job that ends in this moment is no longer there to be cancelled (client-error-not-possible).
            guard case .success(let last) = await order(.job(job.id), within: patience) else { return .silent }
            return last.end ?? .silent
        }
    }
}

extension PrinterJob {
    /// `nil` while it is on its way.
    fileprivate var end: PrintEvidence.End? {
        switch state {
        case .completed, .canceled, .aborted:
            .told(state, reason: reasons.filter { $0 != "none" }.joined(separator: ", "))
        case .forgotten: .forgotten
        case .pending, .held, .processing, .stopped, .unknown: nil
        }
    }
}

extension PrinterSilence {
    /// Before the printer had the whole document nothing can be on paper; after that nobody knows.
    fileprivate var asPrintResult: PrintResult {
        switch kind {
        case .badAddress, .notResolved, .refused, .noRoute, .connectTimedOut, .ippError, .httpError, .notFound:
            .failed("\(self)")
        // An answer that makes no sense comes after the whole document.
        case .notIPP, .silent, .closed, .workerOverrun, .workerFailed: .unknown("\(self)")
        }
    }
}
